"""`python -m loadtests fuzz`."""

from __future__ import annotations

import sys
import time
from typing import Annotated

import typer
from rich.table import Table

from loadtests.fuzz import Findings, Fuzzer
from loadtests.local import given_or_local
from loadtests.options import REPORT, Folder, Server
from loadtests.printing import console


def fuzz(
    server: Server = None,
    cases: Annotated[int, typer.Option(min=1, help="uploads and requests in all")] = 2000,
    seed: Annotated[int, typer.Option(help="the same seed sends the same; drawn when absent")] = -1,
    only: Annotated[
        int | None, typer.Option(min=0, help="one case of the seed, as a report names it")
    ] = None,
    clients: Annotated[int, typer.Option(min=1, max=64, help="requests under way at once")] = 4,
    api_key: Annotated[
        str, typer.Option(envvar="PHONEX_API_KEY", show_default=False, help="a key of the service")
    ] = "",
    output: Folder = REPORT,
) -> None:
    """Damaged uploads and odd requests: fails on a 5xx, a crash, or an ingress that grows."""
    seed = seed if seed >= 0 else time.time_ns() % 10**9
    numbers = [only] if only is not None else list(range(cases))
    with given_or_local(server) as url:
        console.print(f"seed {seed}: {len(numbers)} cases against {url} …", highlight=False)
        fuzzer = Fuzzer(url, seed, clients, api_key)
        began = time.monotonic()
        findings = fuzzer.run(numbers, lambda findings: _say_where(findings, began))
        fuzzer.save(findings, output)
    _print_statuses(findings)
    for fault in findings.faults[:10]:
        console.print(
            f"[red]case {fault.case.number}[/red] ({fault.case.sort}): {fault.why}. Again: "
            f"python -m loadtests fuzz --seed {seed} --only {fault.case.number}",
            highlight=False,
        )
    kept = findings.verdicts(len(numbers))
    for promise, is_kept in kept:
        console.print(f"{'[green]kept[/green]' if is_kept else '[red]broken[/red]'}  {promise}")
    console.print(f"seed {seed}; figures: {output / 'fuzz.json'}", highlight=False)
    sys.exit(0 if all(is_kept for _, is_kept in kept) else 1)


def _say_where(findings: Findings, began: float) -> None:
    held = findings.memory[-1][1]
    memory = f", ingress {max(held.values()):.0f} MiB" if held else ""
    seconds = time.monotonic() - began
    console.print(
        f"{findings.asked} cases in {seconds:.0f} s{memory}, {len(findings.faults)} faults",
        highlight=False,
    )


def _print_statuses(findings: Findings) -> None:
    table = Table("sort", "cases", "answers")
    for sort, counts in sorted(findings.statuses.items()):
        answers = ", ".join(
            f"{count} x {status or 'none'}" for status, count in sorted(counts.items())
        )
        table.add_row(sort, str(counts.total()), answers)
    console.print(table)

"""`python -m loadtests isolation`."""

from __future__ import annotations

import contextlib
import sys
from typing import Annotated

import typer
from rich.table import Table

from loadtests.isolation import KINDS, Isolation, Phase, verdicts
from loadtests.local import local_service_with_keys
from loadtests.options import JsonFile, Seed, Server, check_choice
from loadtests.outcomes import percentiles
from loadtests.printing import console, print_promises, write_json


def isolation(
    server: Server = None,
    key_a: Annotated[
        str, typer.Option(envvar="PHONEX_KEY_A", help="of who floods; needed with --server")
    ] = "",
    key_b: Annotated[
        str, typer.Option(envvar="PHONEX_KEY_B", help="of who must not feel it, another owner's")
    ] = "",
    flood: Annotated[
        list[str] | None, typer.Option(help=f"of: {', '.join(KINDS)}; repeat it")
    ] = None,
    rate: Annotated[float, typer.Option(min=0.1, help="short texts of B a second")] = 4.0,
    seconds: Annotated[float, typer.Option(min=5, help="for each flood")] = 30.0,
    batch: Annotated[
        float, typer.Option(min=0, help="seconds of one batch: batching.shared_batch_s")
    ] = 0.125,
    seed: Seed = 0,
    json_to: JsonFile = None,
) -> None:
    """Key B's short texts alone, then beside floods of key A; fails if B feels them."""
    for kind in flood or ():
        check_choice("flood", kind, KINDS)
    keys = (key_a, key_b)
    with contextlib.ExitStack() as stack:
        if not server:
            console.print("Starting a service for this test …")
            server, keys = stack.enter_context(local_service_with_keys())
        elif not all(keys):
            raise typer.BadParameter("needs --key-a and --key-b", param_hint="server")
        measured = Isolation(server.rstrip("/"), keys, rate, seconds, seed)
        alone = measured.alone()
        phases = [measured.beside(kind) for kind in flood or KINDS]
    kept = verdicts(alone, phases, batch)
    _print_phases(alone, phases)
    if json_to:
        promises = [{"promise": promise, "kept": held} for promise, held in kept]
        figures = [phase.to_json() for phase in (alone, *phases)]
        write_json(json_to, {"phases": figures, "promises": promises, "batch_s": batch})
    print_promises(kept)
    sys.exit(0 if all(held for _, held in kept) else 1)


def _print_phases(alone: Phase, phases: list[Phase]) -> None:
    out = Table(
        "flood of A", "B asked", "refused", "p50, ms", "p95", "p99", "times alone", "A heard"
    )
    for phase in (alone, *phases):
        values = percentiles(phase.latencies_s)
        ratio = f"{phase.p99_s / alone.p99_s:.2f}" if alone.p99_s else "-"
        heard = ", ".join(f"{count} x {status}" for status, count in sorted(phase.flood.items()))
        cells = (f"{1000 * values.get(q, 0):.0f}" for q in ("p50", "p95", "p99"))
        asked = str(len(phase.latencies_s) + phase.refused)
        out.add_row(phase.name, asked, str(phase.refused), *cells, ratio, heard)
    console.print(out)

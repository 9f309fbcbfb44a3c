"""`python -m loadtests survival`."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from loadtests.chaos_audit import SHOWN
from loadtests.chaos_command import NO_LIMITS, learn_voice
from loadtests.chaos_table import counts
from loadtests.local import LocalService
from loadtests.options import DrawnSeed, JsonFile, drawn, read_kinds
from loadtests.printing import console, write_json
from loadtests.survival import Round, Survival
from loadtests.targets import ServiceTarget
from loadtests.victims import CLUSTERED, KINDS

SHOT = tuple(kind for kind in KINDS if kind not in CLUSTERED)


def survival(
    kinds: Annotated[str, typer.Option(help=f"comma-separated, of: {', '.join(SHOT)}")] = "",
    streams: Annotated[int, typer.Option(min=1, help="at once, half of them clones")] = 20,
    seconds: Annotated[float, typer.Option(min=1, help="of speech in each, roughly")] = 20.0,
    engine: Annotated[str, typer.Option(help="auto, neural, natural or embedded")] = "auto",
    seed: DrawnSeed = -1,
    json_to: JsonFile = None,
) -> None:
    """Kill one process of every kind under streams; fails where one ends with other bytes."""
    chosen = read_kinds(kinds, SHOT) or SHOT
    seed = drawn(seed)
    console.print(f"seed {seed}: starting a service for this test …", highlight=False)
    with tempfile.TemporaryDirectory(prefix="phx", ignore_cleanup_errors=True) as folder:
        service = LocalService(Path(folder), {"engine": engine, **NO_LIMITS})
        try:
            service.wait_until_ready()
            target = ServiceTarget(service)
            voice_id = learn_voice(service.url)
            test = Survival(service.url, voice_id, target, streams, seconds, seed)
            rounds = [test.undisturbed()]
            _say(rounds[0])
            for kind in chosen:
                rounds.append(test.shoot(kind))
                _say(rounds[-1])
        finally:
            service.stop()
    _print(rounds)
    if json_to:
        figures = {"seed": seed, "engine": engine, "rounds": [one.to_json() for one in rounds]}
        write_json(json_to, figures)
    sys.exit(0 if all(one.kept for one in rounds) else 1)


def _say(one: Round) -> None:
    what = f"{one.kind} killed with {one.open} streams open" if one.kind else "undisturbed"
    console.print(
        f"{what}: {one.same} of {one.streams} with the same bytes, all ended after "
        f"{one.seconds:.1f} s; clients saw {counts(one.saw)}",
        highlight=False,
    )
    for fault in one.faults[:SHOWN]:
        console.print(f"        {fault}", highlight=False, markup=False)


def _print(rounds: Sequence[Round]) -> None:
    out = Table("killed", "open", "same bytes", "all ended, s", "clients saw")
    for one in rounds:
        same = f"{one.same} of {one.streams}"
        out.add_row(one.kind or "-", str(one.open), same, f"{one.seconds:.1f}", counts(one.saw))
    console.print(out)

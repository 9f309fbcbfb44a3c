"""`python -m loadtests survival`."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from loadtests.chaos_command import learn_voice
from loadtests.chaos_table import counts
from loadtests.local import LocalService
from loadtests.options import JsonFile
from loadtests.printing import console
from loadtests.survival import Round, Survival
from loadtests.targets import ServiceTarget
from loadtests.victims import CLUSTERED, KINDS

SHOT = tuple(kind for kind in KINDS if kind not in CLUSTERED)
SHOWN = 5  # faults of a kill
NO_LIMITS = {"keys": {"max_unfinished_jobs": 0, "max_chars_per_minute": 0}}


def survival(
    kinds: Annotated[str, typer.Option(help=f"comma-separated, of: {', '.join(SHOT)}")] = "",
    streams: Annotated[int, typer.Option(min=1, help="at once, half of them clones")] = 20,
    seconds: Annotated[float, typer.Option(min=1, help="of speech in each, roughly")] = 20.0,
    engine: Annotated[str, typer.Option(help="auto, neural, natural or embedded")] = "auto",
    seed: Annotated[int, typer.Option(help="the same seed draws the same; drawn when absent")] = -1,
    json_to: JsonFile = None,
) -> None:
    """Kill one process of every kind under streams; fails where one ends with other bytes."""
    chosen = [kind.strip() for kind in kinds.split(",") if kind.strip()] or [*SHOT]
    if unknown := set(chosen) - {*SHOT}:
        raise typer.BadParameter(f"no such kind: {', '.join(sorted(unknown))}", param_hint="kinds")
    seed = seed if seed >= 0 else time.time_ns() % 10**9
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
        json_to.write_text(json.dumps(figures, indent=1) + "\n")
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

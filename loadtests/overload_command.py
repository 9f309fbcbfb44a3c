"""`python -m loadtests overload`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from loadtests.capacity import Objective, search
from loadtests.errors import ServiceError
from loadtests.measure import Meter
from loadtests.options import P99, REPORT, Factor, Folder, Mix, Seed, Server, Window, check_choice
from loadtests.overload import Overload, Phase, verdicts
from loadtests.printing import print_figures, print_promises, print_step, write_json
from loadtests.report import render, table
from loadtests.session import session_at
from loadtests.users import MIXES


def overload(
    server: Server = None,
    mix: Mix = "clone",
    rate: Annotated[
        float | None, typer.Option(min=0.01, help="the capacity; searched for where not given")
    ] = None,
    seconds: Annotated[float, typer.Option(min=5, help="for each phase")] = 90.0,
    times: Annotated[list[float] | None, typer.Option(help="of the capacity; repeat it")] = None,
    p99: P99 = Objective.p99_s,
    real_time_factor: Factor = Objective.real_time_factor,
    window: Window = 20.0,
    seed: Seed = 0,
    output: Folder = REPORT,
) -> None:
    """Once, twice and ten times the capacity: goodput, rejections, losses, recovery."""
    check_choice("mix", mix, MIXES)
    with session_at(server, mix, seed) as session:
        if rate is None:
            meter = Meter(session, Objective(p99, real_time_factor), 5.0, window, print_step)
            best, _ = search(meter.measure)
            if best is None:
                raise ServiceError("the objective is not met at any rate")
            rate = best.rate
        runner = Overload(session, rate, seconds)
        phases = []
        for factor in times or (1.0, 2.0, 10.0):
            phases.append(runner.run(factor))
            print_figures(phases[-1].record.summary(seconds), f"{factor:g} times the capacity")
    kept = verdicts(phases)
    _report(output, mix, rate, phases, kept)
    print_promises(kept)
    sys.exit(0 if all(held for _, held in kept) else 1)


def _report(
    output: Path, mix: str, rate: float, phases: list[Phase], kept: list[tuple[str, bool]]
) -> None:
    output.mkdir(parents=True, exist_ok=True)
    rows = [("yes" if held else "NO", promise) for promise, held in kept]
    promises = table("Promises", ("kept", ""), rows)
    for phase in phases:
        name = f"{phase.times:g} times the capacity of {rate:.3g}/s"
        page = render(f"Phonex at {name}", f"{mix} users", phase.record, phase.seconds, promises)
        (output / f"overload-{phase.times:g}.html").write_text(page)
    figures = {
        "capacity": rate,
        "phases": [phase.to_json() for phase in phases],
        "promises": [{"promise": promise, "kept": held} for promise, held in kept],
    }
    write_json(output / "overload.json", figures)

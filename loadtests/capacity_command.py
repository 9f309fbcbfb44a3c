"""`python -m loadtests capacity`, which `phonex capacity` runs."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer
from rich.table import Table

from loadtests.capacity import Objective, Step, search
from loadtests.heard import StreamObjective
from loadtests.measure import Meter
from loadtests.options import P99, Errors, Factor, JsonFile, Mix, Seed, Server, Window, check_choice
from loadtests.plan import render_plan
from loadtests.printing import console, print_step, write_json
from loadtests.session import session_at
from loadtests.stream_command import stream_capacity
from loadtests.users import MIXES


def capacity(
    server: Server = None,
    mix: Mix = "mixed",
    p99: P99 = Objective.p99_s,
    real_time_factor: Factor = Objective.real_time_factor,
    errors: Errors = Objective.error_share,
    first_rate: Annotated[float, typer.Option(min=0.01, help="where the search begins")] = 1.0,
    window: Window = 20.0,
    warm_up: Annotated[float, typer.Option(min=0, help="seconds before each window")] = 5.0,
    tolerance: Annotated[float, typer.Option(min=0.01, help="share to which it is found")] = 0.1,
    times: Annotated[float, typer.Option(min=0.1, help="plan replicas for this many times")] = 4.0,
    profile: Annotated[str, typer.Option(help="the plan's base: cpu or cluster")] = "cpu",
    seed: Seed = 0,
    json_to: JsonFile = None,
    stream: Annotated[
        bool, typer.Option("--stream", help="of streams: fewer than --underrun run dry")
    ] = False,
    underrun: Annotated[
        float, typer.Option(min=0, max=1, help="objective of --stream: share that runs dry")
    ] = StreamObjective.underrun_share,
    audible: Annotated[
        float, typer.Option(min=0, help="objective of --stream: seconds to the first sound, p95")
    ] = StreamObjective.audible_p95_s,
) -> None:
    """Find the highest rate that meets an objective, what saturates, and a plan for more."""
    if stream:
        promised = StreamObjective(underrun, audible, errors)
        found = stream_capacity(server, first_rate, window, tolerance, seed, promised)
        if json_to:
            write_json(json_to, found)
        sys.exit(0 if found["capacity"] else 1)
    objective = Objective(p99, real_time_factor, errors)
    check_choice("mix", mix, MIXES)
    with session_at(server, mix, seed) as session:
        meter = Meter(session, objective, warm_up, window, print_step)
        best, steps = search(meter.measure, first_rate, tolerance)
    figures: dict[str, Any] = {"steps": [_step_json(step) for step in steps], "capacity": None}
    if best is None:
        console.print("[red]The objective is not met at any rate.[/red]")
    else:
        plan = render_plan(best.rate, best.loads, times, profile) if best.loads else ""
        figures |= {"capacity": _step_json(best), "times": times, "plan": plan}
        _print_capacity(best)
        print(plan)
    if json_to:
        write_json(json_to, figures)
    sys.exit(0 if best else 1)


def _print_capacity(best: Step) -> None:
    console.print(
        f"\n[green]{best.rate:.3g} pieces of audio a second[/] meet the objective "
        f"({best.audio_per_s:.1f} s of audio a second, p99 {best.p99_s:.2f} s).",
        highlight=False,
    )
    if not best.loads:
        return
    out = Table("stage", "replicas", "batches at work on each", "audio s/s", "audio s/compute s")
    for stage in best.loads.stages:
        figures = (stage.busy, stage.audio_per_s, stage.audio_per_compute_s)
        cells = (f"{value:.2f}" for value in figures)
        out.add_row(stage.deployment, str(stage.replicas), *cells)
    console.print(out)
    waits = ", ".join(f"{path} {wait:.2f} s" for path, wait in best.loads.queue_wait_s.items())
    if best.loads.bottleneck:
        console.print(
            f"{best.loads.bottleneck.deployment} saturates first. Mean wait for a batch: {waits}."
        )


def _step_json(step: Step) -> dict[str, Any]:
    loads = step.loads
    figures = {name: getattr(step, name) for name in Step.__slots__ if name != "loads"}
    if loads:
        figures |= {
            "bottleneck": loads.bottleneck.deployment if loads.bottleneck else None,
            "stages": [
                {name: getattr(stage, name) for name in stage.__slots__} for stage in loads.stages
            ],
            "queue_wait_s": dict(loads.queue_wait_s),
        }
    return figures

"""`python -m loadtests stream`, and `capacity --stream`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from loadtests.capacity import search
from loadtests.heard import StreamObjective, StreamStep
from loadtests.local import given_or_local
from loadtests.options import JsonFile, Server
from loadtests.printing import console, write_json
from loadtests.stream import Streaming


def stream(
    server: Server = None,
    rate: Annotated[
        list[float] | None, typer.Option(help="listeners a second; repeat it, rising")
    ] = None,
    seconds: Annotated[float, typer.Option(min=1, help="for each rate")] = 30.0,
    voice: Annotated[str, typer.Option(help="id of a voice, for clones")] = "",
    language: Annotated[
        list[str] | None, typer.Option(help="of the texts, as EN; repeat it; all by default")
    ] = None,
    whole: Annotated[
        bool, typer.Option(help="whole files at the same rates in the same run, too")
    ] = False,
    seed: Annotated[int, typer.Option(help="the same seed draws the same texts")] = 0,
    json_to: JsonFile = None,
) -> None:
    """Streams at rising rates: time to the first sound, gaps, underruns; fails if one is cut."""
    with given_or_local(server) as url:
        streaming = Streaming(url, voice, language or (), seconds, seed)
        streaming.warm_up()
        steps: list[StreamStep] = []
        for one in rate or (0.5, 1.0, 2.0):
            steps.append(streaming.measure(one))
            if whole:
                steps.append(streaming.measure(one, whole=True))
    _print_steps(steps)
    if json_to:
        write_json(json_to, {"steps": [step.to_json() for step in steps]})
    sys.exit(1 if any(step.count("cut") or step.count("failed") for step in steps) else 0)


def stream_capacity(
    server: str | None,
    first_rate: float,
    window: float,
    tolerance: float,
    seed: int,
    objective: StreamObjective,
) -> dict[str, Any]:
    """The highest rate at which listeners hear what they are promised, as figures."""
    with given_or_local(server) as url:
        streaming = Streaming(url, seconds=window, seed=seed, objective=objective)
        streaming.on_step = _print_step
        streaming.warm_up()
        best, steps = search(streaming.measure, first_rate, tolerance)
    _print_steps(steps)
    if best is None:
        console.print("[red]The objective is not met at any rate.[/red]")
    else:
        console.print(f"\n[green]{best.rate:.3g} streams a second[/] meet the objective.")
    return {
        "steps": [step.to_json() for step in steps],
        "capacity": best.to_json() if best else None,
    }


def _print_steps(steps: Sequence[StreamStep]) -> None:
    sound = ("p50", "p95", "p99")
    out = Table(
        "a second",
        "answers",
        "asked",
        "complete",
        *(f"first sound {q}, s" for q in sound),
        "gap p99, s",
        "ran dry",
        "whole p50, s",
        "audio s/s",
    )
    for step in steps:
        figures = step.to_json()
        cells = (_figure(figures["audible_s"], q) for q in sound)
        out.add_row(
            f"{step.rate:g}",
            "files" if step.whole else "streams",
            str(step.asked),
            str(step.count("complete")),
            *cells,
            "-" if step.whole else _figure(figures["gap_s"], "p99"),
            "-" if step.whole else f"{step.underrun_share:.1%}",
            _figure(figures["ended_s"], "p50"),
            f"{figures['audio_s'] / step.seconds:.1f}",
        )
    Console(width=140).print(out)


def _figure(values: dict[str, float], name: str) -> str:
    return f"{values[name]:.3f}" if values else "-"


def _print_step(step: StreamStep) -> None:
    verdict = "[green]met[/]" if step.met else f"[red]{', '.join(step.missed)}[/]"
    console.print(f"{step.rate:7.2f}/s: {verdict}", highlight=False)

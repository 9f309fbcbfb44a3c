"""`python -m loadtests run`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from loadtests.arrivals import PROFILES
from loadtests.options import REPORT, Folder, Mix, Seed, Server, check_choice
from loadtests.printing import console, print_figures, write_json
from loadtests.report import render
from loadtests.session import session_at
from loadtests.users import MIXES


def run(
    server: Server = None,
    rate: Annotated[float, typer.Option(min=0.01, help="arrivals of users a second")] = 1.0,
    seconds: Annotated[float, typer.Option(min=1, help="for which users arrive")] = 120.0,
    shape: Annotated[str, typer.Option(help=f"of arrivals: {', '.join(PROFILES)}")] = "constant",
    mix: Mix = "mixed",
    patience: Annotated[
        float, typer.Option(min=0, help="seconds for which a refused user keeps coming back")
    ] = 30.0,
    seed: Seed = 0,
    output: Folder = REPORT,
) -> None:
    """Users that behave like real ones; fails if anything accepted is lost or wrong."""
    check_choice("shape", shape, PROFILES)
    check_choice("mix", mix, MIXES)
    with session_at(server, mix, seed, patience) as session:
        console.print(f"{seconds:.0f} s of users against {session.environment.host} …")
        session.load(PROFILES[shape](rate, seconds))
        session.join()
        record = session.world.record
        about = f"{mix} users, {shape} {rate:g}/s for {seconds:g} s · {session.environment.host}"
        output.mkdir(parents=True, exist_ok=True)
        (output / "index.html").write_text(render("Phonex load test", about, record, seconds))
        (output / "locust.html").write_text(session.locust_report())
        write_json(output / "result.json", record.to_json(seconds))
    summary = record.summary(seconds)
    print_figures(summary)
    console.print(f"report: {output / 'index.html'}; locust's own: {output / 'locust.html'}")
    sys.exit(1 if summary["ledger"]["lost"] or summary["faults"] or summary["failed"] else 0)

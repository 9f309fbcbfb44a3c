"""The commands of `python -m loadtests`."""

from __future__ import annotations

import contextlib
import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from config.service_config import ConfigError
from loadtests.arrivals import PROFILES
from loadtests.capacity import Objective, Step, search
from loadtests.chaos_command import chaos
from loadtests.chaos_table import chaos_table
from loadtests.errors import ServiceError
from loadtests.fuzz_command import fuzz
from loadtests.heard import StreamObjective
from loadtests.isolation import KINDS, Isolation
from loadtests.isolation import Phase as IsolationPhase
from loadtests.isolation import verdicts as isolation_verdicts
from loadtests.local import StartError, local_service, local_service_with_keys
from loadtests.measure import Meter
from loadtests.outcomes import percentiles
from loadtests.overload import Overload, Phase, verdicts
from loadtests.plan import render_plan
from loadtests.report import render, table
from loadtests.session import Session
from loadtests.stream_command import stream as stream_command
from loadtests.stream_command import stream_capacity
from loadtests.users import MIXES

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Load tests against a running service; one is started where no --server is given.",
)
app.command()(fuzz)
app.command()(chaos)
app.command("chaos-table")(chaos_table)
app.command("stream")(stream_command)
console = Console(stderr=True)

Server = Annotated[
    str | None, typer.Option(envvar="PHONEX_SERVER", help="URL of a running service")
]
Mix = Annotated[str, typer.Option(help=f"of users: {', '.join(MIXES)}")]
Folder = Annotated[Path, typer.Option("-o", "--output", help="folder for the report and its JSON")]
Seed = Annotated[int, typer.Option(help="the same seed draws the same users and texts")]
P99 = Annotated[float, typer.Option(help="objective: seconds to finished audio, p99")]
Factor = Annotated[
    float, typer.Option(help="objective: seconds to finished audio a second of it, p95")
]
Errors = Annotated[float, typer.Option(min=0, max=1, help="objective: share of errors")]
Window = Annotated[float, typer.Option(min=1, help="seconds each rate is measured for")]
REPORT = Path("loadtest-report")


def main() -> None:
    """Run the command; a failure prints one sentence."""
    try:
        app()
    except (ServiceError, StartError, ConfigError) as error:
        console.print(f"[red]loadtests:[/red] {error}", highlight=False, markup=True)
        sys.exit(2)


@app.command()
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
    _check_choice("shape", shape, PROFILES)
    with _session(server, mix, seed, patience) as session:
        console.print(f"{seconds:.0f} s of users against {session.environment.host} …")
        session.load(PROFILES[shape](rate, seconds))
        session.join()
        record = session.world.record
        about = f"{mix} users, {shape} {rate:g}/s for {seconds:g} s · {session.environment.host}"
        output.mkdir(parents=True, exist_ok=True)
        (output / "index.html").write_text(render("Phonex load test", about, record, seconds))
        (output / "locust.html").write_text(session.locust_report())
        _write_json(output / "result.json", record.to_json(seconds))
    summary = record.summary(seconds)
    _print_figures(summary)
    console.print(f"report: {output / 'index.html'}; locust's own: {output / 'locust.html'}")
    sys.exit(1 if summary["ledger"]["lost"] or summary["faults"] or summary["failed"] else 0)


@app.command()
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
    json_to: Annotated[Path | None, typer.Option("--json", help="write all figures here")] = None,
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
            _write_json(json_to, found)
        sys.exit(0 if found["capacity"] else 1)
    objective = Objective(p99, real_time_factor, errors)
    with _session(server, mix, seed) as session:
        meter = Meter(session, objective, warm_up, window, _print_step)
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
        _write_json(json_to, figures)
    sys.exit(0 if best else 1)


@app.command()
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
    with _session(server, mix, seed) as session:
        if rate is None:
            meter = Meter(session, Objective(p99, real_time_factor), 5.0, window, _print_step)
            best, _ = search(meter.measure)
            if best is None:
                raise ServiceError("the objective is not met at any rate")
            rate = best.rate
        runner = Overload(session, rate, seconds)
        phases = []
        for factor in times or (1.0, 2.0, 10.0):
            phases.append(runner.run(factor))
            _print_figures(phases[-1].record.summary(seconds), f"{factor:g} times the capacity")
    kept = verdicts(phases)
    _report_overload(output, mix, rate, phases, kept)
    for promise, held in kept:
        console.print(f"[{'green' if held else 'red'}]{'yes' if held else 'NO '}[/] {promise}")
    sys.exit(0 if all(held for _, held in kept) else 1)


@app.command()
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
    json_to: Annotated[Path | None, typer.Option("--json", help="write all figures here")] = None,
) -> None:
    """Key B's short texts alone, then beside floods of key A; fails if B feels them."""
    for kind in flood or ():
        _check_choice("flood", kind, KINDS)
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
    kept = isolation_verdicts(alone, phases, batch)
    _print_isolation(alone, phases)
    if json_to:
        promises = [{"promise": promise, "kept": held} for promise, held in kept]
        figures = [phase.to_json() for phase in (alone, *phases)]
        _write_json(json_to, {"phases": figures, "promises": promises, "batch_s": batch})
    for promise, held in kept:
        console.print(f"[{'green' if held else 'red'}]{'yes' if held else 'NO '}[/] {promise}")
    sys.exit(0 if all(held for _, held in kept) else 1)


def _print_isolation(alone: IsolationPhase, phases: list[IsolationPhase]) -> None:
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


@contextlib.contextmanager
def _session(url: str | None, mix: str, seed: int, patience: float = 0.0) -> Iterator[Session]:
    _check_choice("mix", mix, MIXES)
    with contextlib.ExitStack() as stack:
        if not url:
            console.print("Starting a service for this test …")
            url = stack.enter_context(local_service())
        session = Session.open(url.rstrip("/"), mix, seed, patience)
        stack.callback(session.close)
        yield session


def _check_choice(name: str, value: str, choices: Any) -> None:
    if value not in choices:
        raise typer.BadParameter(f"{value!r} is none of {', '.join(choices)}", param_hint=name)


def _print_figures(summary: dict[str, Any], title: str = "") -> None:
    out = Table("figure", "p50", "p95", "p99", "max", title=title or None)
    named = {
        "to finished audio, s": summary["latency_s"],
        "real-time factor": summary["real_time_factor"],
        "rejections, ms": summary["rejection_ms"],
        "generator late, ms": summary["generator_late_ms"],
    }
    for name, values in named.items():
        out.add_row(name, *(f"{values.get(q, 0):.2f}" for q in ("p50", "p95", "p99", "max")))
    console.print(out)
    ledger = summary["ledger"]
    console.print(
        f"asked {summary['arrivals']}, finished {summary['done']}, "
        f"refused {summary['refused']}, failed {summary['failed']}, faults {summary['faults']}; "
        f"{ledger['accepted']} accepted, {ledger['lost']} lost; "
        f"{summary['rejections']} rejections; {summary['audio_s']:.0f} s of audio"
    )


def _print_step(step: Step) -> None:
    verdict = "[green]met[/]" if step.met else f"[red]{', '.join(step.missed)}[/]"
    stage = step.loads.bottleneck if step.loads else None
    busiest = f"; {stage.deployment} {stage.busy:.2f} busy" if stage else ""
    console.print(
        f"{step.rate:7.2f}/s: {step.completed_per_s:.2f} done/s, {step.audio_per_s:.1f} s of "
        f"audio/s, p99 {step.p99_s:.2f} s, factor {step.real_time_factor:.2f}, generator late "
        f"{step.late_ms:.0f} ms{busiest}: {verdict}",
        highlight=False,
    )


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


def _report_overload(
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
    _write_json(output / "overload.json", figures)


def _write_json(path: Path, figures: dict[str, Any]) -> None:
    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: plain(item) for name, item in value.items()}
        if isinstance(value, list | tuple):
            return [plain(item) for item in value]
        # JSON has no infinity.
        return None if isinstance(value, float) and math.isinf(value) else value

    path.write_text(json.dumps(plain(figures), indent=1, allow_nan=False))

"""`python -m loadtests chaos`."""

from __future__ import annotations

import json
import math
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from loadtests.chaos import Chaos, Kill
from loadtests.chaos_audit import SHOWN, Audit, Promise
from loadtests.chaos_clients import Clients
from loadtests.chaos_files import BucketFiles, Files, FolderFiles
from loadtests.chaos_table import by_kind, counts
from loadtests.errors import ServiceError
from loadtests.floods import Asker, record_voice
from loadtests.local import LocalService
from loadtests.options import DrawnSeed, JsonFile, drawn, read_kinds
from loadtests.outcomes import percentiles
from loadtests.printing import console, write_json
from loadtests.targets import OUTAGES, ClusterTarget, ServiceTarget, Target
from loadtests.users import credentials
from loadtests.victims import CLUSTERED, HANG, KINDS, QUEUE, SUPERVISED, SUPERVISOR

# What may hang, and is noticed by somebody.
HANGS = tuple(
    HANG + kind for kind in ("proxy", "ingress", "text to speech", "engine worker", "raylet", "gcs")
)
ALL_KINDS = (*KINDS, *(HANG + kind for kind in KINDS), *OUTAGES)
ALONE = (*(kind for kind in KINDS if kind not in (*CLUSTERED, SUPERVISOR)), *HANGS)
IN_A_CLUSTER = (
    *(kind for kind in KINDS if kind not in SUPERVISED),
    *HANGS,
    HANG + QUEUE,
    *OUTAGES,
)
LEARN_LIMIT_S = 120.0  # on a machine that has just started three nodes and is busy
# The service sweeps often, so that the end need not be waited for.
SETTINGS: dict[str, dict[str, object]] = {"jobs": {"sweep_s": 5.0}}
NO_LIMITS: dict[str, dict[str, object]] = {
    "keys": {"max_unfinished_jobs": 0, "max_chars_per_minute": 0}
}


def chaos(
    kinds: Annotated[
        str, typer.Option(help=f"comma-separated, of: {', '.join((*KINDS, *HANGS, *OUTAGES))}")
    ] = "",
    kills: Annotated[int, typer.Option(min=1, help="in all; every kind in turn")] = 20,
    rate: Annotated[float, typer.Option(min=0.05, help="clients that come a second")] = 0.6,
    seed: DrawnSeed = -1,
    cluster: Annotated[
        bool, typer.Option("--cluster", help="of a cluster in a box, not of one service")
    ] = False,
    outage: Annotated[
        float, typer.Option(min=1, help="seconds that a machine, a store or a cable is off")
    ] = 30.0,
    minutes: Annotated[float, typer.Option(min=0, help="no kill after these")] = math.inf,
    json_to: JsonFile = None,
    keep_log: Annotated[Path | None, typer.Option("--log", help="keep the service's log")] = None,
) -> None:
    """Kill every kind of process of a service of its own under load; fails if anything is lost."""
    chosen = read_kinds(kinds, ALL_KINDS) or list(IN_A_CLUSTER if cluster else ALONE)
    if not cluster and (apart := [kind for kind in chosen if kind in OUTAGES]):
        raise typer.BadParameter(f"only with --cluster: {', '.join(apart)}", param_hint="kinds")
    seed = drawn(seed)
    what = "a cluster" if cluster else "a service"
    console.print(f"seed {seed}: starting {what} for this test …", highlight=False)
    began = time.monotonic()
    run = Run(chosen, kills, rate, seed, 60 * minutes)
    with tempfile.TemporaryDirectory(prefix="phx", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        try:
            shot, promises = (
                _shoot_cluster(run, folder, outage) if cluster else _shoot_service(run, folder)
            )
        finally:  # what goes wrong is there, too
            if keep_log:
                words = [one.read_text(errors="replace") for one in _logs(folder)]
                keep_log.write_text("".join(words))
    _print_kills(shot.kills)
    figures = _summary(shot, promises, seed, time.monotonic() - began)
    console.print(_in_words(figures), highlight=False)
    for promise in promises:
        verdict = "[green]kept[/green]" if promise.kept else "[red]broken[/red]"
        console.print(f"{verdict}  {promise.what}")
        for line in promise.broken[:SHOWN]:
            console.print(f"        {line}", highlight=False, markup=False)
    if json_to:
        write_json(json_to, figures)
    sys.exit(0 if all(promise.kept for promise in promises) else 1)


@dataclass(frozen=True, slots=True)
class Run:
    """What is shot, how often, and beside how many clients a second."""

    kinds: Sequence[str]
    kills: int
    rate: float
    seed: int
    limit_s: float

    def shoot(
        self, url: str, target: Target, files: Callable[[], Files]
    ) -> tuple[Chaos, list[Promise]]:
        """Args:
        files: looked at once a voice is learnt and nothing else is there.
        """
        rng = random.Random(self.seed)  # noqa: S311  no secret
        clients = Clients(url, learn_voice(url), rng)
        _forget_jobs(clients)
        there = files()
        shot = Chaos(clients, target, self.rate, _say)
        shot.run(self.kinds, self.kills, rng, self.limit_s)
        promises = Audit(clients, target.processes, there).run()
        slow = [f"{kill.kind}: not back within the limit" for kill in shot.kills if not kill.back]
        return shot, [Promise("the service came back after every kill", slow), *promises]


def _shoot_service(run: Run, folder: Path) -> tuple[Chaos, list[Promise]]:
    service = LocalService(folder, SETTINGS)
    target = ServiceTarget(service)
    try:
        service.wait_until_ready()
        blobs = service.data_dir / "blobs"
        shot, promises = run.shoot(service.url, target, lambda: FolderFiles(blobs))
    finally:
        service.stop()
    return shot, [*promises, _nothing_runs(shot, target)]


def _shoot_cluster(run: Run, folder: Path, outage_s: float) -> tuple[Chaos, list[Promise]]:
    from clusterbox.cluster import running
    from clusterbox.needs import missing

    if fault := missing():
        raise ServiceError(fault)
    with running(settings=SETTINGS | NO_LIMITS, folder=folder) as cluster:
        os.environ["PHONEX_API_KEY"] = cluster.key
        target = ClusterTarget(cluster, outage_s)
        shot, promises = run.shoot(cluster.url, target, lambda: BucketFiles(cluster))
    return shot, [*promises, _nothing_runs(shot, target)]


def _nothing_runs(shot: Chaos, target: Target) -> Promise:
    return Audit(shot.clients, target.processes).no_orphans("a stop leaves no process")


def _logs(folder: Path) -> list[Path]:
    """Of the service; of every machine, and of what Ray's processes on it write; of the stores and
    the balancer, which says when it leaves a node out, and why."""
    ray = folder.glob("machines/*/ray/session_*/logs/**/*.log")
    beside = (*folder.glob("*/log"), *folder.glob("swift/*.log"))
    return sorted(
        {*folder.glob("*.log"), *beside, *(path for path in ray if not path.is_symlink())}
    )


def learn_voice(url: str) -> str:
    asker = Asker(url, credentials().get("X-API-Key", ""))
    deadline = time.monotonic() + LEARN_LIMIT_S
    while (voice_id := asker.register(record_voice(asker))) is None:
        if time.monotonic() > deadline:
            raise ServiceError(f"{url} learns no voice; its answers: {dict(asker.statuses)}")
        time.sleep(1.0)
    return voice_id


def _forget_jobs(clients: Clients) -> None:
    """Of the time before: those that are counted begin now."""
    _, body, _ = clients.get("/jobs")
    for job in json.loads(body)["jobs"]:
        Asker(clients.url, credentials().get("X-API-Key", "")).ask(
            "DELETE", f"/audio/{job['job_id']}"
        )


def _say(kill: Kill) -> None:
    replaced = "-" if kill.replaced_s is None else f"{kill.replaced_s:.1f}"
    console.print(
        f"{kill.kind} ({kill.pid} on {kill.node}): answers again after {kill.answered_s:.1f} s, "
        f"speaks after {kill.spoke_s:.1f} s, replaced after {replaced} s; "
        f"clients saw {counts(kill.saw)}",
        highlight=False,
    )


def _print_kills(kills: Sequence[Kill]) -> None:
    out = Table(
        "kind", "kills", "answers again, s: p50, max", "speaks again: p50, max", "clients saw"
    )
    for row in by_kind(kills):
        cells = (
            f"{row[name]['p50']:.1f}, {row[name]['max']:.1f}" for name in ("answered_s", "spoke_s")
        )
        out.add_row(row["kind"], str(row["kills"]), *cells, counts(row["saw"]))
    (console if console.is_terminal else Console(stderr=True, width=160)).print(out)


def _summary(shot: Chaos, promises: Sequence[Promise], seed: int, seconds: float) -> dict[str, Any]:
    clients = shot.clients
    errands = clients.errands
    return {
        "seed": seed,
        "seconds": seconds,
        "kills": len(shot.kills),
        "arrivals": shot.arrivals,
        "requests": len(errands),
        "of them": {
            "with a key": sum(bool(one.key) for one in errands),
            "clones": sum(one.kind == "clone" for one in errands),
            "streams": sum(one.stream for one in errands),
        },
        "ledger": clients.ledger.summary(),
        "without an answer and without a key": clients.unanswered,
        "generator_late_ms": percentiles([1000 * late for late in shot.lateness]),
        "by kind": by_kind(shot.kills),
        "each": [kill.to_json() for kill in shot.kills],
        "promises": [promise.to_json() for promise in promises],
    }


def _in_words(figures: dict[str, Any]) -> str:
    ledger = figures["ledger"]
    of = ", ".join(f"{count} {what}" for what, count in figures["of them"].items())
    return (
        f"seed {figures['seed']}: {figures['kills']} kills in {figures['seconds']:.0f} s; "
        f"{figures['requests']} requests ({of}), {ledger['accepted']} accepted, "
        f"{ledger.get('downloaded', 0)} downloaded, {ledger['lost']} lost; "
        f"{figures['without an answer and without a key']} without a key had no answer"
    )

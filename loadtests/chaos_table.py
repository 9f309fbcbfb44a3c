"""`python -m loadtests chaos-table`: what came back, of several runs, as a table for the docs."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from loadtests.chaos import Kill
from loadtests.errors import ServiceError
from loadtests.outcomes import percentiles
from loadtests.targets import OUTAGES
from loadtests.victims import HANG, KINDS

HEADER = """\
| Killed with -9, stopped (`hang`), away or replaced | Times | answers again | clones again | \
clients saw |
|---|---|---|---|---|"""


def chaos_table(
    files: Annotated[
        list[Path], typer.Argument(exists=True, dir_okay=False, help="that `chaos --json` wrote")
    ],
) -> None:
    """Print runs of `chaos` as one table in Markdown, and the sum of what was promised and kept."""
    runs = [_read(path) for path in files]
    kills = [Kill.from_json(each) for run in runs for each in run["each"]]
    print(HEADER)
    for row in by_kind(kills):
        cells = (row["kind"], str(row["kills"]), _times(row["answered_s"]), _times(row["spoke_s"]))
        print(f"| {' | '.join(cells)} | {counts(row['saw'])} |")
    print()
    print(_sum(runs))
    for path, run in zip(files, runs, strict=True):
        for promise in run["promises"]:
            if not promise["kept"]:
                print(f"{path}: broken: {promise['promise']}: {'; '.join(promise['broken'][:3])}")


def by_kind(kills: Sequence[Kill]) -> list[dict[str, Any]]:
    """A row for each kind, processes before outages before hangs."""
    groups: dict[str, list[Kill]] = defaultdict(list)
    for kill in kills:
        groups[kill.kind].append(kill)
    return [
        {
            "kind": kind,
            "kills": len(group),
            "answered_s": percentiles([kill.answered_s for kill in group]),
            "spoke_s": percentiles([kill.spoke_s for kill in group]),
            "saw": dict(sum((kill.saw for kill in group), Counter()).most_common()),
        }
        for kind, group in sorted(groups.items(), key=lambda one: _place(one[0]))
    ]


def counts(saw: dict[str, int]) -> str:
    """What clients saw, most often first."""
    return ", ".join(f"{count} x {what}" for what, count in Counter(saw).most_common()) or "nothing"


def _place(kind: str) -> tuple[bool, int]:
    return kind.startswith(HANG), (*KINDS, *OUTAGES).index(kind.removeprefix(HANG))


def _read(path: Path) -> dict[str, Any]:
    try:
        run: dict[str, Any] = json.loads(path.read_text())
        missing = {"seed", "each", "promises", "ledger", "requests"} - set(run)
    except (ValueError, TypeError) as error:
        raise ServiceError(f"{path} is no JSON of a run: {error}") from error
    if missing:
        raise ServiceError(f"{path} is of no run of chaos: it has no {', '.join(sorted(missing))}")
    return run


def _times(of: dict[str, float]) -> str:
    """Median and longest; one where they are told alike."""
    told = dict.fromkeys(_seconds(of[name]) for name in ("p50", "max"))
    return ", ".join(told) + " s"


def _seconds(value: float) -> str:
    return f"{value:.1f}" if value < 9.95 else f"{value:.0f}"


def _sum(runs: Sequence[dict[str, Any]]) -> str:
    seeds = ", ".join(str(run["seed"]) for run in runs)
    kills = sum(len(run["each"]) for run in runs)
    ledger: Counter[str] = sum((Counter(run["ledger"]) for run in runs), Counter())
    promises = [promise["kept"] for run in runs for promise in run["promises"]]
    return (
        f"{len(runs)} runs (seeds {seeds}), {kills} kills in "
        f"{sum(run['seconds'] for run in runs) / 60:.0f} minutes: "
        f"{sum(run['requests'] for run in runs)} requests, {ledger['accepted']} accepted, "
        f"{ledger['downloaded']} downloaded, {ledger['lost']} lost; "
        f"{sum(promises)} of {len(promises)} promises kept"
    )

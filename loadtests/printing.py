"""What commands print of their figures, and how they write them to a file."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from loadtests.capacity import Step

console = Console(stderr=True)


def print_figures(summary: dict[str, Any], title: str = "") -> None:
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


def print_step(step: Step) -> None:
    verdict = "[green]met[/]" if step.met else f"[red]{', '.join(step.missed)}[/]"
    stage = step.loads.bottleneck if step.loads else None
    busiest = f"; {stage.deployment} {stage.busy:.2f} busy" if stage else ""
    console.print(
        f"{step.rate:7.2f}/s: {step.completed_per_s:.2f} done/s, {step.audio_per_s:.1f} s of "
        f"audio/s, p99 {step.p99_s:.2f} s, factor {step.real_time_factor:.2f}, generator late "
        f"{step.late_ms:.0f} ms{busiest}: {verdict}",
        highlight=False,
    )


def print_promises(kept: Sequence[tuple[str, bool]]) -> None:
    for promise, held in kept:
        console.print(f"[{'green' if held else 'red'}]{'yes' if held else 'NO '}[/] {promise}")


def write_json(path: Path, figures: dict[str, Any]) -> None:
    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: plain(item) for name, item in value.items()}
        if isinstance(value, list | tuple):
            return [plain(item) for item in value]
        # JSON has no infinity.
        return None if isinstance(value, float) and math.isinf(value) else value

    path.write_text(json.dumps(plain(figures), indent=1, allow_nan=False) + "\n")

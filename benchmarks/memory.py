"""Resident memory while one replica of each stage clones pieces of mixed lengths."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from benchmarks.clone import our_way
from benchmarks.workload import models, sentences

FIRST, LAST = 50, 500
MARKS = (10, FIRST, 100, 200, 300, 400, LAST)


def measure(models_dir: Path | None = None, size: str = "tiny") -> list[dict[str, Any]]:
    """Tiny networks: all that could grow is there, and 500 clones take minutes."""
    rows: list[dict[str, Any]] = []
    with models(models_dir, size) as folder:
        clone = our_way(folder, "fp32")
        texts = sentences(seed=500)
        for number in range(1, LAST + 1):
            clone(next(texts), number)
            if number in MARKS:
                rows.append({"clones": number, "resident, MiB": resident_mib()})
    base = next(row["resident, MiB"] for row in rows if row["clones"] == FIRST)
    return [row | {f"against {FIRST}": row["resident, MiB"] / base - 1} for row in rows]


def resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

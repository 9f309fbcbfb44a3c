"""Runs of `chaos` are told as one table: nothing that was shot, seen or broken is left out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.running import run_loadtests


def kill(kind: str, answered_s: float, saw: dict[str, int]) -> dict[str, Any]:
    times = {"answered_s": answered_s, "spoke_s": 2 * answered_s, "replaced_s": None}
    return {"kind": kind, "node": "head", "pid": 7, **times, "back": True, "saw": saw}


def a_run(path: Path, seed: int, kills: list[dict[str, Any]], broken: list[str]) -> str:
    run = {
        "seed": seed,
        "seconds": 90.0,
        "requests": 12,
        "ledger": {"accepted": 11, "downloaded": 10, "lost": 1},
        "each": kills,
        "promises": [{"promise": "no orphan", "kept": not broken, "broken": broken}],
    }
    path.write_text(json.dumps(run))
    return str(path)


def test_runs_are_summed_by_kind(tmp_path: Path) -> None:
    first = [kill("gcs", 1.0, {"500 a": 1}), kill("S3", 12.4, {}), kill("hang gcs", 0.04, {})]
    second = [kill("gcs", 9.0, {"500 a": 2, "503 b": 4})]
    told = run_loadtests(
        "chaos-table",
        a_run(tmp_path / "a.json", 1, first, []),
        a_run(tmp_path / "b.json", 2, second, ["process 9"]),
    )
    assert told.returncode == 0, told.stderr
    lines = told.stdout.splitlines()
    assert lines[2:5] == [
        "| gcs | 2 | 5.0, 9.0 s | 10, 18 s | 4 x 503 b, 3 x 500 a |",
        "| S3 | 1 | 12 s | 25 s | nothing |",
        "| hang gcs | 1 | 0.0 s | 0.1 s | nothing |",
    ]
    assert lines[6] == (
        "2 runs (seeds 1, 2), 4 kills in 3 minutes: 24 requests, 22 accepted, 20 downloaded, "
        "2 lost; 1 of 2 promises kept"
    )
    assert lines[7] == f"{tmp_path / 'b.json'}: broken: no orphan: process 9"


def test_what_is_no_run_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    for text, why in (("{}", "of no run of chaos"), ("no", "no JSON"), ("7", "no JSON")):
        other.write_text(text)
        told = run_loadtests("chaos-table", str(other))
        assert told.returncode == 2
        assert why in " ".join(told.stderr.split())

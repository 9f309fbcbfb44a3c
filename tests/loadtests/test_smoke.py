"""A few seconds of every kind of user against the real service."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from loadtests.outcomes import Outcome, Record
from loadtests.plots import Line, chart
from loadtests.report import render
from tests.running import ROOT, RunningService


def test_real_users_lose_nothing(service: RunningService, tmp_path: Path) -> None:
    ran = subprocess.run(
        [
            *(sys.executable, "-m", "loadtests", "run", "--server", service.url),
            *("--rate", "1.5", "--seconds", "6", "--seed", "4", "-o", str(tmp_path)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    result = json.loads((tmp_path / "result.json").read_text())
    assert result["done"] == result["arrivals"] == result["ledger"]["accepted"] > 0
    assert result["ledger"]["lost"] == result["faults"] == 0
    assert "POST" in (tmp_path / "locust.html").read_text()


def record() -> Record:
    made = Record(0.0)
    made.arrivals = [0.5, 1.5, 2.5]
    made.outcomes = [
        Outcome("tts", 0.5, 1.0, "done", 4.0),
        Outcome("clone", 1.5, 7.5, "done", 3.0),
        Outcome("tts", 2.5, 2.6, "refused", refusals=1),
    ]
    return made


def test_the_page_needs_nothing_but_itself() -> None:
    page = render("A & B", "<script>", record(), 10.0)
    assert page.count("<svg") == 4
    assert "A &amp; B" in page
    assert not [word for word in ("<script", "src=", "href=", "@import", "url(") if word in page]


def test_the_page_says_what_was_lost() -> None:
    made = record()
    assert "Nothing that was accepted is lost" in render("", "", made, 10.0)
    made.ledger.accept("id", "tts")
    assert "1 accepted jobs are lost" in render("", "", made, 10.0)


def test_the_series_add_up() -> None:
    series = record().series()
    assert len(series["at"]) == 8
    assert series["arrivals"] == [1, 1, 1, 0, 0, 0, 0, 0]
    assert series["goodput"] == [0, 1, 0, 0, 0, 0, 0, 1]
    assert series["audio"] == [0, 4, 0, 0, 0, 0, 0, 3]
    assert series["waiting"] == [1, 1, 1, 1, 1, 1, 1, 0]
    assert series["p50"][1] == pytest.approx(0.5)
    assert series["p50"][7] == pytest.approx(6.0)


def test_a_line_has_a_gap_where_there_is_no_number() -> None:
    drawn = chart("t", "s", [0, 1, 2, 3], [Line("a", "#000", [1, float("nan"), 2, 3])])
    path = drawn.split('<path d="')[1].split('"')[0]
    assert path.count("M") == 2
    assert "nan" not in drawn

"""A new release comes to a cluster under load, and goes again: no accepted job is lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clusterbox.needs import missing
from tests.long import long_test
from tests.running import run_loadtests

pytestmark = pytest.mark.timeout(900)


@long_test
def test_a_rolling_update_and_its_way_back_lose_nothing(tmp_path: Path) -> None:
    if (fault := missing()) is not None:
        pytest.skip(fault)
    told = tmp_path / "chaos.json"
    ran = run_loadtests(
        *("chaos", "--cluster", "--rate", "0.4"),
        *("--kinds", "rolling update", "--kills", "2", "--json", str(told)),
    )
    assert ran.returncode == 0, ran.stderr
    figures = json.loads(told.read_text())
    assert figures["ledger"]["lost"] == 0 < figures["of them"]["streams"]
    assert [update["replaced_s"] is not None for update in figures["each"]] == [True, True]

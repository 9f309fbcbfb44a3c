"""What is checked in is what the code makes, and names what is exported."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitoring.__main__ import FOLDER, files
from monitoring.alerts import ALERTS
from monitoring.panels import ROWS, expressions
from monitoring.query import CREATING, rate, select
from serve_app.web.shedding import GATED
from telemetry import metrics
from tests.monitoring.prometheus import INSTALL, need
from tests.monitoring.proof import names_in
from tests.running import ROOT

EXPORTED = {metric.name for metric in metrics.ALL}
GUIDE = ROOT / "docs" / "operate.md"


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_what_is_checked_in_is_current(path: Path) -> None:
    assert path.read_text() == files()[path], "run python -m monitoring"


def test_every_metric_of_a_panel_or_an_alert_is_exported() -> None:
    used: set[str] = set()
    for place, expression in [*expressions(), *((a.name, a.expression) for a in ALERTS)]:
        for name in names_in(expression):
            if not name.startswith("ray_"):
                used.add(re.sub(r"_(bucket|sum|count)$", "", name))
                assert used <= EXPORTED, place
    assert used == EXPORTED  # and none is measured that nobody sees


def test_an_expression_of_what_is_not_exported_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="no label 'voice'"):
        rate(metrics.REQUESTS, where='voice="x"')
    with pytest.raises(ValueError, match="histogram"):
        select(metrics.REQUEST_SECONDS)


@pytest.mark.parametrize("route", [*GATED, "/voice/register", "/v1/audio/voices"])
def test_slow_answers_are_watched_on_every_route_that_makes_audio_or_voices(route: str) -> None:
    (routes,) = re.findall(r'route=~"([^"]*)"', CREATING)
    assert re.fullmatch(routes, route)


def test_panels_fill_the_grid_and_do_not_overlap() -> None:
    panels = json.loads((FOLDER / "grafana" / "dashboards" / "phonex.json").read_text())["panels"]
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        at = panel["gridPos"]
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not cells & taken, panel["title"]
        assert at["x"] + at["w"] <= 24
        taken |= cells
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert len(panels) == sum(1 + len(row.panels) for row in ROWS)


def test_every_alert_says_what_to_do_in_the_guide() -> None:
    headings = re.findall(r"^#+ (\w+)$", GUIDE.read_text(), re.MULTILINE)
    for alert in ALERTS:
        assert alert.name in headings
        assert alert.summary
        assert alert.description.endswith(".")


def test_the_guide_explains_every_metric_and_no_other() -> None:
    named = set(re.findall(r"\bphonex_[a-z_]+", GUIDE.read_text()))
    assert named == EXPORTED


def test_prometheus_accepts_the_configuration() -> None:
    done = subprocess.run(
        [need("promtool"), "check", "config", str(FOLDER / "prometheus.yml")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_compose_file_mounts_what_is_there() -> None:
    compose: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text())
    for service in compose["services"].values():
        for volume in service["volumes"]:
            source = volume.split(":")[0]
            if source.startswith("."):
                assert (FOLDER / source).exists(), source


def test_the_alerts_fire_when_they_should_and_only_then() -> None:
    if shutil.which("promtool") is None:
        pytest.skip(INSTALL)
    done = subprocess.run(
        ["promtool", "test", "rules", str(Path(__file__).parent / "alerts_test.yml")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr

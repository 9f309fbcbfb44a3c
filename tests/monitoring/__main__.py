"""`python -m tests.monitoring [SECONDS] [FILE]`: the proof at leisure, on a service of its own.

Keeps the load up for SECONDS (120), says of every expression by either way whether it has values,
and writes what the panels would show to FILE as JSON.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from monitoring.panels import ROWS
from tests.conftest import PARAGRAPH, speak
from tests.monitoring.load import Load
from tests.monitoring.prometheus import WAYS, Prometheus
from tests.monitoring.proof import WINDOW, all_expressions, failures, may_be_empty
from tests.running import WEBHOOKS, RunningService

STEP_S = 2.0


def main(seconds: float, output: Path | None) -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        service = RunningService(folder, {"webhooks": WEBHOOKS})
        try:
            service.wait_until_ready()
            sample = speak(service.client, PARAGRAPH, speaker="EN-BR")
            began = time.time()
            with Prometheus(folder, service) as prometheus, Load(service.url, sample) as load:
                time.sleep(seconds)
                found = {way: failures(prometheus, way, limit_s=30) for way in WAYS}
                if output:
                    output.write_text(json.dumps(shown(prometheus, began)))
            report(found, load.rounds)
        finally:
            service.stop()
    return 1 if any(found.values()) else 0


def report(found: dict[str, list[str]], rounds: int) -> None:
    expected = [expression for _, expression in all_expressions("ray")]
    quiet = sum(may_be_empty(expression) for expression in expected)
    print(f"{rounds} rounds of load; {len(expected)} expressions, {quiet} of them may be empty")
    for way, broken in found.items():
        print(f"{way}: {len(broken)} err or are empty", *broken, sep="\n  ")


def shown(prometheus: Prometheus, began: float) -> list[dict[str, object]]:
    """The panels with their series, by Ray's agents."""
    panels: list[dict[str, object]] = []
    for row in ROWS:
        for panel in row.panels:
            series = []
            for legend, expression in panel.targets:
                ready = expression.replace("$job", "ray").replace("$__rate_interval", WINDOW)
                for one in prometheus.query_range(ready, began, time.time(), STEP_S):
                    series.append({"legend": legend, **one})
            panels.append(
                {"row": row.title, "title": panel.title, "unit": panel.unit, "series": series}
            )
    return panels


if __name__ == "__main__":
    arguments = sys.argv[1:]
    sys.exit(
        main(
            float(arguments[0]) if arguments else 120.0,
            Path(arguments[1]) if len(arguments) > 1 else None,
        )
    )

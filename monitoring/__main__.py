"""`python -m monitoring` writes config/monitoring/ anew from the code."""

from __future__ import annotations

import json
from pathlib import Path

import yaml

from monitoring.alerts import rules
from monitoring.dashboard import dashboard

FOLDER = Path(__file__).parent.parent / "config" / "monitoring"
HEADER = "# Made by `python -m monitoring` from monitoring/; edit there.\n"


def files() -> dict[Path, str]:
    """What is generated, by its place."""
    alerts = yaml.safe_dump(rules(), sort_keys=False, width=1000)
    return {
        FOLDER / "grafana" / "dashboards" / "phonex.json": json.dumps(dashboard(), indent=1) + "\n",
        FOLDER / "alerts.yml": HEADER + alerts,
    }


def write() -> None:
    for path, text in files().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


if __name__ == "__main__":
    write()

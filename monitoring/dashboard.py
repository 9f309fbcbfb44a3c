"""The panels as a Grafana dashboard."""

from __future__ import annotations

from typing import Any

from monitoring.panels import ROWS
from monitoring.panels.panel import Panel

DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
HEIGHT = 7
COLUMNS = 24


def dashboard() -> dict[str, Any]:
    panels: list[dict[str, Any]] = []
    y = 0
    for row in ROWS:
        panels.append(
            {
                "id": len(panels) + 1,
                "type": "row",
                "title": row.title,
                "collapsed": False,
                "gridPos": {"h": 1, "w": COLUMNS, "x": 0, "y": y},
                "panels": [],
            }
        )
        y += 1
        x = 0
        for panel in row.panels:
            if x + panel.width > COLUMNS:
                x, y = 0, y + HEIGHT
            position = {"h": HEIGHT, "w": panel.width, "x": x, "y": y}
            panels.append(_panel(panel, len(panels) + 1, position))
            x += panel.width
        y += HEIGHT
    return {
        "uid": "phonex",
        "title": "Phonex",
        "description": "Are users served, how fast, what is the bottleneck. See docs/operate.md.",
        "tags": ["phonex"],
        "schemaVersion": 39,
        "version": 1,
        "editable": True,
        "graphTooltip": 1,
        "refresh": "10s",
        "time": {"from": "now-1h", "to": "now"},
        "templating": {"list": _variables()},
        "annotations": {"list": []},
        "panels": panels,
    }


def _variables() -> list[dict[str, Any]]:
    return [
        {
            "name": "datasource",
            "label": "Prometheus",
            "type": "datasource",
            "query": "prometheus",
            "refresh": 1,
        },
        {
            "name": "job",
            "label": "Scraped from",
            "description": "ray: Ray's agents. phonex: the service's own /metrics.",
            "type": "query",
            "datasource": DATASOURCE,
            "query": {"query": "label_values(phonex_replicas, job)", "refId": "job"},
            "refresh": 2,
            "sort": 2,
        },
    ]


def _panel(panel: Panel, number: int, position: dict[str, int]) -> dict[str, Any]:
    return {
        "id": number,
        "type": panel.kind,
        "title": panel.title,
        "description": panel.help,
        "datasource": DATASOURCE,
        "gridPos": position,
        "fieldConfig": {
            "defaults": {
                "unit": panel.unit,
                "min": 0,
                "custom": {"fillOpacity": 10, "showPoints": "never"}
                if panel.kind == "timeseries"
                else {},
            },
            "overrides": [],
        },
        "options": _options(panel),
        "targets": [
            {
                "refId": chr(ord("A") + index),
                "datasource": DATASOURCE,
                "expr": expression,
                "legendFormat": legend,
            }
            for index, (legend, expression) in enumerate(panel.targets)
        ],
    }


def _options(panel: Panel) -> dict[str, Any]:
    if panel.kind == "stat":
        text = "name" if panel.title == "Engine" else "value"
        return {"reduceOptions": {"calcs": ["lastNotNull"]}, "textMode": text}
    return {
        "legend": {"displayMode": "list", "placement": "bottom"},
        "tooltip": {"mode": "multi", "sort": "desc"},
    }

"""What a row of panels is made of: questions, and the expressions that answer them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Panel:
    title: str
    help: str
    targets: tuple[tuple[str, str], ...]  # (legend, expression)
    unit: str = "short"  # Grafana's name
    kind: str = "timeseries"  # or "stat", "table"
    width: int = 6  # of 24


@dataclass(frozen=True)
class Row:
    title: str
    panels: tuple[Panel, ...]

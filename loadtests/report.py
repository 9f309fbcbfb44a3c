"""The page of a run: one file, everything in it."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any

from loadtests.outcomes import Record
from loadtests.plots import Line, chart

BLUE, GREEN, RED, ORANGE, GREY = "#2563eb", "#16a34a", "#dc2626", "#d97706", "#64748b"
Row = Sequence[str]

STYLE = """
:root { color-scheme: light; font: 15px/1.45 system-ui, sans-serif; color: #0f172a; }
body { max-width: 1500px; margin: 0 auto; padding: 24px; background: #f8fafc; }
h1 { margin: 0; font-size: 24px; } header p { margin: 4px 0 20px; color: #475569; }
.verdict { padding: 10px 14px; border-radius: 8px; font-weight: 600; margin-bottom: 16px; }
.good { background: #dcfce7; color: #14532d; } .bad { background: #fee2e2; color: #7f1d1d; }
.tiles { display: grid; grid-template-columns: repeat(5, 1fr); gap: 12px; }
.tile, figure, section { background: #fff; border: 1px solid #e2e8f0; border-radius: 8px; }
.tile { padding: 10px 14px; } .tile b { display: block; font-size: 24px; }
.tile small { color: #64748b; } .charts { display: grid; gap: 12px; margin: 16px 0;
  grid-template-columns: repeat(auto-fit, minmax(520px, 1fr)); }
figure { margin: 0; padding: 10px 14px; }
figcaption { font-weight: 600; min-height: 48px; }
figcaption small { font-weight: 400; color: #64748b; } svg { width: 100%; display: block; }
svg text { font-size: 13px; fill: #64748b; } .grid { stroke: #e2e8f0; }
.legend { float: right; font-weight: 400; font-size: 13px; } .legend span { margin-left: 12px; }
.legend i { display: inline-block; width: 12px; height: 3px; margin-right: 5px;
  vertical-align: middle; }
section { padding: 10px 14px; margin-top: 12px; overflow-x: auto; }
h2 { font-size: 16px; margin: 0; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: 4px 8px; border-bottom: 1px solid #f1f5f9; }
th:first-child, td:first-child { text-align: left; } th { color: #64748b; font-weight: 600; }
"""


def render(title: str, about: str, record: Record, seconds: float, extra: str = "") -> str:
    """The page of one run.

    Args:
        about: what was run, against what.
        seconds: for how long users arrived.
        extra: more HTML, below the charts.
    """
    summary = record.summary(seconds)
    lost, faults = summary["ledger"]["lost"], summary["faults"]
    good = not lost and not faults
    verdict = (
        "Nothing that was accepted is lost, and all audio is what was asked for."
        if good
        else f"{lost} accepted jobs are lost; {faults} faults."
    )
    made = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(title)}</title>"
        f"<style>{STYLE}</style><header><h1>{escape(title)}</h1>"
        f"<p>{escape(about)} · {made} · Python {platform.python_version()}</p></header>"
        f'<div class="verdict {"good" if good else "bad"}">{escape(verdict)}</div>'
        f"{_tiles(summary)}{_charts(record)}{extra}{_kinds(record)}{_faults(record)}</html>"
    )


def _tiles(summary: Mapping[str, Any]) -> str:
    latency, factor = summary["latency_s"], summary["real_time_factor"]
    tiles = [
        (f"{summary['arrivals_per_s']:.2f}/s", "asked for"),
        (str(summary["done"]), "finished, checked, downloaded"),
        (str(summary["ledger"]["lost"]), "accepted and lost"),
        (str(summary["refused"]), "turned away for good"),
        (f"{summary['audio_s'] / summary['seconds']:.1f}", "seconds of audio a second"),
        (f"{latency.get('p50', 0):.2f} s", "to finished audio, median"),
        (f"{latency.get('p99', 0):.2f} s", "to finished audio, p99"),
        (f"{factor.get('p95', 0):.2f}", "real-time factor, p95"),
        (f"{summary['rejection_ms'].get('p99', 0):.0f} ms", "to a rejection, p99"),
        (f"{summary['generator_late_ms'].get('p99', 0):.1f} ms", "generator late, p99"),
    ]
    cells = "".join(
        f'<div class="tile"><b>{escape(value)}</b><small>{escape(name)}</small></div>'
        for value, name in tiles
    )
    return f'<div class="tiles">{cells}</div>'


def _charts(record: Record) -> str:
    series = record.series()
    at = series["at"]
    rates = [
        Line("arrivals", GREY, _smooth(series["arrivals"])),
        Line("finished", GREEN, _smooth(series["goodput"])),
        Line("rejections", RED, _smooth(series["rejections"])),
    ]
    latency = [
        Line("p50", BLUE, series["p50"]),
        Line("p95", ORANGE, series["p95"]),
        Line("p99", RED, series["p99"]),
    ]
    figures = [
        chart("Arrivals, goodput and rejections", "a second, over 5 s", at, rates),
        chart("Time to finished audio", "s, of the last 5 s", at, latency),
        chart(
            "Audio finished", "seconds a second, over 5 s", at,
            [Line("audio", GREEN, _smooth(series["audio"]))],
        ),
        chart(
            "Wanted and not there yet", "pieces of audio", at,
            [Line("waiting", BLUE, series["waiting"])],
        ),
    ]  # fmt: skip
    return f'<div class="charts">{"".join(figures)}</div>'


def _smooth(values: Sequence[float], over: int = 5) -> list[float]:
    recent = (values[max(0, i - over + 1) : i + 1] for i in range(len(values)))
    return [sum(part) / len(part) for part in recent]


def _kinds(record: Record) -> str:
    head = ("", "asked", "finished", "refused", "failed", "audio s", "p50 s", "p95 s", "p99 s")
    rows = []
    for kind in sorted({one.kind for one in record.outcomes}):
        part = Record(record.started_at)
        part.outcomes = [one for one in record.outcomes if one.kind == kind]
        figures = part.summary(1.0)
        latency = [f"{figures['latency_s'].get(q, float('nan')):.2f}" for q in _QUANTILES]
        ends = (figures["done"], figures["refused"], figures["failed"])
        rows.append(
            (kind, str(len(part.outcomes)), *map(str, ends), f"{figures['audio_s']:.0f}", *latency)
        )
    return table("By kind", head, rows)


_QUANTILES = ("p50", "p95", "p99")


def _faults(record: Record) -> str:
    return table("Faults", ("what",), [(fault,) for fault in record.faults[:50]])


def table(title: str, head: Row, rows: Sequence[Row]) -> str:
    """A table with a title; nothing where there are no rows."""
    if not rows:
        return ""
    names = "".join(f"<th>{escape(name)}</th>" for name in head)
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows
    )
    return f"<section><h2>{escape(title)}</h2><table><tr>{names}</tr>{body}</table></section>"

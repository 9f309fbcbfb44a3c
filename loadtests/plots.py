"""Line charts as inline SVG: no scripts, no fonts, nothing fetched."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 720, 240
LEFT, RIGHT, TOP, BOTTOM = 52, 12, 12, 28
TICKS = 5


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    color: str
    values: Sequence[float]  # not a number where there is none


def chart(title: str, unit: str, at: Sequence[float], lines: Sequence[Line]) -> str:
    """A figure with its legend. `at` is in seconds; `unit` is that of the values."""
    values = [value for line in lines for value in line.values if math.isfinite(value)]
    top = _round_up(max(values, default=1.0))
    end = max(at[-1] if at else 1.0, 1.0)

    def x(second: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * second / end

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top

    parts = [_grid(top, end, x(end))]
    parts += [
        f'<path d="{_path([(x(s), y(v)) for s, v in zip(at, line.values, strict=True)])}" '
        f'stroke="{line.color}" fill="none" stroke-width="1.8" stroke-linejoin="round"/>'
        for line in lines
    ]
    legend = "".join(
        f'<span><i style="background:{line.color}"></i>{escape(line.name)}</span>' for line in lines
    )
    return (
        f"<figure><figcaption>{escape(title)} <small>{escape(unit)}</small>"
        f'<span class="legend">{legend}</span></figcaption>'
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">'
        f"{''.join(parts)}</svg></figure>"
    )


def _grid(top: float, end: float, right: float) -> str:
    parts = []
    for tick in range(TICKS):
        share = tick / (TICKS - 1)
        y = HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share
        x = LEFT + (WIDTH - LEFT - RIGHT) * share
        parts += [
            f'<line x1="{LEFT}" x2="{right:.0f}" y1="{y:.1f}" y2="{y:.1f}" class="grid"/>',
            f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{_short(top * share)}</text>',
            f'<text x="{x:.1f}" y="{HEIGHT - 8}" text-anchor="{"end" if share == 1 else "middle"}">'
            f"{end * share:.0f} s</text>",
        ]
    return "".join(parts)


def _path(points: Sequence[tuple[float, float]]) -> str:
    """Straight lines through what is a number; a gap where it is not."""
    parts, pen = [], "M"
    for x, y in points:
        if math.isfinite(y):
            parts.append(f"{pen}{x:.1f} {y:.1f}")
            pen = "L"
        else:
            pen = "M"
    return "".join(parts)


def _round_up(value: float) -> float:
    """The next of 1, 2, 4, 8 times a power of ten: their quarters are short numbers."""
    if value <= 0:
        return 1.0
    power = 10 ** math.floor(math.log10(value))
    return float(next(step * power for step in (1, 2, 4, 8, 10) if step * power >= value * 0.999))


def _short(value: float) -> str:
    return f"{value:.3g}"

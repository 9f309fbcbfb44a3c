"""Monotone rational-quadratic splines (Durkan et al. 2019, "Neural Spline Flows"), inverted.

The spline maps [-TAIL, TAIL] onto itself, through knots whose widths, heights and slopes a
network predicts for every value; outside it is the identity. Sampling needs its inverse only.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

TAIL = 5.0
MIN_BIN = 1e-3  # least width and height of a bin, as a share of the whole
MIN_SLOPE = 1e-3
EDGE_SLOPE = math.log(math.expm1(1 - MIN_SLOPE))  # softplus of it plus MIN_SLOPE is 1


@dataclass(frozen=True, slots=True)
class Knots:
    """Where each spline bends, in the order of its bins. All (..., K + 1)."""

    x: Tensor
    y: Tensor
    slope: Tensor


def knot_positions(shares: Tensor) -> Tensor:
    """Unnormalized sizes of K bins (..., K) -> K + 1 positions from -TAIL to TAIL"""
    bins = shares.shape[-1]
    sizes = MIN_BIN + (1 - MIN_BIN * bins) * shares.softmax(-1)  # (..., K)
    inner = 2 * TAIL * sizes.cumsum(-1)[..., :-1] - TAIL  # (..., K - 1)
    # The outer knots are set rather than summed, so that rounding cannot move them.
    return functional.pad(functional.pad(inner, (1, 0), value=-TAIL), (0, 1), value=TAIL)


def make_knots(widths: Tensor, heights: Tensor, slopes: Tensor) -> Knots:
    """Unnormalized widths, heights (..., K) and inner slopes (..., K - 1) -> knots"""
    edged = functional.pad(slopes, (1, 1), value=EDGE_SLOPE)  # (..., K + 1)
    slope = MIN_SLOPE + functional.softplus(edged)
    return Knots(knot_positions(widths), knot_positions(heights), slope)


def invert(y: Tensor, knots: Knots) -> Tensor:
    """The x that each spline maps to y. y (...) -> (...)"""
    inside = y.abs() <= TAIL
    held = y.clamp(-TAIL, TAIL)  # what is outside gets some bin, and is replaced at the end
    bin_index = (held.unsqueeze(-1) >= knots.y[..., 1:-1]).sum(-1, keepdim=True)  # (..., 1)

    def at(values: Tensor) -> Tensor:
        return values.gather(-1, bin_index).squeeze(-1)  # (..., K) -> (...)

    width = at(knots.x.diff(dim=-1))
    height = at(knots.y.diff(dim=-1))
    left, low = at(knots.x), at(knots.y)
    slope, next_slope = at(knots.slope), at(knots.slope[..., 1:])
    mean_slope = height / width
    bend = slope + next_slope - 2 * mean_slope
    rise = held - low
    # The share of the bin's width is a root of a t² + b t + c, in the form that is stable
    # where a vanishes (equation 29 of the paper).
    a = rise * bend + height * (mean_slope - slope)
    b = height * slope - rise * bend
    c = -mean_slope * rise
    discriminant = (b.square() - 4 * a * c).clamp_min(0)
    share = 2 * c / (-b - discriminant.sqrt())
    return torch.where(inside, share * width + left, y)

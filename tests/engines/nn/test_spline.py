"""The inverse spline against the forward formula of the paper."""

from __future__ import annotations

import torch
from torch import Tensor

from engines.nn import spline
from engines.nn.spline import TAIL, Knots, invert, make_knots


def random_knots(count: int) -> Knots:
    torch.manual_seed(3)
    wide = torch.randn(3, count, 10, dtype=torch.float64) * 2
    return make_knots(wide[0], wide[1], wide[2, :, :9])


def forward(x: Tensor, knots: Knots) -> Tensor:
    """Equation 4 of Durkan et al., value by value."""
    out = torch.empty_like(x)
    for i, value in enumerate(x):
        edges = knots.x[i]
        k = min(int((value >= edges[1:]).sum()), len(edges) - 2)
        width, height = edges[k + 1] - edges[k], knots.y[i, k + 1] - knots.y[i, k]
        mean, t = height / width, (value - edges[k]) / width
        left, right = knots.slope[i, k], knots.slope[i, k + 1]
        top = height * (mean * t**2 + left * t * (1 - t))
        out[i] = knots.y[i, k] + top / (mean + (left + right - 2 * mean) * t * (1 - t))
    return out


def test_inverts_the_forward_spline() -> None:
    knots = random_knots(500)
    x = torch.empty(500, dtype=torch.float64).uniform_(-TAIL, TAIL)
    assert torch.allclose(invert(forward(x, knots), knots), x, atol=1e-9)


def test_knots_map_onto_knots() -> None:
    knots = random_knots(50)
    for k in range(knots.y.shape[-1]):
        assert torch.allclose(invert(knots.y[:, k], knots), knots.x[:, k], atol=1e-9)


def test_is_the_identity_outside() -> None:
    y = torch.tensor([-50.0, -5.001, 5.001, 1e6], dtype=torch.float64)
    assert torch.equal(invert(y, random_knots(4)), y)


def test_meets_the_identity_with_slope_one() -> None:
    knots = random_knots(20)
    assert torch.allclose(knots.slope[:, [0, -1]], torch.ones(20, 2, dtype=torch.float64))
    assert spline.EDGE_SLOPE < 1

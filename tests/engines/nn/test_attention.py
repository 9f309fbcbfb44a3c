"""Relative attention against its definition, pair by pair."""

from __future__ import annotations

import math

import pytest
import torch

from engines.nn import attention as attention_module
from engines.nn.attention import (
    WINDOW,
    RelativeAttention,
    Transformer,
    gather_band,
    spread_band,
)
from engines.nn.masks import length_mask


@pytest.mark.parametrize("rows", [1, 2, 9, 20])
def test_spread_band_shifts_each_row_by_one(rows: int) -> None:
    band = torch.randn(2, 3, rows, 2 * WINDOW + 1)
    spread = spread_band(band)
    assert spread.shape == (2, 3, rows, rows + 2 * WINDOW)
    for row in range(rows):
        filled = slice(row, row + 2 * WINDOW + 1)
        assert torch.equal(spread[:, :, row, filled], band[:, :, row])
        spread[:, :, row, filled] = 0
    assert not spread.any()


@pytest.mark.parametrize("rows", [1, 2, 9, 20])
def test_gather_band_undoes_spread_band(rows: int) -> None:
    band = torch.randn(2, 3, rows, 2 * WINDOW + 1)
    assert torch.equal(gather_band(spread_band(band), WINDOW), band)


@torch.no_grad()
@pytest.mark.parametrize("steps", [1, 2, 5, 11])
@pytest.mark.parametrize("rows", [1, 3, 100])
def test_attention_is_the_definition(
    steps: int, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.manual_seed(0)
    heads, depth = 2, 4
    monkeypatch.setattr(attention_module, "MOST_SCORES", heads * steps * rows)
    attention = RelativeAttention(heads * depth, heads).double()
    torch.nn.init.normal_(attention.distance_keys)
    torch.nn.init.normal_(attention.distance_values)
    x = torch.randn(1, heads * depth, steps, dtype=torch.float64)
    ours = attention(x, torch.ones(1, 1, steps, dtype=torch.float64))
    q, k, v = (part(x)[0].T for part in (attention.query, attention.key, attention.value))
    columns = []
    for i in range(steps):
        parts = []
        for head in range(heads):
            own = slice(head * depth, (head + 1) * depth)
            near = [j - i + WINDOW if abs(j - i) <= WINDOW else None for j in range(steps)]
            keys = torch.stack(
                [
                    k[j, own] + (0 if near[j] is None else attention.distance_keys[0, near[j]])
                    for j in range(steps)
                ]
            )
            values = torch.stack(
                [
                    v[j, own] + (0 if near[j] is None else attention.distance_values[0, near[j]])
                    for j in range(steps)
                ]
            )
            weights = torch.softmax(keys @ q[i, own] / math.sqrt(depth), 0)
            parts.append(weights @ values)
        columns.append(torch.cat(parts))
    expected = attention.out(torch.stack(columns, dim=1).unsqueeze(0))
    assert torch.allclose(ours, expected, atol=1e-12)


@torch.no_grad()
def test_padding_changes_nothing() -> None:
    torch.manual_seed(0)
    transformer = Transformer(8, 16, heads=2, layers=3, kernel=3, speaker=4)
    speaker = torch.randn(1, 4, 1)
    x = torch.randn(1, 8, 9)
    alone = transformer(x, torch.ones(1, 1, 9), speaker)
    padded = torch.cat([x, 100 * torch.randn(1, 8, 6)], dim=-1)
    together = transformer(padded, length_mask(torch.tensor([9]), 15), speaker)
    assert torch.allclose(together[..., :9], alone, atol=1e-5)
    assert not together[..., 9:].any()

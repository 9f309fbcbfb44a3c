"""The transformer of VITS: self-attention that also sees how far apart two steps are.

Attention over all pairs of steps, plus learnt embeddings of the distance where it is at most
`WINDOW` (Shaw et al. 2018, "Self-Attention with Relative Position Representations", as used by
VITS, Kim et al. 2021). VITS2 (Kong et al. 2023) adds the speaker's embedding before one of the
layers.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from engines.nn.norm import ChannelNorm

WINDOW = 4  # steps to either side that have an embedding of their distance
SPEAKER_LAYER = 2  # the speaker joins before this layer, counted from 0
MASKED_SCORE = -1e4  # low enough that softmax gives exactly zero in float32
# Scores worked on at once, 64 MiB of them: longer sequences take their rows in blocks.
MOST_SCORES = 2**24


def spread_band(band: Tensor) -> Tensor:
    """Put values known by distance under the steps they belong to.

    `band[..., i, o]` goes to column i + o, one further to the right in each row. Rows padded to
    one column more than they are read again with shift by one each:
    (B, H, Q, 2w + 1) -> (B, H, Q, Q + 2w)
    """
    batch, heads, rows, width = band.shape
    columns = rows + width - 1
    padded = functional.pad(band, (0, rows)).flatten(-2)  # (B, H, Q * (Q + 2w + 1))
    return padded[..., : rows * columns].reshape(batch, heads, rows, columns)


def gather_band(columns: Tensor, window: int) -> Tensor:
    """The inverse of `spread_band`: (B, H, Q, Q + 2w) -> (B, H, Q, 2w + 1)"""
    batch, heads, rows, width = columns.shape
    padded = functional.pad(columns.flatten(-2), (0, rows))  # (B, H, Q * (Q + 2w + 1))
    return padded.reshape(batch, heads, rows, width + 1)[..., : 2 * window + 1]


class RelativeAttention(nn.Module):
    """Multi-head self-attention with relative positions, shared by all heads."""

    def __init__(self, channels: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Conv1d(channels, channels, 1)
        self.key = nn.Conv1d(channels, channels, 1)
        self.value = nn.Conv1d(channels, channels, 1)
        self.out = nn.Conv1d(channels, channels, 1)
        distances = 2 * WINDOW + 1
        self.distance_keys = nn.Parameter(torch.zeros(1, distances, channels // heads))
        self.distance_values = nn.Parameter(torch.zeros(1, distances, channels // heads))

    def split(self, x: Tensor) -> Tensor:
        """(B, C, T) -> (B, H, T, D), where C = H * D"""
        batch, channels, steps = x.shape
        return x.reshape(batch, self.heads, channels // self.heads, steps).mT

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """x (B, C, T), mask (B, 1, T) -> (B, C, T), meaningless where the mask is zero"""
        query, key, value = (
            self.split(project(x)) for project in (self.query, self.key, self.value)
        )  # each (B, H, T, D)
        query = query / math.sqrt(query.shape[-1])
        hidden = mask.unsqueeze(1) == 0  # (B, 1, 1, T)
        batch, heads, steps, _ = query.shape
        # A graph that is exported takes any length, so it has no loop over one: all rows at once.
        exported = torch.compiler.is_exporting()
        size = steps if exported else max(1, MOST_SCORES // (batch * heads * steps))
        seen = [
            self.attend(query[:, :, first : first + size], key, value, hidden, first)
            for first in ((0,) if exported else range(0, steps, size))
        ]
        out: Tensor = self.out(torch.cat(seen, dim=2).mT.flatten(1, 2))  # (B, C, T)
        return out

    def attend(
        self, query: Tensor, key: Tensor, value: Tensor, hidden: Tensor, first: int
    ) -> Tensor:
        """What the steps from `first` on see of all steps.

        query (B, H, Q, D), key and value (B, H, T, D), hidden (B, 1, 1, T) -> (B, H, Q, D)
        """
        before = first - WINDOW  # of the column that the band's first row starts in
        after = key.shape[2] - first - query.shape[2] - WINDOW
        near_scores = spread_band(query @ self.distance_keys.mT)  # (B, H, Q, Q + 2w)
        # Negative padding cuts off distances that lead out of the sequence.
        scores = query @ key.mT + functional.pad(near_scores, (before, after))  # (B, H, Q, T)
        # Padded steps are hidden as keys. As queries they yield what later masks remove.
        weights = scores.masked_fill(hidden, MASKED_SCORE).softmax(-1)  # (B, H, Q, T)
        near = gather_band(functional.pad(weights, (-before, -after)), WINDOW)
        return weights @ value + near @ self.distance_values  # (B, H, Q, D)


class FeedForward(nn.Module):
    """Two convolutions over time with a ReLU between them."""

    def __init__(self, channels: int, hidden: int, kernel: int) -> None:
        super().__init__()
        self.rise = nn.Conv1d(channels, hidden, kernel, padding=kernel // 2)
        self.fall = nn.Conv1d(hidden, channels, kernel, padding=kernel // 2)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """x (B, C, T), mask (B, 1, T) -> (B, C, T)"""
        hidden = self.rise(x * mask).relu()  # (B, hidden, T)
        out: Tensor = self.fall(hidden * mask)  # (B, C, T)
        return out * mask


class TransformerLayer(nn.Module):
    """Attention and feed-forward, each followed by its residual sum and norm."""

    def __init__(self, channels: int, hidden: int, heads: int, kernel: int) -> None:
        super().__init__()
        self.attention = RelativeAttention(channels, heads)
        self.attention_norm = ChannelNorm(channels)
        self.feed_forward = FeedForward(channels, hidden, kernel)
        self.feed_forward_norm = ChannelNorm(channels)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """x (B, C, T), mask (B, 1, T) -> (B, C, T)"""
        x = self.attention_norm(x + self.attention(x, mask))
        out: Tensor = self.feed_forward_norm(x + self.feed_forward(x, mask))
        return out


class Transformer(nn.Module):
    """A stack of layers that learns who speaks before layer `SPEAKER_LAYER`."""

    def __init__(
        self, channels: int, hidden: int, heads: int, layers: int, kernel: int, speaker: int
    ) -> None:
        super().__init__()
        self.speaker = nn.Linear(speaker, channels)
        self.layers = nn.ModuleList(
            TransformerLayer(channels, hidden, heads, kernel) for _ in range(layers)
        )

    def forward(self, x: Tensor, mask: Tensor, speaker: Tensor) -> Tensor:
        """x (B, C, T), mask (B, 1, T), speaker (B, G, 1) -> (B, C, T)"""
        x = x * mask
        for index, layer in enumerate(self.layers):
            if index == SPEAKER_LAYER:
                x = (x + self.speaker(speaker.mT).mT) * mask
            x = layer(x, mask)
        return x * mask

"""Decoding in windows: what the whole would give, with bounded memory and without padding.

A sample depends on few frames to either side (`HifiGanShape.context`). So a window of frames
decodes exactly, but for that many frames at each cut. At the true ends nothing is lost: there the
window ends where the whole ends, and every layer sees the same zeros.

Windows of one width, from any number of pieces, form a batch that holds no padding. Upstream
decodes a padded batch as it is, where an item's last frames see biases instead of the end of time.
What ours costs is the context decoded twice: nothing for a piece of up to `frames` + 2 · context,
and below 2 · context / `frames` for a longer one, 7 percent with the default.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from engines.nn.hifigan import HifiGanShape


class Decoder(Protocol):
    """A `HifiGan`, on whatever computes it."""

    @property
    def shape(self) -> HifiGanShape: ...

    def __call__(self, latent: Tensor, speaker: Tensor, /) -> Tensor:
        """latent (B, C, frames), speaker (B, G, 1) -> (B, frames * hop)"""


@dataclass(frozen=True, slots=True)
class Chunking:
    """How much the decoder takes at once."""

    frames: int = 384  # new frames in one window, besides the context around them
    batch_frames: int = 1536  # frames in one call of the decoder, which bounds its memory
    # One width for all windows of long pieces: static shapes, for compiled graphs, at the cost of
    # decoding some frames twice. Otherwise a piece is cut evenly, which wastes least.
    equal: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """Frames `start` to `stop` of a piece are decoded, `keep_from` to `keep_to` are kept."""

    start: int
    stop: int
    keep_from: int
    keep_to: int

    @property
    def width(self) -> int:
        return self.stop - self.start


def plan_windows(frames: int, context: int, chunking: Chunking) -> list[Window]:
    """Windows whose kept frames cover a piece once. All have one width."""
    widest = chunking.frames + 2 * context
    if frames <= widest:
        return [Window(0, frames, 0, frames)]
    # Each window brings `step` frames, and the first and the last one `context` more each.
    count = -(-(frames - 2 * context) // chunking.frames)
    step = chunking.frames if chunking.equal else -(-(frames - 2 * context) // count)
    width = step + 2 * context
    starts = [min(index * step, frames - width) for index in range(count)]
    cuts = [0, *(start + context for start in starts[1:]), frames]
    return [
        Window(start, start + width, cuts[index], cuts[index + 1])
        for index, start in enumerate(starts)
    ]


def batches(
    windows: Sequence[tuple[int, Window]], most_frames: int
) -> Iterator[list[tuple[int, Window]]]:
    """Group (piece, window) by width, each group within `most_frames` unless it is a single one."""
    by_width: dict[int, list[tuple[int, Window]]] = defaultdict(list)
    for piece, window in windows:
        by_width[window.width].append((piece, window))
    for width, same in by_width.items():
        size = max(1, most_frames // width)
        for first in range(0, len(same), size):
            yield same[first : first + size]


def decode(
    decoder: Decoder, latents: Sequence[Tensor], speakers: Sequence[Tensor], chunking: Chunking
) -> list[Tensor]:
    """Latents (C, frames_i) and speakers (G, 1) -> samples (frames_i * hop,), float32 on the CPU"""
    hop, context = decoder.shape.hop, decoder.shape.context
    waves = [torch.empty(latent.shape[-1] * hop) for latent in latents]
    windows = [
        (piece, window)
        for piece, latent in enumerate(latents)
        for window in plan_windows(latent.shape[-1], context, chunking)
    ]
    for batch in batches(windows, chunking.batch_frames):
        frames = torch.stack([latents[p][:, w.start : w.stop] for p, w in batch])  # (B, C, width)
        voices = torch.stack([speakers[piece] for piece, _ in batch])  # (B, G, 1)
        decoded = decoder(frames, voices).cpu()  # (B, width * hop)
        for wave, (piece, w) in zip(decoded, batch, strict=True):
            kept = wave[(w.keep_from - w.start) * hop : (w.keep_to - w.start) * hop]
            waves[piece][w.keep_from * hop : w.keep_to * hop] = kept
    return waves

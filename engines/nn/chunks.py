"""Decoding in windows: what the whole would give, with bounded memory and without padding.

A sample depends on few frames to either side (`HifiGanShape.context`). So a window of frames
decodes exactly, but for that many frames at each cut. At the true ends nothing is lost: there the
window ends where the whole ends, and every layer sees the same zeros.

A window is padded to a multiple of `step` frames, so that there are few widths. That matters more
than the padding costs: a CPU's kernels are made anew for every width they meet (for bfloat16 that
takes longer than decoding), and a GPU's graphs are recorded for each. Windows of one width, from
any number of pieces, form a batch. Past each item's end the decoder puts zeros at every layer, as
there are none but zeros where the whole ends (`hifigan.Tail`). Upstream decodes a padded batch as
it is, where an item's last frames see biases instead of the end of time.

What ours costs is the context decoded twice, nothing for a piece of up to `frames` + 2 · context,
and half a `step` of padding for each piece.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional

from engines.nn.hifigan import CutTail, HifiGanShape
from engines.nn.masks import round_up


class Decoder(Protocol):
    """A `HifiGan`, on whatever computes it. One with a true `takes_tail` also takes a `CutTail`."""

    @property
    def shape(self) -> HifiGanShape: ...

    def __call__(self, latent: Tensor, speaker: Tensor, /) -> Tensor:
        """latent (B, C, frames), speaker (B, G, 1) -> (B, frames * hop)"""


@dataclass(frozen=True, slots=True)
class Chunking:
    """How much the decoder takes at once."""

    frames: int = 422  # new frames in one window, besides the context around them
    batch_frames: int = 448  # frames in one call of the decoder, which bounds its memory
    step: int = 64  # the width of a window is a multiple of it


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
    """Windows whose kept frames cover a piece once. All but the last have the full width."""
    widest = chunking.frames + 2 * context
    windows: list[Window] = []
    kept = 0  # frames of the piece that earlier windows give
    while kept < frames:
        start = max(0, kept - context)
        stop = min(frames, start + widest)
        keep_to = stop if stop == frames else stop - context
        windows.append(Window(start, stop, kept, keep_to))
        kept = keep_to
    return windows


def batches(
    windows: Sequence[tuple[int, Window]], chunking: Chunking
) -> Iterator[tuple[int, list[tuple[int, Window]]]]:
    """Group (piece, window) by padded width: that width, and a group within `batch_frames`, unless
    it is a single window."""
    by_width: dict[int, list[tuple[int, Window]]] = defaultdict(list)
    for piece, window in windows:
        by_width[round_up(window.width, chunking.step)].append((piece, window))
    for width, same in by_width.items():
        size = max(1, chunking.batch_frames // width)
        for first in range(0, len(same), size):
            yield width, same[first : first + size]


def decode(
    decoder: Decoder, latents: Sequence[Tensor], speakers: Sequence[Tensor], chunking: Chunking
) -> list[Tensor]:
    """Latents (C, frames_i) and speakers (G, 1) -> samples (frames_i * hop,) on the CPU"""
    hop, context = decoder.shape.hop, decoder.shape.context
    if not getattr(decoder, "takes_tail", False):
        chunking = replace(chunking, step=1)  # it can only decode windows at their own widths
    compute: Callable[..., Tensor] = decoder
    waves = [torch.empty(z.shape[-1] * hop, dtype=z.dtype) for z in latents]
    windows = [
        (piece, window)
        for piece, latent in enumerate(latents)
        for window in plan_windows(latent.shape[-1], context, chunking)
    ]
    for width, batch in batches(windows, chunking):
        frames = torch.stack(
            [
                functional.pad(latents[p][:, w.start : w.stop], (0, width - w.width))
                for p, w in batch
            ]
        )  # (B, C, width)
        voices = torch.stack([speakers[piece] for piece, _ in batch])  # (B, G, 1)
        lengths = [window.width for _, window in batch]
        padded = (CutTail(lengths, width),) if min(lengths) < width else ()
        decoded = compute(frames, voices, *padded).cpu()  # (B, width * hop)
        for wave, (piece, w) in zip(decoded, batch, strict=True):
            kept = wave[(w.keep_from - w.start) * hop : (w.keep_to - w.start) * hop]
            waves[piece][w.keep_from * hop : w.keep_to * hop] = kept
    return waves

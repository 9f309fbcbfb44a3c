"""Decoding in windows gives what decoding the whole gives, at any length."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from engines.nn.chunks import Chunking, batches, decode, plan_windows
from engines.nn.hifigan import HifiGan
from tests.engines.nn.shapes import FULL_MELO, lively, narrow_decoder

TOLERANCE = 2e-5
LENGTHS = (1, 13, 26, 27, 28, 90)  # frames


@pytest.fixture(scope="module")
def decoder() -> HifiGan:
    return narrow_decoder()


def pieces(*lengths: int) -> tuple[list[Tensor], list[Tensor]]:
    torch.manual_seed(11)
    return [3 * torch.randn(3, length) for length in lengths], [torch.randn(2, 1) for _ in lengths]


@pytest.fixture(scope="module")
def wholes(decoder: HifiGan) -> list[Tensor]:
    """Each piece decoded at once."""
    return [
        decoder(latent.unsqueeze(0), speaker.unsqueeze(0))[0]
        for latent, speaker in zip(*pieces(*LENGTHS), strict=True)
    ]


@given(st.integers(1, 3000), st.integers(0, 20), st.integers(1, 300))
def test_windows_keep_every_frame_once_and_its_context(frames: int, context: int, new: int) -> None:
    windows = plan_windows(frames, context, Chunking(frames=new))
    assert windows[0].keep_from == 0
    assert windows[-1].keep_to == frames
    for before, after in pairwise(windows):
        assert before.keep_to == after.keep_from
    for window in windows:
        assert 0 <= window.start <= window.keep_from < window.keep_to <= window.stop <= frames
        assert window.start == 0 or window.keep_from - window.start >= context
        assert window.stop == frames or window.stop - window.keep_to >= context
        assert window.width <= new + 2 * context
    assert all(window.width == new + 2 * context for window in windows[:-1])


def test_widths_are_few() -> None:
    chunking = Chunking(frames=74, step=25, batch_frames=1)
    many = [
        (0, window) for frames in range(1, 500) for window in plan_windows(frames, 13, chunking)
    ]
    assert {width for width, _ in batches(many, chunking)} == {25, 50, 75, 100}


@pytest.mark.parametrize("step", [1, 16])
@pytest.mark.parametrize("new", [1, 2, 7, 16, 33, 64, 100, 1000])
def test_chunks_equal_the_whole(
    decoder: HifiGan, wholes: list[Tensor], new: int, step: int
) -> None:
    latents, speakers = pieces(*LENGTHS)
    ours = decode(decoder, latents, speakers, Chunking(new, batch_frames=400, step=step))
    for whole, wave in zip(wholes, ours, strict=True):
        assert wave.shape == whole.shape
        assert (wave - whole).abs().max() <= TOLERANCE


@settings(max_examples=6, deadline=None)
@given(st.lists(st.integers(1, 70), min_size=1, max_size=3), st.integers(1, 90), st.integers(1, 40))
def test_chunks_of_any_length_are_exact(lengths: list[int], new: int, step: int) -> None:
    """In float64, where only wrong arithmetic is left to differ: 13 frames of context suffice."""
    decoder = narrow_decoder().double()
    latents, speakers = pieces(*lengths)
    wide = [latent.double() for latent in latents], [speaker.double() for speaker in speakers]
    ours = decode(decoder, *wide, Chunking(new, batch_frames=200, step=step))
    for latent, speaker, wave in zip(*wide, ours, strict=True):
        whole = decoder(latent.unsqueeze(0), speaker.unsqueeze(0))[0]
        assert (wave - whole).abs().max() <= 1e-12


def test_full_size_chunks_equal_the_whole() -> None:
    """Once with as many channels as the published decoders have, and weights that say something."""
    torch.manual_seed(3)
    decoder = lively(HifiGan(FULL_MELO))
    latent, speaker = torch.randn(192, 48), torch.randn(256, 1)
    (ours,) = decode(decoder, [latent], [speaker], Chunking(frames=9, step=8))
    whole = decoder(latent.unsqueeze(0), speaker.unsqueeze(0))[0]
    assert whole.std() > 0.05
    assert (ours - whole).abs().max() <= TOLERANCE


def test_the_ends_of_time_matter(decoder: HifiGan) -> None:
    """The comparison above can fail: with too little context it does."""
    (latent,), (speaker,) = pieces(60)
    whole = decoder(latent.unsqueeze(0), speaker.unsqueeze(0))[0]
    cut = decoder(latent[None, :, 15:], speaker.unsqueeze(0))[0]
    hop = decoder.shape.hop
    assert whole.std() > 0.05
    for context, exact in ((2, False), (decoder.shape.context, True)):
        first = 15 + context
        gap = cut[context * hop : (context + 1) * hop] - whole[first * hop : (first + 1) * hop]
        assert (gap.abs().max() <= TOLERANCE) == exact


def test_the_tail_sees_no_padding(decoder: HifiGan) -> None:
    """A short piece ends the same beside a long one: upstream's is off by up to 0.2 there."""
    latents, speakers = pieces(9, 120)
    alone = decode(decoder, latents[:1], speakers[:1], Chunking())[0]
    beside = decode(decoder, latents, speakers, Chunking())[0]
    assert (alone - beside).abs().max() <= TOLERANCE


@given(
    st.lists(st.integers(1, 900), min_size=1, max_size=12), st.integers(1, 2000), st.integers(1, 70)
)
def test_a_batch_stays_within_its_frames(lengths: list[int], most: int, step: int) -> None:
    windows = [
        (piece, window)
        for piece, frames in enumerate(lengths)
        for window in plan_windows(frames, 13, Chunking(frames=100))
    ]
    made = list(batches(windows, Chunking(batch_frames=most, step=step)))
    assert sorted(str(item) for _, batch in made for item in batch) == sorted(map(str, windows))
    for width, batch in made:
        assert len(batch) == 1 or len(batch) * width <= most
        assert all(width - step < window.width <= width for _, window in batch)
        assert width % step == 0


def test_a_decoder_without_tails_gets_windows_at_their_own_widths(decoder: HifiGan) -> None:
    """Such as one exported to another runtime."""

    class Exported:
        shape = decoder.shape

        def __call__(self, latent: Tensor, speaker: Tensor) -> Tensor:
            return decoder(latent, speaker)

    latents, speakers = pieces(9, 75)
    ours = decode(Exported(), latents, speakers, Chunking(30, step=16))
    for one, other in zip(ours, decode(decoder, latents, speakers, Chunking()), strict=True):
        assert (one - other).abs().max() <= TOLERANCE

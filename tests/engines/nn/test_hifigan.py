"""The decoder's context is worked out from its kernels; here it is found by experiment."""

from __future__ import annotations

import torch

from tests.engines.nn.shapes import FULL_MELO, NARROW, narrow_decoder


def reach_by_experiment() -> int:
    """Frames to either side whose samples change when one frame does, in float64."""
    decoder = narrow_decoder().double()
    hop, middle, frames = decoder.shape.hop, 20, 41
    latent = torch.randn(1, 3, frames, dtype=torch.float64)
    moved = latent.clone()
    moved[..., middle] += 10
    speaker = torch.zeros(1, 2, 1, dtype=torch.float64)
    change = (decoder(moved, speaker) - decoder(latent, speaker)).abs()
    touched = change.view(frames, hop).amax(1).nonzero().flatten()
    return int(max(middle - touched.min(), touched.max() - middle))


def test_context_is_exactly_what_a_frame_reaches() -> None:
    assert NARROW.context == reach_by_experiment()


def test_published_decoders_need_under_14_frames() -> None:
    assert FULL_MELO.context == NARROW.context == 13


def test_makes_hop_samples_of_a_frame() -> None:
    decoder = narrow_decoder()
    assert decoder.shape.hop == 512
    wave = decoder(torch.randn(2, 3, 4), torch.randn(2, 2, 1))
    assert wave.shape == (2, 4 * 512)
    assert wave.abs().max() <= 1

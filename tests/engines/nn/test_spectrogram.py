from __future__ import annotations

import numpy as np
import pytest
import torch

from engines.nn.spectrogram import SpectrogramShape, magnitude

SHAPE = SpectrogramShape(fft=1024, hop=256, window=1024)


def test_matches_the_definition() -> None:
    rng = np.random.default_rng(0)
    samples = rng.uniform(-1, 1, 2000).astype(np.float32)
    padded = np.pad(samples.astype(np.float64), SHAPE.margin, mode="reflect")
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(1024) / 1024)
    frames = [padded[first : first + 1024] * window for first in range(0, len(padded) - 1023, 256)]
    expected = np.sqrt(np.abs(np.fft.rfft(frames, axis=1).T) ** 2 + 1e-6)
    ours = magnitude(torch.from_numpy(samples), SHAPE).numpy()
    assert ours.shape == expected.shape
    assert np.abs(ours - expected).max() < 1e-4


@pytest.mark.parametrize("samples", [385, 511, 512, 767, 768, 22_050])
def test_one_frame_for_every_hop(samples: int) -> None:
    assert magnitude(torch.zeros(samples), SHAPE).shape == (513, samples // 256)


def test_shorter_audio_cannot_be_mirrored() -> None:
    assert SHAPE.least_samples == 385
    with pytest.raises(RuntimeError):
        magnitude(torch.zeros(384), SHAPE)

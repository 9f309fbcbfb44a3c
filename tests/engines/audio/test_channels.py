"""Averaging the channels of a recording never loses what was said."""

from __future__ import annotations

import numpy as np
import pytest

from config.settings import LimitSettings
from engines.audio.decode import decode
from engines.base import Samples
from tests.engines.audio.signals import level, tone
from tests.engines.audio.test_decode import stereo

LIMITS = LimitSettings()


@pytest.mark.parametrize("gain", [-1.0, -0.9, -0.5])
@pytest.mark.parametrize("offset", [0.0, 0.2])
@pytest.mark.parametrize("container", ["wav", "flac"])
def test_of_opposite_channels_the_louder_is_heard(
    container: str, offset: float, gain: float
) -> None:
    loud = tone(0.5, level=0.4).samples
    for order in (1, -1):
        channels = np.stack([gain * loud, loud][::order], axis=1)
        heard = decode(stereo(channels + np.float32(offset), container), LIMITS).samples
        np.testing.assert_allclose(
            heard - offset, loud if gain > -1 or order < 0 else -loud, atol=1e-4
        )


def test_opposite_channels_with_noise_of_their_own_are_heard() -> None:
    loud = tone(0.5, level=0.2).samples
    noise = np.random.default_rng(1).normal(scale=0.03, size=(len(loud), 2)).astype(np.float32)
    heard = decode(stereo(np.stack([loud, -loud], axis=1) + noise), LIMITS).samples
    assert level(heard) == pytest.approx(level(loud), rel=0.1)


def test_surround_channels_that_cancel_are_heard() -> None:
    loud = tone(0.5, level=0.4).samples
    channels = np.zeros((len(loud), 6), np.float32)
    channels[:, 4], channels[:, 5] = loud, -loud
    assert level(decode(stereo(channels), LIMITS).samples) == pytest.approx(level(loud), rel=0.01)


@pytest.mark.parametrize("other", ["silent", "noise", "quiet and opposite"])
def test_channels_that_do_not_cancel_are_averaged(other: str) -> None:
    left = tone(0.5, level=0.4).samples
    noise = np.random.default_rng(1).normal(scale=0.28, size=len(left)).clip(-1, 1)
    rights: dict[str, Samples] = {
        "silent": np.zeros_like(left),
        "noise": noise.astype(np.float32),
        "quiet and opposite": np.float32(-0.2) * left,
    }
    right = rights[other]
    heard = decode(stereo(np.stack([left, right], axis=1)), LIMITS).samples
    np.testing.assert_allclose(heard, (left + right) / 2, atol=1e-4)

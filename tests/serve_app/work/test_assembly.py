"""Long pieces are encoded in strides, between which others may compute."""

from __future__ import annotations

import numpy as np
import pytest

from engines.audio.encode import FORMATS
from engines.base import Waveform
from serve_app.work import assembly
from serve_app.work.assembly import Assembly, Part
from serve_app.work.marks import Marks
from tests.serve_app.fakes import order


def encoded(audio_format: str, strides: list[int]) -> bytes:
    made = Assembly(
        order("One. Two.", format=audio_format), Marks(bytes(32)), lambda: strides.append(1)
    )
    noise = np.random.default_rng(1).normal(scale=0.1, size=5 * 24_000).astype(np.float32)
    parts: list[Part] = [Waveform(noise, 24_000), 0.3, Waveform(noise[:30_001], 24_000)]
    made.encode(parts)
    made.finish()
    return bytes(made._opened().file())


@pytest.mark.parametrize("audio_format", FORMATS)
def test_strides_are_not_heard_and_others_are_let_in_between(
    audio_format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assembly, "STRIDE_S", 3600.0)
    once: list[int] = []
    strides: list[int] = []
    whole = encoded(audio_format, once)
    monkeypatch.setattr(assembly, "STRIDE_S", 0.7)
    in_strides = encoded(audio_format, strides)
    assert (len(once), len(strides)) == (2, 8 + 2)
    if audio_format in ("opus", "ogg"):  # their serial numbers are drawn
        assert abs(len(in_strides) - len(whole)) < 0.01 * len(whole)
    else:
        assert in_strides == whole

"""Files that are joined are heard one after the other, each once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from config.settings import LimitSettings
from engines.audio.decode import decode
from engines.audio.encode import encode
from engines.audio.join import CONTAINERS, join_files
from engines.base import Waveform
from engines.errors import UnreadableAudio

RATE = 24_000
TONES = (300, 700, 1_500)  # Hz
SECONDS = 1.5


def tone(hertz: int) -> Waveform:
    times = np.arange(round(SECONDS * RATE)) / RATE
    return Waveform((0.4 * np.sin(2 * np.pi * hertz * times)).astype(np.float32), RATE)


def pitch(samples: np.ndarray[Any, Any], rate: int) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum) * rate / len(samples))


def write(folder: Path, audio_format: str, *tones: Waveform) -> list[Path]:
    paths = []
    for number, waveform in enumerate(tones):
        path = folder / f"{number}.{audio_format}"
        path.write_bytes(encode(waveform, audio_format))
        paths.append(path)
    return paths


@pytest.mark.parametrize("audio_format", CONTAINERS)
def test_each_is_heard_once_in_its_place(tmp_path: Path, audio_format: str) -> None:
    parts = write(tmp_path, audio_format, *map(tone, TONES))
    path = tmp_path / f"joined.{audio_format}"
    join_files(parts, path, audio_format)
    heard = decode(path.read_bytes(), LimitSettings())
    # Encoders put a few thousand samples around what they are given.
    assert heard.seconds == pytest.approx(len(TONES) * SECONDS, abs=0.15 * len(TONES))
    for number, hertz in enumerate(TONES):
        start = round((number * SECONDS + 0.4) * heard.sample_rate)
        middle = heard.samples[start : start + heard.sample_rate // 2]
        assert pitch(middle, heard.sample_rate) == pytest.approx(hertz, abs=5)


@pytest.mark.parametrize("audio_format", ["wav", "flac"])
def test_what_loses_nothing_alone_loses_nothing_joined(tmp_path: Path, audio_format: str) -> None:
    parts = write(tmp_path, audio_format, *map(tone, TONES))
    path = tmp_path / f"joined.{audio_format}"
    join_files(parts, path, audio_format)
    alone = [decode(part.read_bytes(), LimitSettings()).samples for part in parts]
    heard = decode(path.read_bytes(), LimitSettings()).samples
    assert np.array_equal(heard, np.concatenate(alone))


def test_what_is_no_audio_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp3"
    broken.write_bytes(b"no audio at all" * 100)
    with pytest.raises(UnreadableAudio):
        join_files([broken], tmp_path / "joined.mp3", "mp3")

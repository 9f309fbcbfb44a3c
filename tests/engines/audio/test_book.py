"""A book is all of its recordings, one after the other, with a mark at each chapter."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from engines.audio.book import FRAME, Track, write_book
from engines.audio.encode import FORMATS, encode
from engines.base import Waveform
from engines.errors import UnreadableAudio

RATE = 24_000
TONES = (300, 700, 1_500)  # Hz
SECONDS = 1.5


def tone(hertz: int, rate: int = RATE) -> Waveform:
    times = np.arange(round(SECONDS * rate)) / rate
    return Waveform((0.4 * np.sin(2 * np.pi * hertz * times)).astype(np.float32), rate)


def track(
    hertz: int, audio_format: str = "aac", chapter: str | None = "One", rate: int = RATE
) -> Track:
    data = encode(tone(hertz, rate), audio_format)
    made = FORMATS[audio_format].sample_rate_for(rate)
    return Track(lambda: io.BytesIO(data), audio_format, made, chapter)


def read(path: Path) -> tuple[np.ndarray[Any, Any], list[tuple[float, float, str]], dict[str, str]]:
    """Samples, chapters as (start, end, title) in seconds, and what is said of the whole."""
    with av.open(str(path)) as book:
        chapters = [
            (
                float(one["start"] * (one["time_base"] or 1)),
                float(one["end"] * (one["time_base"] or 1)),
                one["metadata"]["title"],
            )
            for one in book.chapters()
        ]
        said = dict(book.metadata)
        samples = np.concatenate([frame.to_ndarray()[0] for frame in book.decode(audio=0)])
    return samples, chapters, said


def pitch(samples: np.ndarray[Any, Any]) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum) * RATE / len(samples))


@pytest.mark.parametrize("audio_format", FORMATS)
def test_each_recording_is_heard_once_in_its_place_whatever_its_format(
    tmp_path: Path, audio_format: str
) -> None:
    path = tmp_path / "book.m4b"
    seconds = write_book(path, "A book", [track(hertz, audio_format) for hertz in TONES])
    samples, chapters, said = read(path)
    assert len(samples) == pytest.approx(seconds * RATE, abs=2 * FRAME)
    # Encoders put a few thousand samples around what they are given.
    assert seconds == pytest.approx(len(TONES) * SECONDS, abs=0.15 * len(TONES))
    for (start, end, _), hertz in zip(chapters, TONES, strict=True):
        middle = samples[round((start + 0.3) * RATE) : round((end - 0.3) * RATE)]
        assert pitch(middle) == pytest.approx(hertz, abs=5)
    assert said["title"] == "A book"
    assert list(tmp_path.iterdir()) == [path]


def test_aac_is_copied_and_not_encoded_again(tmp_path: Path) -> None:
    data = encode(tone(440), "aac")
    path = tmp_path / "book.m4b"
    write_book(path, "", [Track(lambda: io.BytesIO(data), "aac", RATE, "One")])
    with av.open(str(path), "r") as book, av.open(io.BytesIO(data), "r") as single:
        copied = [bytes(packet) for packet in book.demux(audio=0) if packet.size]
        # ADTS has a header of 7 bytes before each packet.
        assert copied == [bytes(packet)[7:] for packet in single.demux(audio=0) if packet.size]


def test_chapters_begin_where_a_recording_has_a_title_and_end_where_the_next_begins(
    tmp_path: Path,
) -> None:
    path = tmp_path / "book.m4b"
    titles = ["Vorwort", None, "第一章 海", None, "Ende"]
    seconds = write_book(path, "", [track(440, chapter=title) for title in titles])
    _, chapters, _ = read(path)
    assert [title for _, _, title in chapters] == ["Vorwort", "第一章 海", "Ende"]
    assert [start for start, _, _ in chapters[1:]] == [end for _, end, _ in chapters[:-1]]
    assert chapters[0][0] == 0
    assert chapters[-1][1] == pytest.approx(seconds, abs=0.002)
    assert chapters[1][0] == pytest.approx(2 * seconds / 5, abs=0.002)


def test_recordings_of_several_rates_are_one_book(tmp_path: Path) -> None:
    path = tmp_path / "book.m4b"
    write_book(path, "", [track(300), track(700, rate=44_100), track(1_500, "wav", rate=8_000)])
    samples, chapters, _ = read(path)
    for (start, end, _), hertz in zip(chapters, TONES, strict=True):
        middle = samples[round((start + 0.3) * RATE) : round((end - 0.3) * RATE)]
        assert pitch(middle) == pytest.approx(hertz, abs=5)


def test_the_same_recordings_are_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.m4b", "b.m4b"):
        write_book(tmp_path / name, "A book", [track(hertz) for hertz in TONES])
    assert (tmp_path / "a.m4b").read_bytes() == (tmp_path / "b.m4b").read_bytes()


@pytest.mark.parametrize("audio_format", ["aac", "flac", "mp3"])
def test_what_is_no_audio_is_told(tmp_path: Path, audio_format: str) -> None:
    broken = Track(lambda: io.BytesIO(b"no audio at all" * 100), audio_format, RATE, "One")
    with pytest.raises(UnreadableAudio):
        write_book(tmp_path / "book.m4b", "", [track(440), broken])

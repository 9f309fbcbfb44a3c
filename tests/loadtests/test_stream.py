"""What listeners are said to have heard is what they heard."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from loadtests.heard import End, Heard, StreamObjective, StreamStep, WavStream
from tests.running import ROOT, RunningService

RATE = 8000


def wav(quiet_s: float, loud_s: float) -> bytes:
    file = io.BytesIO()
    samples = np.r_[np.full(int(quiet_s * RATE), 0.002), np.full(int(loud_s * RATE), 0.3)]
    soundfile.write(file, samples, RATE, format="wav", subtype="PCM_16")
    return file.getvalue()


@pytest.mark.parametrize("size", [1, 7, 1000, 10**6])
def test_the_first_sound_is_told_from_silence_however_the_bytes_come(size: int) -> None:
    data, stream = wav(0.05, 0.05), WavStream()
    for at in range(0, len(data), size):
        stream.receive(float(at), data[at : at + size])
    # The first loud sample is complete with this byte.
    last = 44 + 2 * int(0.05 * RATE) + 1
    assert stream.audible_at == last // size * size
    assert stream.seconds == pytest.approx(0.1)


@pytest.mark.parametrize("data", [b"{}" * 50, b"RIFF" + b"\0" * 80])
def test_what_is_no_audio_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="no WAV"):
        WavStream().receive(0.0, data)


def heard(end: End = "complete", audible_s: float | None = 0.2, stalls: int = 0) -> Heard:
    return Heard(end, 1.0, audible_s, 3.0 if audible_s else 0.0, stalls=stalls)


@pytest.mark.parametrize(
    ("others", "unended", "missed"),
    [
        ([], 0, ""),
        ([heard(stalls=1)], 0, "1.0% ran dry"),
        ([heard("cut")], 0, "errors"),
        ([heard("refused", None)], 0, "errors"),
        ([heard(audible_s=None)], 0, "errors"),  # complete, and silent
        ([], 1, "errors"),  # nobody knows what became of it
        ([heard(audible_s=9.0)] * 10, 0, "first sound 9.00 s"),
    ],
)
def test_a_rate_is_met_only_if_everybody_heard_what_is_promised(
    others: list[Heard], unended: int, missed: str
) -> None:
    good = [heard()] * (100 - len(others))
    step = StreamStep(1.0, 100.0, False, good + others, 100 + unended, (), StreamObjective())
    assert step.met == (not missed)
    assert missed in ", ".join(step.missed)


@pytest.mark.parametrize(("streams", "met"), [(0, False), (4, False), (5, True)])
def test_a_rate_is_not_met_by_so_few_streams_that_they_say_nothing(streams: int, met: bool) -> None:
    step = StreamStep(0.05, 90.0, False, [heard()] * streams, streams, (), StreamObjective())
    assert step.met == met


def test_streams_of_a_real_service_are_heard_beside_its_files(
    service: RunningService, tmp_path: Path
) -> None:
    figures = tmp_path / "stream.json"
    ran = subprocess.run(
        [
            *(sys.executable, "-m", "loadtests", "stream", "--server", service.url, "--whole"),
            *("--rate", "8", "--seconds", "1", "--language", "EN", "--json", str(figures)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    streams, files = json.loads(figures.read_text())["steps"]
    assert streams["asked"] == files["asked"] == streams["complete"] == files["complete"] > 0
    # The same texts, and the same speech of each.
    assert streams["audio_s"] == pytest.approx(files["audio_s"], rel=0.01)
    assert 0 < streams["audible_s"]["p50"] <= streams["ended_s"]["p50"]

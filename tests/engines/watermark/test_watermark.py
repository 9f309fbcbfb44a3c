"""The mark in real speech: not heard, found again after what happens to audio, and only then."""

from __future__ import annotations

import io

import av
import numpy as np
import pytest

from benchmarks import watermark as benchmark
from config.settings import LimitSettings
from engines.audio.decode import decode
from engines.audio.encode import FORMATS, Encoder
from engines.audio.resample import resample
from engines.base import Samples, Waveform
from engines.watermark.detector import find_mark
from engines.watermark.marker import QUIETER_DB, Marker
from engines.watermark.pattern import pattern_of
from tests.conftest import REAL_VOICE
from tests.engines.audio.signals import silence

LIMITS = LimitSettings()
PATTERN = pattern_of(b"a secret of this test's own")
PAYLOAD = 0xC0FFEE42
OTHERS = [int(one) for one in np.random.default_rng(3).integers(0, 2**32, 1_000)]


@pytest.fixture(scope="module")
def voice() -> Waveform:
    """Fifteen seconds of a person."""
    whole = decode(REAL_VOICE, LIMITS)
    return Waveform(whole.samples[: 15 * whole.sample_rate], whole.sample_rate)


@pytest.fixture(scope="module")
def marked(voice: Waveform) -> Waveform:
    return mark(voice)


def mark(waveform: Waveform, block: int | None = None) -> Waveform:
    marker = Marker(PATTERN.signs(PAYLOAD), waveform.sample_rate)
    size = block or max(1, len(waveform.samples))
    blocks = range(0, len(waveform.samples), size)
    parts = [marker.mark(waveform.samples[at : at + size]) for at in blocks]
    return Waveform(np.concatenate([*parts, marker.finish()]), waveform.sample_rate)


def part(waveform: Waveform, start_s: float, seconds: float) -> Waveform:
    begin = round(start_s * waveform.sample_rate)
    end = begin + round(seconds * waveform.sample_rate)
    return Waveform(waveform.samples[begin:end], waveform.sample_rate)


@pytest.mark.parametrize("sample_rate", [8_000, 11_025, 16_000, 22_050, 24_000, 44_100, 48_000])
def test_it_is_far_quieter_than_the_speech_at_every_rate(voice: Waveform, sample_rate: int) -> None:
    plain = resample(part(voice, 0.0, 6.0), sample_rate)
    bent = mark(plain)
    change = bent.samples - plain.samples
    assert len(bent.samples) == len(plain.samples)
    ratio = np.mean(np.square(plain.samples)) / np.mean(np.square(change))
    assert 10 * np.log10(ratio) > QUIETER_DB
    assert find_mark(bent, PATTERN).p_value < 1e-9


def test_silence_stays_silence() -> None:
    assert not mark(silence(2.0)).samples.any()


@pytest.mark.parametrize("block", [1, 441, 20_011])
def test_it_does_not_depend_on_how_the_samples_come(voice: Waveform, block: int) -> None:
    plain = part(voice, 0.0, 0.7 if block == 1 else 5.0)
    np.testing.assert_array_equal(mark(plain, block).samples, mark(plain).samples)


@pytest.mark.parametrize("samples", [0, 1, 500, 1_013, 1_014, 1_015, 2_029])
def test_the_shortest_audio_keeps_its_length(samples: int) -> None:
    assert len(mark(Waveform(np.ones(samples, np.float32), 22_050)).samples) == samples


CHANGES = {
    name: change for name, change in benchmark.CHANGES.items() if name != "noise, 10 dB below"
}


@pytest.mark.parametrize("change", CHANGES)
def test_ten_seconds_out_of_the_middle_tell_after_a_change(marked: Waveform, change: str) -> None:
    heard = CHANGES[change](part(marked, 3.21, 10.0))
    finding = find_mark(heard, PATTERN)
    assert finding.found
    assert finding.p_value < 1e-6


@pytest.mark.parametrize(
    "change", ["a cut", "mp3 at 48 kbit/s", "opus at 24 kbit/s", "2.7% slower"]
)
def test_the_payload_is_told_from_a_thousand_others(marked: Waveform, change: str) -> None:
    finding = find_mark(CHANGES[change](part(marked, 3.21, 10.0)), PATTERN)
    assert finding.heard_among([*OTHERS, PAYLOAD]) == len(OTHERS)


def test_another_payload_is_not_taken_for_it(marked: Waveform) -> None:
    finding = find_mark(part(marked, 0.0, 10.0), PATTERN)
    assert finding.heard_among(OTHERS) is None
    alike = [PAYLOAD ^ 0x5A << 8 * byte for byte in range(4)]  # three symbols are its own
    assert finding.heard_among(alike) is None


def test_a_mark_is_not_found_by_another_secret(marked: Waveform) -> None:
    assert not find_mark(part(marked, 0.0, 10.0), pattern_of(b"another secret")).found


def test_the_p_value_is_no_smaller_than_chance(voice: Waveform) -> None:
    """Over secrets: that is the chance that it speaks of, whatever the recording."""
    clips = [resample(part(voice, start, 1.5), 16_000) for start in (1.0, 4.0, 7.0, 10.0)]
    secrets = [pattern_of(bytes([n])) for n in range(20)]
    values = np.array([find_mark(clip, one).p_value for clip in clips for one in secrets])
    assert (values < 0.05).mean() <= 0.1
    assert (values > 0.001).all()


def test_what_is_too_short_or_silent_has_no_mark(marked: Waveform) -> None:
    assert not find_mark(part(marked, 2.0, 0.5), PATTERN).found
    assert not find_mark(silence(3.0), PATTERN).found


@pytest.mark.parametrize("name", FORMATS)
def test_an_encoder_marks_the_same_bytes_however_they_come(voice: Waveform, name: str) -> None:
    plain = part(voice, 0.0, 4.0)
    files = []
    for block in (977, len(plain.samples)):
        signs = PATTERN.signs(PAYLOAD)
        encoder = Encoder(name, plain.sample_rate, None, Marker(signs, plain.sample_rate))
        blocks = range(0, len(plain.samples), block)
        stream = b"".join(encoder.encode(plain.samples[at : at + block]) for at in blocks)
        stream += encoder.finish()
        files.append((stream, encoder.file(), encoder.samples))
    assert files[0] == files[1]
    unmarked = Encoder(name, plain.sample_rate)
    unmarked.encode(plain.samples)
    unmarked.finish()
    assert unmarked.samples == encoder.samples
    if name != "pcm":
        assert find_mark(heard(files[0][1], name), PATTERN).found


def heard(file: bytes, name: str) -> Waveform:
    """What a player makes of it; telephone formats have no header that says what they are."""
    if name not in ("ulaw", "alaw"):
        return decode(file, LIMITS)
    law, rate = {"ulaw": "mulaw", "alaw": "alaw"}[name], 8_000
    with av.open(io.BytesIO(file), "r", format=law, options={"sample_rate": str(rate)}) as opened:
        frames = [frame.to_ndarray().ravel() for frame in opened.decode(audio=0)]
    return Waveform(np.concatenate(frames).astype(np.float32) / np.float32(32_768), rate)


def test_signs_stay_what_they_are_from_release_to_release() -> None:
    """Audio that is out in the world must be known by the releases to come."""
    signs: Samples = PATTERN.signs(PAYLOAD)
    assert signs.shape == (32, 136)
    assert np.packbits(signs[:2] > 0)[:12].tobytes().hex() == "f33029d053e7dd48c2acf4aa"

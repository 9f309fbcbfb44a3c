"""What is served is all of the audio, at the level it was made, in a file any player opens."""

from __future__ import annotations

import io

import av
import numpy as np
import pytest
import soundfile

from config.settings import LimitSettings
from engines.audio.decode import decode
from engines.audio.encode import FORMATS, Encoder, encode, stream_start
from engines.base import Samples, Waveform
from tests.engines.audio.signals import joined, level, silence, speech, tone

LIMITS = LimitSettings()
LOSSLESS = ("wav", "flac", "pcm")
# Samples by which what is heard may be longer: Vorbis's long block is the largest that is not cut,
# and AAC in ADTS has no word for what its encoder adds in front and behind.
FRAME = {"wav": 0, "flac": 0, "mp3": 0, "opus": 0, "ogg": 2048, "aac": 2 * 1024, "pcm": 0}
FRAME |= {"ulaw": 0, "alaw": 0}
BARE = {"pcm": "PCM_16", "ulaw": "ULAW", "alaw": "ALAW"}  # formats that tell nothing of themselves
TELEPHONE = ("ulaw", "alaw")  # 8 kHz, whatever comes in


DELAY = dict.fromkeys(FORMATS, 0) | {"aac": 1024}  # samples that are added in front


def heard_in(data: bytes, name: str, sample_rate: int) -> Waveform:
    """What a player makes of a file. Bare samples are told their rate."""
    if name in BARE:
        rate = 8_000 if name in TELEPHONE else sample_rate
        samples, _ = soundfile.read(
            io.BytesIO(data),
            dtype="float32",
            samplerate=rate,
            channels=1,
            format="RAW",
            subtype=BARE[name],
        )
        return Waveform(samples, rate)
    return decode(data, LIMITS)


@pytest.mark.parametrize("sample_rate", [16_000, 22_050, 24_000, 44_100, 48_000])
@pytest.mark.parametrize("name", FORMATS)
def test_nothing_is_lost_at_the_end(name: str, sample_rate: int) -> None:
    """Silence, then a tone in the last 0.2 s: all of it must be there, and nothing after it."""
    original = joined(silence(1.3, sample_rate), tone(0.2, sample_rate))
    heard = heard_in(encode(original, name), name, sample_rate)
    slack = FRAME[name] / original.sample_rate + 1 / heard.sample_rate
    assert heard.seconds == pytest.approx(original.seconds, abs=slack)
    late = DELAY[name] / heard.sample_rate
    start, end = (round((at + late) * heard.sample_rate) for at in (1.3, 1.5))
    assert level(heard.samples[start:end]) == pytest.approx(level(tone(0.2).samples), rel=0.1)
    assert level(heard.samples[end - round(0.02 * heard.sample_rate) : end]) > 0.25
    assert level(heard.samples[: round(1.2 * heard.sample_rate)]) < 0.01


@pytest.mark.parametrize("name", FORMATS)
def test_minutes_are_minutes(name: str) -> None:
    """libsndfile crashes on minutes of Vorbis in one write."""
    original = joined(*[speech(60, 24_000)] * 2, silence(29.8), tone(0.2))
    heard = heard_in(encode(original, name), name, 24_000)
    assert heard.seconds == pytest.approx(150, abs=0.1)
    assert level(heard.samples[-round(0.15 * heard.sample_rate) :]) > 0.3


@pytest.mark.parametrize("name", LOSSLESS)
def test_sixteen_bits_go_through_unchanged(name: str) -> None:
    every_value = np.arange(-32768, 32768, dtype=np.float32) / np.float32(32768)
    heard = heard_in(encode(Waveform(every_value, 24_000), name), name, 24_000)
    np.testing.assert_array_equal(heard.samples, every_value)


@pytest.mark.parametrize("name", LOSSLESS)
def test_samples_are_rounded_to_the_nearest(name: str) -> None:
    samples = np.array([0.6, 1.4, -0.6, -1.4, 100.49], np.float32) / np.float32(32768)
    heard = heard_in(encode(Waveform(samples, 24_000), name), name, 24_000)
    assert (heard.samples * 32768).tolist() == [1, 1, -1, -1, 100]


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_too_loud_is_clipped_and_never_wrapped(name: str) -> None:
    loud = tone(1.0, hz=200, level=1.5)
    heard = heard_in(encode(loud, name), name, 24_000)
    heard = Waveform(heard.samples[DELAY[name] :], heard.sample_rate)
    inner = slice(heard.sample_rate // 4, heard.sample_rate // 2)
    wanted = np.clip(tone(1.0, heard.sample_rate, hz=200, level=1.5).samples, -1, 1)
    assert np.corrcoef(heard.samples[inner], wanted[inner])[0, 1] > 0.99
    assert np.abs(np.diff(heard.samples)).max() < 0.5  # a wrap jumps by 2


@pytest.mark.parametrize("name", FORMATS)
def test_speech_is_still_that_speech(name: str) -> None:
    original = speech(3.0, 24_000)
    heard = heard_in(encode(original, name), name, 24_000)
    loss = spectrum_db(heard.samples, heard.sample_rate) - spectrum_db(original.samples, 24_000)
    passed = loss[:-1] if name in TELEPHONE else loss  # above 3.5 kHz a line carries nothing
    assert np.abs(passed).max() < 1.5


def spectrum_db(samples: Samples, sample_rate: int) -> Samples:
    """Level in bands of 500 Hz up to 4 kHz."""
    power = np.abs(np.fft.rfft(samples)) ** 2 / len(samples) / sample_rate
    hz = np.fft.rfftfreq(len(samples), 1 / sample_rate)
    bands = [power[(hz >= low) & (hz < low + 500)].sum() for low in range(0, 4000, 500)]
    return np.asarray(10 * np.log10(bands) + 10 * np.log10(sample_rate / len(samples)), np.float32)


@pytest.mark.parametrize(
    ("name", "sample_rate", "encoded"),
    [
        ("wav", 22_050, 22_050),
        ("flac", 44_100, 44_100),
        ("mp3", 22_050, 22_050),
        ("mp3", 40_000, 44_100),
        ("mp3", 96_000, 48_000),
        ("opus", 22_050, 24_000),
        ("opus", 44_100, 48_000),
        ("ogg", 44_100, 44_100),
        ("aac", 22_050, 22_050),
        ("aac", 40_000, 44_100),
    ],
)
def test_the_rate_is_kept_or_becomes_the_next_that_the_format_knows(
    name: str, sample_rate: int, encoded: int
) -> None:
    data = encode(tone(0.5, sample_rate), name)
    assert Encoder(name, sample_rate).sample_rate == encoded
    if name == "aac":  # libsndfile cannot read it
        assert decode(data, LIMITS).sample_rate == encoded
        return
    with soundfile.SoundFile(io.BytesIO(data)) as file:
        assert file.samplerate == encoded


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("name", FORMATS)
def test_audio_that_is_no_audio_is_an_error_of_ours(name: str, bad: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        encode(Waveform(np.array([0, bad], np.float32), 24_000), name)
    with pytest.raises(ValueError, match="no samples"):
        encode(silence(0), name)


def test_every_format_says_what_it_is() -> None:
    for name, audio_format in FORMATS.items():
        assert audio_format.media_type.startswith("audio/")
        assert audio_format.extension == f".{name}"
    magic = {name: encode(tone(0.1), name)[:4] for name in FORMATS}
    assert magic["wav"] == b"RIFF"
    assert magic["flac"] == b"fLaC"
    assert magic["ogg"] == magic["opus"] == b"OggS"
    assert b"OpusHead" in encode(tone(0.1), "opus")[:64]


def streamed(waveform: Waveform, name: str, block: int) -> tuple[bytes, bytes]:
    """A stream's bytes, and the file it ends as."""
    encoder = Encoder(name, waveform.sample_rate)
    blocks = range(0, len(waveform.samples), block)
    stream = b"".join(encoder.encode(waveform.samples[at : at + block]) for at in blocks)
    stream += encoder.finish()
    return stream, encoder.file()


@pytest.mark.parametrize("sample_rate", [22_050, 44_100])
@pytest.mark.parametrize("name", FORMATS)
def test_the_bytes_do_not_depend_on_how_the_samples_come(name: str, sample_rate: int) -> None:
    """Who was cut off goes on at the byte where it stopped, in a stream that was begun anew."""
    original = speech(3.1, sample_rate)
    whole = streamed(original, name, len(original.samples))
    assert streamed(original, name, 997) == streamed(original, name, 20_011) == whole
    assert whole[1] == encode(original, name)


@pytest.mark.parametrize("sample_rate", [24_000, 44_100])
@pytest.mark.parametrize("name", FORMATS)
def test_a_stream_is_its_file_but_for_what_tells_the_length(name: str, sample_rate: int) -> None:
    stream, file = streamed(speech(2.0, sample_rate), name, 4_800)
    start = stream_start(name, Encoder(name, sample_rate).sample_rate)
    assert start.prefix + file[start.skip :] == stream


@pytest.mark.parametrize("name", FORMATS)
def test_a_stream_is_heard_as_its_file(name: str) -> None:
    stream, file = streamed(speech(2.0, 24_000), name, 4_800)
    heard, wanted = (played(data, name) for data in (stream, file))
    late = len(heard) - len(wanted) if name == "mp3" else 0  # what its header tells to leave out
    assert 0 <= late < 2 * 1152
    heard = heard[1105:] if late else heard  # LAME's delay and the decoder's, 576 + 529
    np.testing.assert_allclose(heard[: len(wanted)], wanted, atol=1e-4)


def played(data: bytes, name: str) -> Samples:
    """By FFmpeg, as most players do."""
    bare = {"pcm": "s16le", "ulaw": "mulaw", "alaw": "alaw"}
    with av.open(io.BytesIO(data), "r", bare.get(name)) as container:
        frames = [frame.to_ndarray() for frame in container.decode(audio=0)]
    samples = np.concatenate([frame.reshape(frame.shape[0], -1)[0] for frame in frames])
    scale = 32768 if samples.dtype == np.int16 else 1
    return np.asarray(samples / scale, np.float32)


@pytest.mark.parametrize("name", FORMATS)
def test_a_stream_begins_before_its_text_is_done(name: str) -> None:
    encoder = Encoder(name, 24_000)
    first = encoder.encode(speech(1.0).samples)
    rest = encoder.encode(speech(1.0, seed=1).samples) + encoder.finish()
    assert len(first) > len(rest) / 4


@pytest.mark.parametrize("name", TELEPHONE)
def test_telephone_lines_get_a_byte_a_sample(name: str) -> None:
    data = encode(tone(0.5, 24_000), name, 48_000)
    assert len(data) == 4_000
    audio_format = FORMATS[name]
    assert audio_format.media_type_at(8_000) == f"{audio_format.media_type};rate=8000;channels=1"


def test_a_wav_of_unknown_length_says_so_as_players_understand_it() -> None:
    header = Encoder("wav", 24_000).encode(tone(0.1).samples)[:44]
    assert header[4:8] == header[40:44] == b"\xff" * 4

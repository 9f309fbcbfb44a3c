"""Sounds and files that the tests are made of: nothing is downloaded, nothing is binary."""

from __future__ import annotations

import io
from pathlib import Path

import av
import numpy as np
from scipy.signal import lfilter

from config.settings import LimitSettings
from engines.audio.decode import decode
from engines.base import Samples, Waveform

SPEAKERS = Path(__file__).parents[2] / "data" / "speakers"
VOWELS_HZ = ((730, 1090, 2440), (270, 2290, 3010), (300, 870, 2240), (530, 1840, 2480))


def tone(
    seconds: float, sample_rate: int = 24_000, hz: float = 440.0, level: float = 0.5
) -> Waveform:
    times = np.arange(round(seconds * sample_rate)) / sample_rate
    return Waveform((level * np.sin(2 * np.pi * hz * times)).astype(np.float32), sample_rate)


def silence(seconds: float, sample_rate: int = 24_000) -> Waveform:
    return Waveform(np.zeros(round(seconds * sample_rate), np.float32), sample_rate)


def joined(*waveforms: Waveform) -> Waveform:
    samples = np.concatenate([waveform.samples for waveform in waveforms])
    return Waveform(samples, waveforms[0].sample_rate)


def noisy(waveform: Waveform, level: float, seed: int = 1) -> Waveform:
    noise = np.random.default_rng(seed).normal(scale=level, size=len(waveform.samples))
    return Waveform((waveform.samples + noise).astype(np.float32), waveform.sample_rate)


def mixed(waveform: Waveform, other: Samples, ratio_db: float) -> Waveform:
    """`waveform` with `other` (T,) under it, that many dB below; nothing is clipped."""
    scale = level(waveform.samples) / level(other) * 10 ** (-ratio_db / 20)
    both = waveform.samples + np.float32(scale) * other
    return Waveform(
        (both / max(1.0, float(np.abs(both).max()))).astype(np.float32), waveform.sample_rate
    )


def speech(seconds: float, sample_rate: int = 24_000, hz: float = 120.0, seed: int = 0) -> Waveform:
    """Syllables of noise and a vowel: pulses through formants, enough for a speech detector."""
    rng = np.random.default_rng(seed)
    parts: list[Samples] = []
    made = 0
    while made < seconds * sample_rate:
        parts += [_consonant(rng, sample_rate), _vowel(rng, sample_rate, hz)]
        made += len(parts[-1]) + len(parts[-2])
    samples = np.concatenate(parts)[: round(seconds * sample_rate)]
    return Waveform((0.5 * samples).astype(np.float32), sample_rate)


def _vowel(rng: np.random.Generator, sample_rate: int, hz: float) -> Samples:
    length = int(rng.uniform(0.14, 0.26) * sample_rate)
    times = np.arange(length) / sample_rate
    phase = np.cumsum(hz * (1 + 0.03 * np.sin(2 * np.pi * 4 * times))) / sample_rate
    sound = np.diff(np.floor(phase), prepend=0.0)  # one pulse a period
    sound = lfilter([1], [1, -0.96], sound)
    for formant in VOWELS_HZ[rng.integers(len(VOWELS_HZ))]:
        radius = np.exp(-np.pi * (70 + 0.03 * formant) / sample_rate)
        cosine = np.cos(2 * np.pi * formant / sample_rate)
        sound = lfilter([1 - radius], [1, -2 * radius * cosine, radius**2], sound)
    ramp = np.arange(length) / (0.03 * sample_rate)
    sound = sound * np.minimum(1, np.minimum(ramp, ramp[::-1]))
    return np.asarray(sound / np.abs(sound).max(), np.float32)


def _consonant(rng: np.random.Generator, sample_rate: int) -> Samples:
    noise = rng.normal(size=int(0.05 * sample_rate))
    return np.asarray(0.05 * lfilter([1, -0.95], [1], noise) * np.hanning(len(noise)), np.float32)


def muxed(
    waveform: Waveform, container: str, codec: str, channels: int = 1, **options: str
) -> bytes:
    """A file that PyAV writes: for the formats that are read but never served."""
    layout = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1"}[channels]
    file = io.BytesIO()
    with av.open(file, "w", format=container, options=options) as output:
        stream = output.add_stream(codec, rate=waveform.sample_rate, layout=layout)
        assert isinstance(stream, av.AudioStream)
        packed = np.repeat(waveform.samples, channels)[None]  # (1, T * C)
        frame = av.AudioFrame.from_ndarray(packed, "flt", layout)
        frame.sample_rate = waveform.sample_rate
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            output.mux(packet)
    return file.getvalue()


def level(samples: Samples) -> float:
    """RMS."""
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))


def clip() -> Waveform:
    """Four seconds of a person who reads, faded in and out as what an engine makes is."""
    wave = decode(sorted(SPEAKERS.iterdir())[0], LimitSettings())
    fade = np.minimum(1.0, np.arange(len(wave.samples)) / (0.05 * wave.sample_rate))
    samples = wave.samples * fade * fade[::-1] * 0.5 / np.max(np.abs(wave.samples))
    return Waveform(samples.astype(np.float32), wave.sample_rate)

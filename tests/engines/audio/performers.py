"""Recordings of voices that are no newsreaders, and of what is no voice: synthesized, no person's.

Voices are eSpeak NG's, taken apart by WORLD and put together as somebody else would say it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pyworld
from scipy.linalg import solve_toeplitz
from scipy.signal import fftconvolve, lfilter, sawtooth

from engines.base import Samples, Waveform
from engines.embedded.espeak_library import SAMPLE_RATE, speak
from tests.engines.audio.signals import level, mixed

RATE = SAMPLE_RATE
TEXT = (
    "The birch canoe slid on the smooth planks, while a large fishing boat turned toward the "
    "quiet harbour. Her purse was full of useless trash! Why should anyone carry such things? "
)
SCALE = 2 ** (np.array([0, 4, 7, 5, 9, 7, 4, 2]) / 12)  # of the song


@cache
def newsreader() -> Samples:
    said = speak(TEXT, "gmw/en-US", rate=165, pitch=50, volume=100, max_samples=60 * RATE)
    return np.asarray(said.pcm / 32768, np.float32)


@cache
def _taken_apart() -> tuple[Samples, Samples, Samples]:
    """The newsreader's F0, spectral envelope and aperiodicity."""
    signal = newsreader().astype(np.float64)
    f0, times = pyworld.harvest(signal, RATE)
    envelope = pyworld.cheaptrick(signal, f0, times, RATE)
    return f0, envelope, pyworld.d4c(signal, f0, times, RATE)


def _world(
    pitch: Callable[[Samples], Samples] | float = 1.0,
    formants: float = 1.0,
    breath: float | None = None,
    slow: float = 1.0,
) -> Samples:
    """The newsreader with another F0 (times a factor, or a curve), shorter or longer vocal tract,
    breathier, or slower."""
    f0, envelope, aperiodicity = _taken_apart()
    bins = np.arange(envelope.shape[1])
    envelope = np.array([np.interp(bins / formants, bins, frame) for frame in envelope])
    f0 = pitch(f0) if callable(pitch) else f0 * pitch
    if breath is not None:
        aperiodicity = np.maximum(aperiodicity, breath)
    made = pyworld.synthesize(
        np.ascontiguousarray(f0), envelope, np.ascontiguousarray(aperiodicity), RATE, 5.0 * slow
    )
    return np.asarray(made * 0.1 / level(made), np.float32)


def whisper() -> Samples:
    return _world(lambda f0: 0 * f0, breath=1.0)


def rasping() -> Samples:
    """A short throat, its periods uneven and every other one weaker, pressed to the limit."""
    made = _beaten(_world(_uneven(1.0, 0.25), 1.6, 0.8), 70)
    return np.asarray(0.5 * np.tanh(20 * made), np.float32)


def growling() -> Samples:
    return _beaten(_world(_uneven(0.5, 0.2), 0.7, 0.6), 35)


def _uneven(pitch: float, jitter: float) -> Callable[[Samples], Samples]:
    rng = np.random.default_rng(1)
    return lambda f0: f0 * pitch * np.exp(rng.normal(scale=jitter, size=len(f0)))


def _beaten(samples: Samples, hz: float) -> Samples:
    beat = np.sign(np.sin(2 * np.pi * hz * np.arange(len(samples)) / RATE))
    return np.asarray(samples * (1 + 0.8 * beat), np.float32)


def whispered(waveform: Waveform) -> Waveform:
    """A recording as its speaker would whisper it: noise through each frame's linear prediction."""
    size, rng = round(0.03 * waveform.sample_rate), np.random.default_rng(0)
    bright = lfilter([1, -0.9], [1], waveform.samples)
    window, made = np.hanning(size), np.zeros(len(bright) + size)
    for start in range(0, len(bright) - size, size // 2):
        frame = bright[start : start + size] * window
        lags = np.correlate(frame, frame, "full")[
            size - 1 : size + 4 + waveform.sample_rate // 1000
        ]
        if lags[0] < 1e-9:
            continue
        lags[0] *= 1.0001
        predicted = solve_toeplitz(lags[:-1], lags[1:])
        left = np.sqrt(max(lags[0] - predicted @ lags[1:], 0.0) / size)
        throat = np.append(1.0, -predicted)
        noise = lfilter([1], throat, rng.normal(size=size) * left)
        made[start : start + size] += noise * window
    made = lfilter([1], [1, -0.5], made[: len(bright)])
    return Waveform(np.asarray(0.08 * made / level(made), np.float32), waveform.sample_rate)


def growled(waveform: Waveform, hz: float) -> Waveform:
    """A recording with the false vocal folds beating below its pitch, unevenly, and overdriven."""
    drift = lfilter([0.01], [1, -0.99], np.random.default_rng(1).normal(size=len(waveform.samples)))
    phase = np.cumsum(hz * (1 + 0.6 * drift)) / waveform.sample_rate
    beaten = waveform.samples * (1 - 0.9 * (np.sin(2 * np.pi * phase) > 0))
    driven = 0.5 * np.tanh(6 * beaten / np.abs(beaten).max())
    return Waveform(np.asarray(driven, np.float32), waveform.sample_rate)


def shouted() -> Samples:
    loud = np.diff(_world(2.2, 1.1), prepend=0.0)
    return np.asarray(np.tanh(12 * loud / level(loud) / 10) * 0.9, np.float32)


def sung() -> Samples:
    """Each vowel held four times as long, at the notes of a song."""

    def notes(f0: Samples) -> Samples:
        note = SCALE[np.arange(len(f0)) // 60 % len(SCALE)]
        vibrato = 1 + 0.02 * np.sin(2 * np.pi * 5.5 * 0.02 * np.arange(len(f0)))
        return np.where(f0 > 0, 220 * note * vibrato, 0.0)

    return _world(notes, slow=4.0)


def child() -> Samples:
    return _world(2.6, 1.45)


def toddler() -> Samples:
    return _world(3.6, 1.7)


def goblin() -> Samples:
    """A character's voice: the throat made short, the tongue spread."""
    return _world(0.8, 1.6, 0.4)


def far() -> Samples:
    """Across a bare room: hardly any direct sound, and the room's own noise."""
    rng = np.random.default_rng(2)
    tail = rng.normal(size=RATE) * np.exp(-6.9 * np.arange(RATE) / RATE / 0.9)
    tail[0] += 5
    heard = fftconvolve(newsreader(), tail)[: len(newsreader())]
    heard = lfilter([0.3], [1, -0.7], heard * 0.02 / level(heard))
    return np.asarray(heard + rng.normal(scale=0.001, size=len(heard)), np.float32)


def over_music() -> Samples:
    talk = Waveform(newsreader(), RATE)
    return mixed(talk, organ(talk.seconds)[: len(talk.samples)], 3).samples


VOICES = {
    made.__name__: cache(made)
    for made in (
        *(whisper, rasping, growling, shouted, sung),
        *(child, toddler, goblin, far, over_music),
    )
}


def organ(seconds: float = 12.0) -> Samples:
    """Chords of three, a second each."""
    times = np.arange(round(seconds * RATE)) / RATE
    root = 130.8 * SCALE[(times).astype(int) % len(SCALE)]
    phase = 2 * np.pi * np.cumsum(root) / RATE
    chord = sum(np.sin(k * ratio * phase) / k for k in range(1, 9) for ratio in (1, 1.26, 1.5))
    return np.asarray(0.05 * chord, np.float32)


def violin(seconds: float = 12.0) -> Samples:
    """One note after the other, with vibrato: nothing is more like a singer."""
    times = np.arange(round(seconds * RATE)) / RATE
    hz = 293.7 * SCALE[(2 * times).astype(int) % len(SCALE)]
    phase = 2 * np.pi * np.cumsum(hz * (1 + 0.01 * np.sin(2 * np.pi * 5.5 * times))) / RATE
    bow = lfilter([1], [1, -0.7], sawtooth(phase)) * np.minimum(1, 10 * (times % 0.5))
    return np.asarray(0.05 * bow, np.float32)


def plucked(seconds: float = 12.0) -> Samples:
    """Karplus and Strong's string, four notes a second."""
    rng = np.random.default_rng(3)
    notes = []
    for index in range(round(4 * seconds)):
        period = round(RATE / (196 * SCALE[index * 3 % len(SCALE)]))
        burst = np.zeros(RATE // 4)
        burst[:period] = rng.normal(size=period)
        string = np.zeros(period + 2)
        string[0], string[period], string[period + 1] = 1, -0.497, -0.497
        notes.append(lfilter([1], string, burst))
    return np.asarray(0.05 * np.concatenate(notes), np.float32)


def drums(seconds: float = 12.0) -> Samples:
    times = np.arange(round(seconds * RATE)) / RATE
    beat = times % 0.25
    hit = np.random.default_rng(4).normal(size=len(times)) * np.exp(-beat * 25)
    kick = np.sin(2 * np.pi * 60 * beat) * np.exp(-beat * 12)
    return np.asarray(0.2 * hit + 0.4 * kick, np.float32)


def rustling(seconds: float = 12.0) -> Samples:
    """Noise that comes and goes as fast as syllables do."""
    times = np.arange(round(seconds * RATE)) / RATE
    noise = np.random.default_rng(5).normal(size=len(times))
    swell = np.clip(np.sin(2 * np.pi * 4 * times) + 0.5 * np.sin(2 * np.pi * 1.3 * times), 0, 1)
    return np.asarray(0.1 * noise * swell, np.float32)


def hiss(seconds: float = 12.0) -> Samples:
    return np.asarray(
        np.random.default_rng(6).normal(scale=0.1, size=round(seconds * RATE)), np.float32
    )


def rumble(seconds: float = 12.0) -> Samples:
    return np.asarray(lfilter([0.3], [1, -0.97], hiss(seconds)), np.float32)


def siren(seconds: float = 12.0) -> Samples:
    times = np.arange(round(seconds * RATE)) / RATE
    hz = 700 + 300 * np.sin(2 * np.pi * 0.4 * times)
    return np.asarray(0.3 * np.sin(2 * np.pi * np.cumsum(hz) / RATE), np.float32)


def beeps(seconds: float = 12.0) -> Samples:
    times = np.arange(round(seconds * RATE)) / RATE
    return np.asarray(0.3 * np.sin(2 * np.pi * 1000 * times) * (times % 0.5 < 0.25), np.float32)


def birds(seconds: float = 12.0) -> Samples:
    times = np.arange(round(seconds * RATE)) / RATE
    chirp = times % 0.4
    phase = 2 * np.pi * (3000 * chirp + 4000 * chirp**2)
    return np.asarray(0.3 * np.sin(phase) * np.exp(-(((chirp - 0.1) / 0.05) ** 2)), np.float32)


NO_VOICES = {
    made.__name__: made
    for made in (organ, violin, plucked, drums, rustling, hiss, rumble, siren, beeps, birds)
}

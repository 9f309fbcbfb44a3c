"""One voice made to sound like another: pitch moved and scaled, spectrum tilted towards it.

What is moved: the median and the spread of log F0, and the long-term mean of the log envelope,
smoothed so that the source's own vowels survive. Timing, articulation and breath stay.
"""

from __future__ import annotations

import numpy as np

from engines.base import Samples
from engines.embedded.analysis import (
    FFT_SIZE,
    FRAME_S,
    FREQUENCIES,
    GRID,
    GRID_SIZE,
    RATE,
    Doubles,
    Frames,
    Profile,
    analyse,
    profile,
)
from engines.errors import UnusableSpeech

PAD_S = 0.05  # silence set around the source, so that frames at its ends see whole windows
MIN_SOURCE_S = 0.1  # shorter than this there is no pitch to be found
SILENCE = 1e-4  # of full scale: a source that never exceeds it has no voice to convert

CEPSTRUM = 24  # coefficients kept of the envelope difference: formant regions, not harmonics
MAX_DIFFERENCE = 18 * np.log(10) / 10  # 18 dB
COSINES = np.cos(np.pi * np.outer(np.arange(CEPSTRUM), np.arange(GRID_SIZE) + 0.5) / GRID_SIZE)
COSINES *= np.sqrt(np.where(np.arange(CEPSTRUM) == 0, 1, 2) / GRID_SIZE)[:, None]  # orthonormal
BAND_FADE_HZ = 1000.0  # over which the difference ends above the narrower recording
UNVOICED_SHARE = 0.25  # the difference is measured on vowels; in full it makes every "s" hiss
VOICING_SMOOTH = 9  # frames over which that share changes
SPREAD_RATIO = (0.6, 1.8)  # beyond, speech turns into monotone or yodelling
F0_RANGE = (40.0, 1100.0)  # Hz

OWN_PITCH_S = 0.4  # voiced seconds at which a source's own median weighs as much as its speaker's
SAME_SPEAKER = np.log(2) / 2  # a median further away than this is not the named speaker's

KNEE, CEILING = 0.8, 0.99  # of full scale: peaks beyond the knee are rounded off


def convert(
    samples: Samples, speaker: Profile | None, target: Profile, semitones: float
) -> Samples:
    """`samples` (T,) at `RATE` in the voice of `target`: (T,), as loud as before.

    `speaker` is the long-term profile of who speaks in `samples`, if known: a single sentence is
    too short to tell the voice from what it happens to say.
    """
    if len(samples) < MIN_SOURCE_S * RATE or float(np.abs(samples).max()) < SILENCE:
        return samples
    pad = round(PAD_S * RATE)
    frames = analyse(np.pad(samples, pad))
    source = source_profile(frames, speaker)
    if source is None:
        return samples
    pitch = f0(frames, source, target, semitones)
    spoken = synthesize(frames, pitch, envelope_change(frames, source, target))
    spoken = spoken[pad : pad + len(samples)]
    return level(spoken, like=samples)


def source_profile(frames: Frames, speaker: Profile | None) -> Profile | None:
    """Whom to convert from: the speaker, with the pitch drawn towards this very sentence's."""
    try:
        own = profile(frames)
    except UnusableSpeech:
        return speaker
    if speaker is None or abs(own.pitch - speaker.pitch) > SAME_SPEAKER:
        return own
    share = own.voiced_s / (own.voiced_s + OWN_PITCH_S)
    return speaker.at_pitch(share * own.pitch + (1 - share) * speaker.pitch)


def f0(frames: Frames, source: Profile, target: Profile, semitones: float) -> Doubles:
    """F0 (N,) in Hz whose median and spread are the target's; 0 where unvoiced."""
    ratio = float(np.clip(target.spread / max(source.spread, 1e-3), *SPREAD_RATIO))
    moved = np.zeros_like(frames.f0)
    voiced = frames.voiced
    deviation = np.log(frames.f0[voiced]) - source.pitch
    log_f0 = target.pitch + ratio * deviation + semitones * np.log(2) / 12
    moved[voiced] = np.clip(np.exp(log_f0), *F0_RANGE)
    return moved


def envelope_change(frames: Frames, source: Profile, target: Profile) -> Doubles:
    """What to add to each frame's log envelope: (N, BINS)."""
    band = min(source.band, target.band)
    difference = target.envelope - source.envelope  # (GRID_SIZE,)
    inside = band >= GRID
    difference = difference - difference[inside].mean()
    difference[~inside] = difference[inside][-1]  # no step for the smoothing to ring at
    smooth = COSINES.T @ (COSINES @ difference)
    smooth = MAX_DIFFERENCE * np.tanh(smooth / MAX_DIFFERENCE)
    smooth *= np.clip(1 - (GRID - band) / BAND_FADE_HZ, 0, 1)
    curve = np.interp(FREQUENCIES, GRID, smooth)  # (BINS,)
    voicing = np.convolve(frames.voiced, np.ones(VOICING_SMOOTH) / VOICING_SMOOTH, mode="same")
    share = UNVOICED_SHARE + (1 - UNVOICED_SHARE) * voicing  # (N,)
    change: Doubles = share[:, None] * curve
    return change


def synthesize(frames: Frames, pitch: Doubles, change: Doubles) -> Samples:
    """A signal (T,) at `RATE` from the source's frames with another F0 and envelope."""
    import pyworld

    aperiodicity = pyworld.d4c(frames.signal, frames.f0, frames.times, RATE, fft_size=FFT_SIZE)
    envelope = frames.envelope * np.exp(change)
    signal = pyworld.synthesize(pitch, envelope, aperiodicity, RATE, frame_period=1000 * FRAME_S)
    missing = len(frames.signal) - len(signal)
    padded: Samples = np.pad(signal, (0, max(missing, 0))).astype(np.float32)
    return padded


def level(samples: Samples, like: Samples) -> Samples:
    """`samples` as loud as `like` (root mean square), peaks rounded off below full scale."""
    power = float(np.mean(np.square(samples, dtype=np.float64)))
    wanted = float(np.mean(np.square(like, dtype=np.float64)))
    loud = samples * np.float32(np.sqrt(wanted / max(power, 1e-12)))
    beyond = np.maximum(np.abs(loud) - KNEE, 0)
    room = CEILING - KNEE
    rounded = np.sign(loud) * (KNEE + room * np.tanh(beyond / room))
    limited: Samples = np.where(beyond > 0, rounded, loud).astype(np.float32)
    return limited

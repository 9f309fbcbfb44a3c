"""A voice in which hardly any pitch is heard: whispered, or growled below what F0 can be found in.

Its spectrum tells who speaks, but not how deep, and it is brighter than the same voice aloud. So
the straight line in it, over mel, is made that of the base speakers, and the pitch is theirs who
have a like spectrum. Measured on recordings of ten people made to whisper: 4.9 dB from their own
voices, where it is 8.6 dB without the line and 7.0 dB for the mean of all speakers; the pitch is 4
semitones off, which is no better than the mean of all.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from engines.embedded.analysis import (
    FRAME_S,
    GRID,
    GRID_SIZE,
    Doubles,
    Frames,
    Profile,
    loud_among,
    mean_envelope,
)
from engines.embedded.base_speakers import base_speakers
from engines.embedded.embedding import to_profile
from engines.errors import UnusableSpeech

MIN_SOUNDING_S = 1.0  # of a stretch, below which its spectrum is that of a syllable or two
SILENCE = 1e-4  # of full scale: a stretch that never exceeds it has no voice
COUNTS_AS = 0.1  # voiced seconds a second: beside stretches with a pitch it hardly counts
LIKE = 1.6  # nepers, of root mean square: what sets a like spectrum apart from another
HEIGHT = np.linspace(-1.0, 1.0, GRID_SIZE)  # (GRID_SIZE,) over mel

WARNING = (
    "hardly any pitch is heard in it, as of whispering or a very deep growl: how deep the voice "
    "speaks is guessed from its spectrum; speak aloud for a closer one"
)


def unpitched_profile(frames: Frames, band: float) -> Profile:
    """A voice by its loud frames, voiced or not. Raises `UnusableSpeech` when there are too few."""
    loud = loud_among(frames, np.ones(len(frames.f0), dtype=bool))
    sounding_s = float(loud.sum()) * FRAME_S
    if sounding_s < MIN_SOUNDING_S or float(np.abs(frames.signal).max()) < SILENCE:
        raise UnusableSpeech("there is too little voiced speech to learn a voice from")
    envelope, band = mean_envelope(frames, loud, band)
    spoken = _aloud(envelope, band)
    return Profile(_pitch_of_the_like(spoken, band), spoken, band, COUNTS_AS * sounding_s)


def _aloud(envelope: Doubles, band: float) -> Doubles:
    """A whisper's envelope (GRID_SIZE,) with the tilt of speech."""
    inside = band >= GRID
    usual = np.mean([speaker.envelope for speaker in _speakers()], axis=0)
    slope, _ = np.polyfit(HEIGHT[inside], (envelope - usual)[inside], 1)
    spoken = envelope - slope * HEIGHT
    level: Doubles = spoken - spoken[inside].mean()
    return level


def _pitch_of_the_like(envelope: Doubles, band: float) -> Doubles:
    """Log F0 at LEVELS: the mean of all speakers, those with a like envelope counting more."""
    speakers = _speakers()
    unlike = np.array(
        [
            np.var((envelope - one.envelope)[min(band, one.band) >= GRID], dtype=np.float64)
            for one in speakers
        ]
    )
    weights = np.exp(-(unlike - unlike.min()) / (2 * LIKE**2))
    log_f0: Doubles = np.average([one.log_f0 for one in speakers], axis=0, weights=weights)
    return log_f0


@cache
def _speakers() -> tuple[Profile, ...]:
    """Every base speaker once, in the first language that it speaks."""
    once = {
        name: speaker
        for speakers in reversed(list(base_speakers().values()))
        for name, speaker in speakers.items()
    }
    return tuple(map(to_profile, once.values()))

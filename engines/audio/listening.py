"""Voices that are no newsreaders': found where the speech detector hears too little of them.

The detector was taught ordinary speech. A rasping actor, a long sung note or a voice across a bare
room it may miss, and hears it at once when the same recording is slowed, sped up or made brighter:
what is heard then is a voice too, as no instrument, tone or noise becomes speech by any of these.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engines.audio.resample import resample
from engines.audio.segments import (
    VAD_RATE,
    Span,
    find_speech,
    total_seconds,
    union,
    whole_tenths,
)
from engines.audio.sounds import sounds_of
from engines.base import Samples, Waveform
from engines.errors import UnusableSpeech

# Of all that sounds in a recording, what has to be heard as a voice. Measured on recordings: a
# rasping actor 0.8, made-up singers, growls and echoes 0.5 and more, nine pieces of music 0.1.
LEAST_SHARE = 0.3
LISTENED_S = 120.0  # by the other ears: enough for any voice, and a bound on what noise costs
PRE_EMPHASIS = 0.95  # of 1, by the sample before: 6 dB an octave
BRIGHT_LEVEL = 0.1  # RMS, to which it is brought again
# Of what sounds, and in seconds: above, what is no speech is named where a voice is refused.
MUCH_ELSE, NAMED_S = 0.5, 0.5


@dataclass(frozen=True, slots=True)
class Ear:
    """A way to listen: time stretched (and pitch and formants lowered) by a factor, or brighter."""

    stretch: float = 1.0
    brighter: bool = False


EARS = (
    *(Ear(stretch=1.3), Ear(stretch=0.8), Ear(brighter=True)),
    *(Ear(stretch=1.3, brighter=True), Ear(stretch=0.8, brighter=True)),
)


@dataclass(frozen=True, slots=True)
class Voice:
    """Where in a recording a voice is, and how much of it the detector took for speech."""

    spans: tuple[Span, ...]
    recognised_s: float

    @property
    def seconds(self) -> float:
        return total_seconds(self.spans)


def find_voice(waveform: Waveform, min_seconds: float) -> Voice:
    """Speech, or else what another ear hears as speech, of at least `min_seconds`.

    Raises `UnusableSpeech` with what the recording holds instead.
    """
    speech = find_speech(waveform)
    recognised_s = total_seconds(speech)
    if speech and recognised_s >= min_seconds:
        return Voice(tuple(speech), recognised_s)
    beginning = Waveform(
        waveform.samples[: round(LISTENED_S * waveform.sample_rate)], waveform.sample_rate
    )
    least = max(min_seconds, LEAST_SHARE * sounds_of(beginning).seconds)
    for ear in EARS if beginning.seconds >= min_seconds else ():
        spans = union(speech, _listen(beginning, ear))
        if total_seconds(spans) >= least:
            return Voice(tuple(spans), recognised_s)
    raise _no_voice(waveform, recognised_s, min_seconds)


def _listen(waveform: Waveform, ear: Ear) -> list[Span]:
    stretched = resample(waveform, round(VAD_RATE * ear.stretch)).samples
    heard = _brighter(stretched) if ear.brighter else stretched
    spans = find_speech(Waveform(heard, VAD_RATE))
    return [(start / ear.stretch, end / ear.stretch) for start, end in spans]


def _brighter(samples: Samples) -> Samples:
    bright = np.append(samples[:1], samples[1:] - np.float32(PRE_EMPHASIS) * samples[:-1])
    level = float(np.sqrt(np.mean(np.square(bright, dtype=np.float64))))
    return np.asarray(bright * (BRIGHT_LEVEL / max(level, 1e-9)), np.float32)


def _no_voice(waveform: Waveform, recognised_s: float, min_seconds: float) -> UnusableSpeech:
    sounds = sounds_of(waveform)
    heard = (
        f"Only {whole_tenths(recognised_s):.1f} seconds of speech were heard in the recording; "
        f"at least {min_seconds:g} are needed."
    )
    others_s = sounds.seconds - recognised_s
    if others_s >= max(MUCH_ELSE * sounds.seconds, NAMED_S):
        heard += f" Another {others_s:.1f} seconds sound like {sounds.name}, not like a voice."
    elif waveform.seconds - recognised_s >= NAMED_S:
        heard += " The rest is silence."
    return UnusableSpeech(heard)

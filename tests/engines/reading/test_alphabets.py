"""A sound that is written in an alphabet of others is what a language's own notation says."""

from __future__ import annotations

import pytest

from engines.errors import PronunciationError
from engines.reading.alphabets import VOWELS, arpabet, in_notation
from engines.reading.notation import CONSONANTS, read_arpabet
from engines.reading.notation import VOWELS as ARPABET_VOWELS


@pytest.mark.parametrize(
    ("ipa", "written"),
    [
        ("təˈmɑːtəʊ", "T AH0 M AA1 T OW0"),
        ("/ˌɪn.təˈnæʃ.ən.əl/", "IH2 N T AH0 N AE1 SH AH0 N AH0 L"),
        ("t͡ʃɜːtʃ", "CH ER1 CH"),
        ("ˈbɑt.l̩", "B AA1 T AH0 L"),
        ("ˈwɝ.di", "W ER1 D IY0"),
        ("dʒɔɪ", "JH OY1"),
        ("gaʊ", "G AW1"),
    ],
)
def test_english_in_ipa_is_arpabet(ipa: str, written: str) -> None:
    assert arpabet(ipa) == written
    assert read_arpabet(written) == written.split()


def test_every_sound_of_english_can_be_written_in_ipa() -> None:
    from engines.reading import alphabets

    assert set(VOWELS.values()) == set(ARPABET_VOWELS)
    assert set(alphabets.CONSONANTS.values()) == set(CONSONANTS)


@pytest.mark.parametrize("sound", ["ʘ", "ɣa", "", "ˈ"])
def test_what_english_has_not_is_refused(sound: str) -> None:
    with pytest.raises(PronunciationError):
        arpabet(sound)


def test_a_language_has_its_own_alphabets() -> None:
    assert in_notation("ipa", "ɔɲˈɔ̃", "FR") == "ɔɲˈɔ̃"
    assert in_notation("ipa", "ˈaɪ", "en-GB") == "AY1"
    assert in_notation("x-phonex", "アス", "JP") == "アス"
    with pytest.raises(PronunciationError):
        in_notation("cmu-arpabet", "AY1", "ES")
    with pytest.raises(PronunciationError):
        in_notation("x-sampa", "aI", "EN")

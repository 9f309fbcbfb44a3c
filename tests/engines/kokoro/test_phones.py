"""Texts become the phones that the model was trained with, and only those."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.base import Utterance
from engines.errors import NoPronunciations, UnspeakableText
from engines.kokoro import latin
from engines.kokoro.japanese import kana_phones
from engines.kokoro.mandarin import FINALS, INITIALS, syllable_phones
from engines.kokoro.phonemize import phonemize, read
from engines.kokoro.symbols import MAX_PHONES, PAUSES, SYMBOLS, ids, pieces

SPEAKERS = {
    "EN": "af_heart",
    "ES": "ef_dora",
    "FR": "ff_siwis",
    "ZH": "zf_xiaobei",
    "JP": "jf_alpha",
}


def phones_of(language: str, text: str, speaker: str = "", **more: str) -> str:
    said = phonemize(
        Utterance(text, language, speaker or SPEAKERS[language], pronunciations=tuple(more.items()))
    )
    return said.phones


@pytest.mark.parametrize(
    ("espeak", "known"),
    [
        ("həlˈo^ʊ", "həlˈO"),
        ("d^ʒˈʌmpt", "ʤˈʌmpt"),
        ("t^ʃˈe^ɪnd^ʒ", "ʧˈAnʤ"),
        ("wˈɜːld", "wˈɜɹld"),
        ("lˈɪɾəl", "lˈɪTəl"),
        ("bˈʌʔn\u0329", "bˈʌtn"),
        ("hˈa^ʊs", "hˈWs"),
        ("bˈɔ^ɪ", "bˈY"),
    ],
)
def test_american_sounds_have_the_models_letters(espeak: str, known: str) -> None:
    assert latin.american(espeak) == known


@pytest.mark.parametrize(
    ("espeak", "known"), [("ɡˈə^ʊ", "ɡˈQ"), ("wˈɜːld", "wˈɜːld"), ("ðˈe^ə", "ðˈɛː")]
)
def test_british_sounds_keep_their_length(espeak: str, known: str) -> None:
    assert latin.british(espeak) == known


def test_nasal_vowels_of_french_stay() -> None:
    assert latin.romance("bˈɔ̃ vˈɛ̃") == "bˈɔ̃ vˈɛ̃"


@pytest.mark.parametrize(
    ("kana", "phones"),
    [
        ("コンニチワ", "koɲɲiʨiβa"),
        ("ガッコー", "ɡaʔkoː"),
        ("サンポ", "sampo"),
        ("リンゴ", "ɾʲiŋɡo"),
        ("ホン", "hoɴ"),
        ("キョー", "kʲoː"),
        ("シャシン", "ɕaɕiɴ"),
        ("ファイル", "ɸaiɾɯ"),
        ("ティー", "tʲiː"),
        ("ハイ、ソー。", "hai,soː."),
    ],
)
def test_kana_sounds_as_its_neighbours_have_it(kana: str, phones: str) -> None:
    assert kana_phones(kana) == phones


@pytest.mark.parametrize(
    ("syllable", "phones"),
    [
        (("zh", "ong", 1), "ꭧʊ→ŋ"),
        (("g", "uo", 2), "kwo↗"),
        (("sh", "i", 4), "ʂɨ↘"),
        (("x", "i", 1), "ɕi→"),
        (("j", "u", 3), "ʨy↓"),
        (("", "er", 4), "ɚ↘"),
        (("m", "a", 5), "ma"),
        (("q", "van", 2), "ʨʰɥɛ↗n"),
    ],
)
def test_a_tone_stands_on_the_vowel(syllable: tuple[str, str, int], phones: str) -> None:
    assert syllable_phones(*syllable) == phones


def test_what_is_no_syllable_has_no_phones() -> None:
    assert syllable_phones("", "A", 0) is None
    assert syllable_phones("w", "a", 1) is None


def test_every_phone_that_is_written_is_known_to_the_model() -> None:
    written = "".join(
        [
            *(syllable_phones(i, f, 1) or "" for i in ["", *INITIALS] for f in FINALS),
            *(kana_phones(chr(code)) for code in range(0x30A1, 0x30F7)),
            *map(latin.from_arpabet, (f"{p}1" for p in latin.ARPABET)),
        ]
    )
    assert set(written) <= set(SYMBOLS)


@pytest.mark.parametrize(
    ("language", "text", "phones"),
    [
        ("EN", "Hello, world! Yes (no).", "həlˈO, wˈɜɹld! jˈɛs, nˈO."),
        ("ES", "¿Qué tal? Hola.", "kˈe tˈal? ˈola."),
        ("FR", "Un bon vin, oui.", "œ̃ bˈɔ̃ vˈɛ̃, wˈi."),
        ("JP", "今日は、いい天気。", "kʲoːβa, ii teŋkʲi."),
        ("ZH", "你好，世界！", "ni↗xau↓, ʂɨ↘ʨje↘!"),
    ],
)
def test_marks_stay_where_they_stand(language: str, text: str, phones: str) -> None:
    assert phones_of(language, text) == phones


def test_english_in_an_asian_text_is_said_in_english() -> None:
    english = phones_of("EN", "Google")
    assert english in phones_of("ZH", "我喜欢Google。")
    assert english in phones_of("JP", "私はGoogleが好き。")


def test_a_users_word_sounds_as_it_is_written_wherever_it_stands() -> None:
    assert "ʤˈɪf" in phones_of("EN", "A gif, or GIF?", gif="JH IH1 F")
    assert phones_of("EN", "A gift.", gif="JH IH1 F") == phones_of("EN", "A gift.")
    assert kana_phones("カナ") in phones_of("JP", "仮名です。", 仮名="カナ")
    with pytest.raises(NoPronunciations):
        phones_of("ZH", "你好", 你好="ni3 hao3")


@pytest.mark.parametrize("language", SPEAKERS)
@pytest.mark.parametrize("text", ["...", "?!", "🙂"])
def test_what_cannot_be_said_is_refused(language: str, text: str) -> None:
    with pytest.raises(UnspeakableText):
        phones_of(language, text)


@given(st.text(alphabet=[*SYMBOLS, "§"], max_size=2000))
def test_long_phones_are_cut_and_none_is_lost(phones: str) -> None:
    cut = list(pieces(phones))
    assert all(0 < len(ids(piece)) <= MAX_PHONES for piece in cut)
    spoken = [phone for phone in phones if phone in SYMBOLS and phone != " "]
    assert [phone for piece in cut for phone in piece if phone != " "] == spoken


def test_a_cut_is_made_after_a_stop() -> None:
    sentence = "ə" * 200 + ". "
    assert [piece[-1] for piece in pieces(sentence * 5)] == [PAUSES[0]] * 3


@pytest.mark.parametrize(
    ("language", "text", "word", "phones"),
    [
        ("EN", "It cost $3.", "dollars", "dˈɑləɹz"),
        ("ES", "1 gato", "gato", "ɡˈato"),
        ("ZH", "买了3本", "买", "mai↓"),
        ("JP", "3本だ", "サンボン", "samboɴ"),
    ],
)
def test_a_word_is_shown_with_its_phones(language: str, text: str, word: str, phones: str) -> None:
    (reading,) = read([Utterance(text, language, SPEAKERS[language])])
    assert {one.said: one.phones for one in reading.words}[word] == phones
    assert {phone for one in reading.words for phone in one.phones or ""} <= set(SYMBOLS)

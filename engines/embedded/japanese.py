"""Japanese to kana, which is all that eSpeak NG can read of it.

Readings come from Janome (Apache-2.0, pure Python, with the MeCab IPADIC dictionary). Without it
a text in kana alone can still be spoken.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from engines.errors import UnspeakableText
from engines.reading.jp.janome import UNKNOWN, Token, Tokenizer, load_tokenizer

ATTACHED = ("助詞", "助動詞")  # particles and endings, spoken in one breath with their word
MONTH, MONTH_AFTER_NUMBER = "月", "ガツ"  # the dictionary reads it as the moon
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3})")
DECIMAL_POINT = re.compile(r"(?<=\d)\.(?=\d)")


@dataclass(frozen=True, slots=True)
class Kana:
    text: str
    dropped: tuple[str, ...] = ()  # kanji without a reading


def to_kana(text: str) -> Kana:
    """The text as it sounds, in katakana, phrases set apart by spaces.

    Raises `UnspeakableText` when there is kanji and no dictionary to read it with, or nothing
    but kanji that the dictionary does not know.
    """
    text = unicodedata.normalize("NFKC", text)  # half-width katakana, full-width digits
    text = DECIMAL_POINT.sub("テン", THOUSANDS.sub("", text))
    tokenizer = load_tokenizer()
    if tokenizer is None:
        if any(map(is_kanji, text)):
            raise UnspeakableText(
                "Japanese text with kanji needs a dictionary: pip install janome, or write kana"
            )
        return Kana(text)
    dropped: dict[str, None] = {}
    phrases: list[str] = []
    for token in tokenizer.tokenize(text):
        last = phrases[-1][-1:] if phrases else ""
        spoken = reading(token, after_number=last.isdecimal())
        if token.phonetic == UNKNOWN:
            spoken, lost = by_character(token.surface, tokenizer)
            dropped |= dict.fromkeys(lost)
        if is_kana(last) and token.part_of_speech.startswith(ATTACHED):
            phrases[-1] += spoken
        elif spoken:
            phrases.append(spoken)
    if not phrases:
        raise UnspeakableText("the dictionary has no reading for any of this text")
    return Kana(" ".join(phrases), tuple(dropped))


def by_character(surface: str, tokenizer: Tokenizer) -> tuple[str, str]:
    """How a word that the dictionary lacks sounds, one kanji after the other: 予熱 is ヨネツ.

    Returns the sounds, and the kanji that have none: eSpeak would call each "Chinese letter".
    """
    spoken, lost = "", ""
    for character in surface.strip():
        if not is_kanji(character):
            spoken += character
            continue
        known = "".join(token.phonetic for token in tokenizer.tokenize(character))
        if known == UNKNOWN:
            lost += character
        else:
            spoken += known
    return spoken, lost


def reading(token: Token, *, after_number: bool) -> str:
    """How one token sounds: は as a particle is ワ, 今日 is キョー."""
    if after_number and token.surface == MONTH:
        return MONTH_AFTER_NUMBER
    if token.phonetic != UNKNOWN:
        return token.phonetic
    # eSpeak would call each of these "Chinese letter".
    return "".join(character for character in token.surface if not is_kanji(character)).strip()


def is_kanji(character: str) -> bool:
    return unicodedata.name(character, "").startswith("CJK ") and character.isalpha()


def is_kana(character: str) -> bool:
    return "\u3041" <= character <= "\u30ff"

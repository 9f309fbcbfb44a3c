"""From a text to the characters that eSpeak NG reads well in one language.

The one reader says what is said (engines/reading/said.py), so eSpeak NG is handed words, never a
digit or a sign, and what is heard does not depend on the engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engines.embedded.japanese import to_kana
from engines.embedded.pronounce import put_back, set_apart
from engines.errors import UnspeakableText
from engines.reading.clean import clean_text, is_speakable
from engines.reading.jp.english import speaker
from engines.reading.jp.normalize import latin_words
from engines.reading.kr import english as korean_english
from engines.reading.kr.normalize import acronyms
from engines.reading.kr.normalize import latin_words as latin_words_in_hangul
from engines.reading.said import said

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
KANA = "\u3041-\u30ff\uff66-\uff9f"
HANGUL = "\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3"
SHOWN = 8  # characters named in a warning

# Scripts of which eSpeak NG would say "Chinese letter" for every character.
UNREADABLE = {
    "EN": re.compile(f"[{HAN}{KANA}{HANGUL}]"),
    "ES": re.compile(f"[{HAN}{KANA}{HANGUL}]"),
    "FR": re.compile(f"[{HAN}{KANA}{HANGUL}]"),
    "ZH": re.compile(f"[{KANA}{HANGUL}]"),
    "JP": re.compile(f"[{HANGUL}]"),
    "KR": re.compile(f"[{HAN}{KANA}]"),
}
TIGHT_STOP = re.compile(r"([,;:!?.])(?=[^\s\d])")  # eSpeak pauses only when a space follows
STOPS = str.maketrans({**dict.fromkeys("、，：；", ", "), "。": ". ", "！": "! ", "？": "? "})
SPACELESS = frozenset(["ZH", "KR"])


@dataclass(frozen=True, slots=True)
class Spoken:
    """What to hand to eSpeak NG, and what was left out for it."""

    text: str
    warnings: tuple[str, ...] = ()


def spoken_form(text: str, language: str, pronunciations: Iterable[tuple[str, str]] = ()) -> Spoken:
    """Raises `UnspeakableText` when nothing can be said."""
    text, forms = set_apart(clean_text(text), language, pronunciations)
    if not is_speakable(text):
        raise UnspeakableText("the text has no letter and no digit")
    warnings: dict[str, None] = {}  # each once, in order
    text = said(language, text, lambda message: warnings.setdefault(message, None))
    dropped = dict.fromkeys(UNREADABLE[language].findall(text))
    if dropped:
        text = UNREADABLE[language].sub(" ", text)
    if not is_speakable(text):
        raise UnspeakableText(f"the text has no letter that a voice of {language} can read")
    if language == "JP":
        kana = to_kana(latin_words(text, speaker()))
        return Spoken(kana.text, (*warnings, *not_spoken([*dropped, *kana.dropped])))
    if language == "KR":
        text = in_hangul(text)
    if language in SPACELESS:
        text = text.translate(STOPS)
        text = TIGHT_STOP.sub(r"\1 ", text)
    return Spoken(put_back(text, forms), (*warnings, *not_spoken([*dropped])))


def in_hangul(text: str) -> str:
    """Latin words of a Korean text, as far as what is installed can tell how they sound."""
    say = korean_english.speaker()
    return acronyms(text) if say is None else latin_words_in_hangul(text, say)


def not_spoken(characters: Sequence[str]) -> tuple[str, ...]:
    if not characters:
        return ()
    rest = len(characters) - SHOWN
    named = " ".join(characters[:SHOWN]) + (f" and {rest} more" if rest > 0 else "")
    return (f"not spoken: {named}",)

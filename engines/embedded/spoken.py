"""From a clean text to the characters that eSpeak NG reads well in one language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engines.embedded.japanese import to_kana
from engines.embedded.pronounce import respelled
from engines.errors import UnspeakableText
from engines.reading.clean import clean_text, is_speakable

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
KANA = "\u3041-\u30ff\uff66-\uff9f"
SHOWN = 8  # characters named in a warning
HANGUL = "\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3"

# Scripts of which eSpeak NG would say "Chinese letter" for every character.
UNREADABLE = {
    "EN": re.compile(f"[{HAN}{KANA}{HANGUL}]"),
    "ES": re.compile(f"[{HAN}{KANA}{HANGUL}]"),
    "FR": re.compile(f"[{HAN}{KANA}{HANGUL}]"),
    "ZH": re.compile(f"[{KANA}{HANGUL}]"),
    "JP": re.compile(f"[{HANGUL}]"),
    "KR": re.compile(f"[{HAN}{KANA}]"),
}

# Full-width Latin letters and digits: eSpeak spells out their code points.
FULL_WIDTH = {
    code: code - 0xFEE0
    for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
DECIMAL_POINT = re.compile(r"(?<=\d)\.(?=\d)")
POINT = {"ZH": "点", "KR": "점"}  # eSpeak leaves the point of 3.5 unsaid in these
TIGHT_STOP = re.compile(r"([,;:!?])(?=[^\s\d])")  # eSpeak pauses only when a space follows


@dataclass(frozen=True, slots=True)
class Spoken:
    """What to hand to eSpeak NG, and what was left out for it."""

    text: str
    warnings: tuple[str, ...] = ()


def spoken_form(text: str, language: str, pronunciations: Iterable[tuple[str, str]] = ()) -> Spoken:
    """Raises `UnspeakableText` when nothing can be said."""
    text = clean_text(text).translate(FULL_WIDTH)
    if pronunciations:
        text = respelled(text, language, pronunciations)
    if not is_speakable(text):
        raise UnspeakableText("the text has no letter and no digit")
    dropped = dict.fromkeys(UNREADABLE[language].findall(text))
    if dropped:
        text = UNREADABLE[language].sub(" ", text)
        if not is_speakable(text):
            raise UnspeakableText(f"the text has no letter that a voice of {language} can read")
    if language == "JP":
        kana = to_kana(text)
        return Spoken(kana.text, not_spoken([*dropped, *kana.dropped]))
    if language in POINT:
        text = DECIMAL_POINT.sub(POINT[language], text)
        text = TIGHT_STOP.sub(r"\1 ", text)
    return Spoken(text, not_spoken([*dropped]))


def not_spoken(characters: Sequence[str]) -> tuple[str, ...]:
    if not characters:
        return ()
    rest = len(characters) - SHOWN
    named = " ".join(characters[:SHOWN]) + (f" and {rest} more" if rest > 0 else "")
    return (f"not spoken: {named}",)

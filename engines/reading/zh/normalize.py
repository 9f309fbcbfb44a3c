"""Chinese text to what the front end can read: hanzi, Latin letters, seven punctuation marks."""

from __future__ import annotations

import re
import unicodedata

from engines.reading import formulas
from engines.reading.base import Warn
from engines.reading.dense import CAMEL_CASE, compatible
from engines.reading.draft import Draft
from engines.reading.readable.characters import is_silent, respelled
from engines.reading.zh.amounts import spell_out
from engines.reading.zh.numbers import LONGEST_NAMED, decimal, digits
from engines.reading.zh.readings import readings

PUNCTUATION = "!?…,.'-"
FIRST_HANZI, LAST_HANZI = "\u4e00", "\u9fa5"  # upstream knows no others

_MARKS = str.maketrans(
    {
        **dict.fromkeys("：；，·、", ","),
        **dict.fromkeys("。\n", "."),
        **dict.fromkeys("“”‘’（）()《》【】[]「」", "'"),
        **dict.fromkeys("—～~", "-"),
        "！": "!",
        "？": "?",
        # Interjections without a vowel, as hanzi that sound like them.
        "嗯": "恩",
        "呣": "母",
    }
)
_ALL_DIGITS = re.compile(r"\d++(?:\.\d++)?+")
_UNREADABLE = re.compile(rf"[^{FIRST_HANZI}-{LAST_HANZI}_a-zA-Z\s!?…,.'\-]+")
_SPACES = re.compile(r"\s+")
_COMMAS = re.compile(r",(?:\s?,)+")
_REPEATED = re.compile("(.)々+", re.DOTALL)  # the mark stands for the hanzi before it

# Spoken signs; upstream drops them.
_SIGNS = str.maketrans(
    {**formulas.ZH,
     "+": "加", "=": "等于", "×": "乘", "÷": "除以", "&": "和", "<": "小于", ">": "大于",
     "%": "百分号", "#": "井号", "@": " at ", "〇": "零", "±": "正负", "≥": "大于等于",
     "≤": "小于等于", "≠": "不等于", "≈": "约等于", "→": "到", "∞": "无穷大", "√": "根号",
     "°": "度", "$": "美元", "€": "欧元", "£": "英镑", "¥": "元", "‰": "千分号",
     "♭": "降", "♯": "升", "⁻": "负"}
)  # fmt: skip
_MORE_MARKS = str.maketrans(
    {**dict.fromkeys(":;|", ","), **dict.fromkeys('"{}『』〈〉', "'"), "_": " ", "/": ","}
)


def normalize_as_upstream(text: str) -> str:
    """What MeloTTS makes of a text, except that it crashes on numbers without a name."""
    text = CAMEL_CASE.sub(r"\1 \2", text)
    text = _ALL_DIGITS.sub(lambda match: _number(match[0]), text)
    text = text.replace("...", "…").replace("$", ".").translate(_MARKS)
    return _SPACES.sub(" ", _UNREADABLE.sub("", text).replace("_", ""))


def _number(number: str) -> str:
    """Upstream knows 16 places on each side of the point."""
    number = "".join(str(unicodedata.digit(char, 0)) if char != "." else char for char in number)
    whole, point, rest = number.partition(".")
    if len(whole.lstrip("0")) > LONGEST_NAMED:
        return digits(whole) + ("点" + digits(rest) if point else "")
    return decimal(whole.lstrip("0") + point + rest[:LONGEST_NAMED], upstream_quirks=True)


def normalize(text: str, warn: Warn) -> str:
    """Like upstream's, but amounts and signs are spoken, and nothing is lost in silence."""
    draft = Draft(text)
    read(draft, warn)
    text = draft.text.replace("...", "…").translate(_MARKS).translate(_MORE_MARKS)
    text = _UNREADABLE.sub(lambda match: _nearest(match[0], warn), text)
    return _COMMAS.sub(",", _SPACES.sub(" ", text)).strip()


def read(draft: Draft, warn: Warn) -> None:
    """Amounts and signs in hanzi; everything else as it is written."""
    compatible(draft)
    spell_out(draft)
    draft.sub(_REPEATED, lambda match: match[1] * len(match[0]))
    draft.sub(CAMEL_CASE, r"\1 \2")
    draft.translate(_SIGNS)


def _nearest(run: str, warn: Warn) -> str:
    """Other scripts as the nearest Latin letters; signs without a sound go."""
    out = []
    for char in run:
        said = _transcribe(char)
        out.append(said)
        if said != char and not is_silent(char):
            warn(f"{char!r} is spoken as {said!r}" if said else f"{char!r} is left out")
    return "".join(out)


def _transcribe(char: str) -> str:
    if not char.isalpha():
        return ""
    if unicodedata.name(char, "").startswith("CJK"):
        return char if readings(char)[0].tone else ""
    latin = respelled(char, unicodedata.category(char))
    return "".join(letter for letter in latin if letter.isascii() and letter.isalpha())

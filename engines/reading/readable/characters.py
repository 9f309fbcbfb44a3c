"""Characters a language cannot say: the nearest thing, or nothing and a warning."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from engines.reading.base import Warn

# Signs that differ only in looks from the ones the front ends know.
ALIKE = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′´`ʼ＇", "'"),
        **dict.fromkeys("“”„‟″＂", '"'),
        **dict.fromkeys("‐‑‒−﹣－", "-"),
        **dict.fromkeys("—―⸺", " — "),
        **dict.fromkeys("。．｡", "."),
        **dict.fromkeys("，、､", ","),
        **dict.fromkeys("！", "!"),
        **dict.fromkeys("？؟", "?"),
        **dict.fromkeys("；", ";"),
        **dict.fromkeys("：", ":"),
        **dict.fromkeys("™®©", ""),
        "⁄": "/",
        "½": " 1/2",
        "¼": " 1/4",
        "¾": " 3/4",
    }
)
KEPT_SIGNS = frozenset("…¿¡—–°€£¥₹§×÷±²³ºª«»")
SPACE = " "
SHOWN = 8  # dropped or respelled characters named in a warning


@lru_cache(4096)
def nearest(char: str, letters: str) -> str:
    """What stands for one character that is not ASCII. '' means that it cannot be said."""
    if char in KEPT_SIGNS or char.lower() in letters:
        return char
    kind = unicodedata.category(char)
    if kind[0] == "Z" or char in "\t\n":
        return SPACE
    if kind == "Nd":
        return str(unicodedata.digit(char))
    if kind[0] == "L" or kind in ("Nl", "No"):
        return respelled(char, kind)
    if kind == "Pd":
        return "-"
    return " " if kind in ("Ps", "Pe", "Pi", "Pf", "Po") else ""


def respelled(char: str, kind: str) -> str:
    """A letter in the Latin alphabet. Signs that are words stand apart."""
    from anyascii import anyascii

    plain = anyascii(char)
    return f" {plain} " if kind == "Lo" and len(plain) > 1 and char > "\u2e7f" else plain


def is_silent(char: str) -> bool:
    """Marks and controls nobody would miss: joiners, variation selectors, accents left over."""
    return unicodedata.category(char) in ("Cf", "Mn", "Me", "Cc")


def tidy(text: str, letters: str, warn: Warn) -> str:
    """Keep ASCII and the language's own `letters` (lower case); replace or drop the rest."""
    text = text.translate(ALIKE)
    if text.isascii() and text.isprintable():
        return text
    text = unicodedata.normalize("NFC", text)
    dropped: dict[str, None] = {}
    foreign: dict[str, None] = {}
    out: list[str] = []
    for char in text:
        if char.isascii():
            out.append(char if char.isprintable() else SPACE)
            continue
        stand_in = nearest(char, letters)
        out.append(stand_in)
        if stand_in and stand_in[0].isalpha() and stand_in != char:
            foreign[char] = None
        elif not stand_in and not is_silent(char):
            dropped[char] = None
    if dropped:
        warn(f"not spoken: {shown(dropped)}")
    if foreign:
        warn(f"spoken as the nearest letters: {shown(foreign)}")
    return "".join(out)


def shown(chars: dict[str, None]) -> str:
    first = " ".join(char if char.isprintable() else f"U+{ord(char):04X}" for char in chars)
    first = first[: 2 * SHOWN - 1]
    return first if len(chars) <= SHOWN else f"{first} and {len(chars) - SHOWN} more"

"""Characters a language cannot say: the nearest thing, or nothing and a warning."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from engines.reading.base import Warn
from engines.reading.draft import Draft
from engines.reading.marks import plain_figures

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
        "⁄": "/",
        "≧": "≥",
        "≦": "≤",
        "≒": "≈",
        "≃": "≈",
        "∶": ":",
    }
)
KEPT_SIGNS = frozenset("…¿¡—–°×²³ºª«»µμΩ⁺⁻")
# A letter of a formula: Greek words have more than one, units stand after a number.
# 2πr and sinθ are formulas, too; 5 μm and 3 Ω are none.
LONE_GREEK = re.compile(
    r"(?:(?<![\w\u0370-\u03ff])(?<!\d )|(?<=\d)(?![μΩ])|(?<=sin)|(?<=cos)|(?<=tan)|(?<=sen))"
    r"[Α-Ωα-ω](?![\u0370-\u03ff]|[a-zA-Z]{2})"
)
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
    if char == "№":
        return "#"
    plain = unicodedata.normalize("NFKC", char)
    if plain != char and char not in "™℠" and all(is_kept(part, letters) for part in plain):
        return plain
    if kind == "Nd":
        return str(unicodedata.digit(char))
    if kind[0] == "L" or kind in ("Nl", "No"):
        return respelled(char, kind)
    if kind == "Pd":
        return "-"
    return " " if kind in ("Ps", "Pe", "Pi", "Pf", "Po") else ""


def is_kept(char: str, letters: str) -> bool:
    return char.isascii() or char in KEPT_SIGNS or char.lower() in letters


def respelled(char: str, kind: str) -> str:
    """A letter in the Latin alphabet. Signs that are words stand apart."""
    from anyascii import anyascii

    plain = anyascii(char)
    return f" {plain} " if kind == "Lo" and len(plain) > 1 and char > "\u2e7f" else plain


def alike(char: str) -> str:
    """The same letters in their usual shape: of ligatures, wide or ornamented ones."""
    return unicodedata.normalize("NFKC", char)


def greek_name(letter: str) -> str:
    """'π' -> ' pi ', as formulas use it."""
    name = unicodedata.name(letter).rpartition(" ")[2].lower()
    return f" {name.replace('lamda', 'lambda')} "


def is_lost(char: str, stand_in: str) -> bool:
    """Nothing, or nothing that sounds, stands for a character that would be missed."""
    if stand_in and not char.isalnum():
        return False  # punctuation
    return not any(map(str.isalnum, stand_in)) and not is_silent(char)


def is_silent(char: str) -> bool:
    """Marks and controls nobody would miss: joiners, variation selectors, accents left over."""
    return unicodedata.category(char) in ("Cf", "Mn", "Me", "Cc")


def tidy(draft: Draft, letters: str, warn: Warn) -> None:
    """Keep ASCII and the language's own `letters` (lower case); replace or drop the rest."""
    if draft.text.isascii() and draft.text.isprintable():
        return
    plain_figures(draft)
    draft.translate(ALIKE)
    draft.normalize("NFC")
    draft.sub(LONE_GREEK, lambda found: greek_name(found[0]))
    dropped: dict[str, None] = {}
    foreign: dict[str, None] = {}

    def stand_in(char: str) -> str:
        if char.isascii():
            return char if char.isprintable() else SPACE
        said = nearest(char, letters)
        if any(map(str.isalpha, said)) and said not in (char, alike(char)):
            foreign[char] = None
        elif is_lost(char, said):
            dropped[char] = None
        return said

    draft.each(stand_in)
    if dropped:
        warn(f"not spoken: {shown(dropped)}")
    if foreign:
        warn(f"spoken as the nearest letters: {shown(foreign)}")


def shown(chars: dict[str, None]) -> str:
    first = " ".join(char if char.isprintable() else f"U+{ord(char):04X}" for char in chars)
    first = first[: 2 * SHOWN - 1]
    return first if len(chars) <= SHOWN else f"{first} and {len(chars) - SHOWN} more"

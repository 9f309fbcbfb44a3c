"""Capitals in English that are spelled, although in small letters they are a word: US, IT, WHO."""

from __future__ import annotations

import re

from engines.reading.draft import Say
from engines.reading.readable.near import near

Match = re.Match[str]

# Of a text that is not shouted.
ALWAYS = "UN|LED|LEDs|AI|ALS|MIT|ID|IDs|EU|ER|OS"
SHOUTED_US = r"(?<!\b[Tt]ell )(?<!\b[Gg]ive )(?<!\b[Ll]et )(?<!\b[Jj]oin )(?<!\b[Cc]ontact )(?<!\b[Ff]ollow )(?<!\b[Hh]elp )"
DEPARTMENT = (
    "department|dept|team|staff|support|manager|company|companies|industry|sector|guy|services?|security"
    "|consultant|infrastructure|systems?|professionals?|specialist|admin|director|budget|project|skills"
)
IT = (
    rf"\bIT(?=\s(?:{DEPARTMENT})\b)|(?:(?<=\b[Tt]he )|(?<=\ban ))IT\b"
    r"|(?:(?<=\bin )|(?<=\bof ))IT(?=[.,;!?]|$)"
)
WHO = r"(?:(?<=\b[Tt]he )|(?<=\bto )|(?<=\bby ))WHO\b|\bWHO(?=['’]s\b|\s(?:said|says|warned|declared|reports?|recommends?|guidelines|director)\b)"
TESTS = r"\b(?:SAT|ACT)s?(?=\s(?:scores?|tests?|exams?|prep|practice|sections?)\b)|(?<=\b[Tt]he )(?:SAT|ACT)s?\b"


def spelled(found: Match) -> str:
    """'US' by its letters, where small letters stand around it."""
    around = near(found, 24)
    if around.isupper():
        return found[0]
    many = found[0][-1] == "s"
    letters = " ".join(found[0].removesuffix("s"))
    return f"{letters}s" if many else letters


PASSES: tuple[tuple[str, Say], ...] = (
    (rf"\b(?:{ALWAYS})\b(?![.-])", spelled),
    (rf"{SHOUTED_US}(?<![\d$-])(?<!\d )\bUS\b(?![$.]|-(?!\d)|\s?\d)", spelled),
    (IT, spelled),
    (WHO, spelled),
    (TESTS, spelled),
)

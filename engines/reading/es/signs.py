"""Keys of a telephone, winds, functions and bars in Spanish."""

from __future__ import annotations

import re

from engines.reading.draft import Say
from engines.reading.readable import keys

Match = re.Match[str]

KEYS = {"#": "almohadilla", "*": "asterisco"}
VERBS = ("pulse", "pulsa", "marque", "marca", "oprima", "presione", "tecla", "la", "o", "y", "con")
COMPASS = {
    "N": "norte", "S": "sur", "E": "este", "O": "oeste", "W": "oeste", "NE": "nordeste",
    "NO": "noroeste", "NW": "noroeste", "SE": "sudeste", "SO": "suroeste", "SW": "suroeste",
}  # fmt: skip
POINT = "NE|NO|NW|SE|SO|SW|[NSEOW]"
FUNCTIONS = {"sen": "seno", "sin": "seno", "cos": "coseno", "tan": "tangente", "tg": "tangente"}
ANGLE = r"\d{0,2} ?(?:theta|alpha|alfa|beta|phi|pi|[xtαβθφπ])\b"

PASSES: tuple[tuple[str, Say], ...] = (
    (
        rf"\b((?:[Vv]ientos?|[Rr]achas|[Bb]risa|[Oo]leaje)(?: flojos?| moderados?"
        rf"| fuertes?)? del? )({POINT})\b(?!\.)",
        lambda found: f"{found[1]}{COMPASS[found[2]]}",
    ),
    (
        r"\b([Aa]l|[Dd]el) (N[OE]|S[OE])(?= de [A-ZÁÉÍÓÚ])",
        lambda found: f"{found[1]} {COMPASS[found[2]]}",
    ),
    *keys.keys(KEYS, VERBS, "para|o|y|si|cuando"),
    (rf"\b(sen|cos|tan|tg)(?=\^-?\d|\({ANGLE}| {ANGLE})", lambda found: FUNCTIONS[found[1]]),
    (r"(?<=[A-Z])/(?=[A-Z]{2,5}(?!\w))(?<=[A-Z]{2}/)", " "),
)
NUMBERED: tuple[tuple[str, Say], ...] = keys.codes(KEYS)

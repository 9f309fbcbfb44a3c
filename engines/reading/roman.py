"""Roman numerals."""

from __future__ import annotations

import re

VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
# Only what is written by the rules, so that no word is a numeral by chance: 'IIX' is none.
PATTERN = r"(?=[IVXLCDM])M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})"
SMALL = r"(?=[IVX])X{0,3}(?:IX|IV|V?I{0,3})"  # up to 39: centuries, kings, wars
# After one numeral, so that it is one, too: 'I, II and III'.
LISTED = r"(?:,? (?:and |or |y |o |e |et |ou )?|,)(?:I{2,3}|IV|VI{1,3}|IX)"
WHOLE = re.compile(PATTERN)


def value(numeral: str) -> int | None:
    """'XIV' -> 14; None for what is no Roman numeral."""
    if not numeral or not WHOLE.fullmatch(numeral):
        return None
    total = 0
    for here, after in zip(numeral, numeral[1:] + " ", strict=True):
        worth = VALUES[here]
        total += -worth if worth < VALUES.get(after, 0) else worth
    return total

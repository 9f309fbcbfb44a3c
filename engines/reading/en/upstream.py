"""English text normalization exactly as MeloTTS does it, mistakes included.

The order of the steps and their effects on each other are part of the result: '555-1234' turns
into 'five hundred fifty-fiveminus ...' because a minus belongs to the number after it.

Every pattern is linear: where upstream's would try again from every digit of a long run, ours
may only start at the first one, which finds the same matches.
"""

from __future__ import annotations

import re

from engines.reading.en import numbers

TIME = re.compile(r"\b(0?[0-9]|1[0-9]|2[0-3]):([0-5][0-9])\s*(am|pm)?\b", re.IGNORECASE)
COMMA_NUMBER = re.compile(r"[0-9][0-9,]+[0-9]")
CURRENCY = re.compile(r"([£$¥])([0-9,.]*[0-9])")
DECIMAL = re.compile(r"(?<![0-9])([0-9]++)\.([0-9]+)")
ORDINAL = re.compile(r"(?<![0-9])([0-9]++)(?:st|nd|rd|th)")
NUMBER = re.compile(r"(-?)([0-9]+)")

# sign -> one, many, one hundredth, many hundredths
CURRENCIES = {
    "$": ("dollar", "dollars", "cent", "cents"),
    "£": ("pound sterling", "pounds sterling", "penny", "pence"),
    "¥": ("yen", "yen", "sen", "sen"),
}
ABBREVIATIONS = (
    ("mrs", "misess"), ("mr", "mister"), ("dr", "doctor"), ("st", "saint"), ("co", "company"),
    ("jr", "junior"), ("maj", "major"), ("gen", "general"), ("drs", "doctors"),
    ("rev", "reverend"), ("lt", "lieutenant"), ("hon", "honorable"), ("sgt", "sergeant"),
    ("capt", "captain"), ("esq", "esquire"), ("ltd", "limited"), ("col", "colonel"),
    ("ft", "fort"),
)  # fmt: skip
ABBREVIATION_PATTERNS = [
    (re.compile(rf"\b{short}\.", re.IGNORECASE), long) for short, long in ABBREVIATIONS
]


def normalize(text: str) -> str:
    """Lower case, times, numbers, abbreviations, in this order."""
    text = text.lower()
    if ":" in text:
        text = TIME.sub(say_time, text)
    text = normalize_numbers(text)
    if "." in text:
        # One after another: an expansion may take the word boundary away from the next one.
        for pattern, long in ABBREVIATION_PATTERNS:
            text = pattern.sub(long, text)
    return text


def normalize_numbers(text: str) -> str:
    text = COMMA_NUMBER.sub(lambda found: found[0].replace(",", ""), text)
    text = CURRENCY.sub(say_money, text)
    text = DECIMAL.sub(r"\1 point \2", text)
    text = ORDINAL.sub(lambda found: numbers.ordinal(found[1]), text)
    return NUMBER.sub(say_number, text)


def say_time(found: re.Match[str]) -> str:
    """'0:15' -> 'twelve fifteen p m', the half of the day guessed where it is not written."""
    hour, minute = int(found[1]), int(found[2])
    words = [numbers.below_hundred(hour - 12 if hour > 12 else hour or 12)]
    if minute:
        words += ["oh"] * (minute < 10) + [numbers.below_hundred(minute)]
    half = found[3] or ("pm" if hour >= 12 or hour == 0 else "am")
    return " ".join([*words, *half])


def say_money(found: re.Match[str]) -> str:
    """'$3.50' -> '3 dollars 50 cents'; the numbers are read out later."""
    one, many, cent, cents = CURRENCIES[found[1]]
    parts = found[2].replace(",", "").split(".")
    if len(parts) > 2:
        return f"{found[2]} {many}"
    whole, fraction = parts[0].lstrip("0"), "".join(parts[1:]).lstrip("0")
    words = [f"{whole} {one if whole == '1' else many}"] if whole else []
    if fraction:
        # Upstream looks the fraction up as a fraction of the unit: a hundred of it is one unit.
        units = {"1": cent, "100": one, "200": many} if found[1] != "¥" else {"200": many}
        words.append(f"{fraction} {units.get(fraction, cents)}")
    return " ".join(words) or f"zero {many}"


def say_number(found: re.Match[str]) -> str:
    """Four digits between 1000 and 3000 are taken for a year."""
    digits = found[2].lstrip("0")
    if len(digits) == 4 and digits < "3000" and not found[1] and digits != "1000":
        return numbers.year(int(digits))
    minus = "minus " if found[1] and digits else ""
    return minus + numbers.cardinal(digits or "0")

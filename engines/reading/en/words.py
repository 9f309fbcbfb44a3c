"""What the reader must know of English."""

from __future__ import annotations

import re

from engines.reading.en import numbers
from engines.reading.readable.words import Money, Words

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip

ABBREVIATIONS = (
    (r"\b([AaPp])\.\s?[Mm]\.(?=\s*$)", r"\1 m."),
    (r"\b([AaPp])\.\s?[Mm]\b\.?", r"\1 m"),
    (r"(?<=\d)\s?([AaPp])[Mm]\b", r" \1 m"),
    (r"\bMrs\b\.?", "missus"),
    (r"\bMr\b\.?", "mister"),
    (r"\bDrs\.", "doctors"),
    (r"\bDr\.(?=\s+[A-Z])", "doctor"),
    (r"(?<=[a-z] )Dr\.", "drive"),
    (r"(?<=[a-z] )St\.(?!\s+[A-Z])", "street"),
    (r"\bSt\.(?=\s)", "saint"),
    (r"\b[Nn]o\.(?=\s?\d)", "number "),
    (r"\b[Nn]os\.(?=\s?\d)", "numbers "),
    (r"\bpp\.(?=\s?\d)", "pages "),
    (r"\bp\.(?=\s?\d)", "page "),
    (r"\b[Ee]\.\s?g\.,?", "for example,"),
    (r"\b[Ii]\.\s?e\.,?", "that is,"),
    (r"\b[Ee]tc\b\.?", "et cetera"),
    (r"\bvs\b\.?", "versus"),
    (r"\b[Aa]pprox\.", "approximately"),
    (r"\bPh\.?D\b\.?", "P H D"),
    (r"\bCo\.", "company"),
    (r"\bJr\b\.?", "junior"),
    (r"\bSr\b\.?", "senior"),
    (r"\bMaj\.", "major"),
    (r"\bGen\.", "general"),
    (r"\bRev\.", "reverend"),
    (r"\bLt\.", "lieutenant"),
    (r"\bHon\.", "honorable"),
    (r"\bSgt\b\.?", "sergeant"),
    (r"\bCapt\b\.?", "captain"),
    (r"\bEsq\b\.?", "esquire"),
    (r"\bLtd\b\.?", "limited"),
    (r"\bInc\.", "incorporated"),
    (r"\bCorp\.", "corporation"),
    (r"\bCol\.", "colonel"),
    (r"\bFt\.(?=\s+[A-Z])", "fort"),
    (r"(?<=\b[A-Z])\.(?=[A-Z]\b)", " "),  # U.S. Army -> U S. Army
    (r"(?<=\b[A-Z] [A-Z])\.(?=\s+\S)", ""),  # -> U S Army
)

UNITS = {
    "km/h": ("kilometer an hour", "kilometers an hour"), "mph": ("mile an hour", "miles an hour"),
    "km": ("kilometer", "kilometers"), "cm": ("centimeter", "centimeters"),
    "mm": ("millimeter", "millimeters"), "m": ("meter", "meters"), "mi": ("mile", "miles"),
    "ft": ("foot", "feet"), "kg": ("kilogram", "kilograms"), "mg": ("milligram", "milligrams"),
    "g": ("gram", "grams"), "lb": ("pound", "pounds"), "lbs": ("pound", "pounds"),
    "oz": ("ounce", "ounces"), "l": ("liter", "liters"), "L": ("liter", "liters"),
    "ml": ("milliliter", "milliliters"), "°C": ("degree Celsius", "degrees Celsius"),
    "°F": ("degree Fahrenheit", "degrees Fahrenheit"), "°": ("degree", "degrees"),
    "%": ("percent", "percent"), "kB": ("kilobyte", "kilobytes"), "KB": ("kilobyte", "kilobytes"),
    "MB": ("megabyte", "megabytes"), "GB": ("gigabyte", "gigabytes"),
    "TB": ("terabyte", "terabytes"), "Hz": ("hertz", "hertz"), "kHz": ("kilohertz", "kilohertz"),
    "MHz": ("megahertz", "megahertz"), "GHz": ("gigahertz", "gigahertz"), "W": ("watt", "watts"),
    "kW": ("kilowatt", "kilowatts"), "ms": ("millisecond", "milliseconds"),
    "min": ("minute", "minutes"), "hrs": ("hour", "hours"),
}  # fmt: skip

SIGNS = {
    "&": "and", "+": "plus", "=": "equals", "%": "percent", "@": "at", "#": "number",
    "°": "degrees", "×": "times", "÷": "divided by", "±": "plus or minus", "²": "squared",
    "³": "cubed", "§": "section", "$": "dollars", "£": "pounds", "€": "euros", "¥": "yen",
    "₹": "rupees",
    "*": "", "_": "", "~": "", "^": "", "|": "", "\\": "", "<": "", ">": "", "{": "", "}": "",
    "[": "", "]": "", "º": "", "ª": "", "«": "", "»": "", "¿": "", "¡": "",
}  # fmt: skip


def cardinal(digits: str) -> str:
    """Without the commas upstream puts between thousands, which are heard as pauses."""
    return numbers.cardinal(digits).replace(",", "")


def year(digits: str) -> str:
    number = int(digits)
    return numbers.year(number) if 1000 < number < 3000 else cardinal(digits)


def date(day: int, month: str, year_number: int | None) -> str:
    spoken = f"{month} {numbers.ordinal(str(day))}"
    if year_number is None:
        return spoken
    return f"{spoken}, {year(str(year_number))}"


def time(hour: int, minute: int, half: str) -> str:
    if hour == 0 and not half:
        half = "am"
    if half:
        hour = hour - 12 if hour > 12 else hour or 12
    words = [numbers.below_hundred(hour)]
    if minute:
        words += ["oh"] * (minute < 10) + [numbers.below_hundred(minute)]
    elif not half:
        words.append("o'clock" if hour <= 12 else "hundred")
    return " ".join([*words, *half])


def decade(found: re.Match[str]) -> str:
    """'1980s' -> 'nineteen eighties'."""
    tens = {"0": "hundreds", "1": "tens"}.get(found[2]) or f"{numbers.TENS[int(found[2])][:-1]}ies"
    return f"{numbers.below_hundred(int(found[1]))} {tens}" if found[1] else tens


WORDS = Words(
    letters="àáâãäåçèéêëìíîïñòóôõöùúûüýÿ",
    thousands=",",
    decimal=".",
    cardinal=cardinal,
    year=year,
    ordinal=numbers.ordinal,
    ordinal_marks="st|nd|rd|th",
    digits=numbers.singly,
    decimals=numbers.singly,
    point="point",
    minus="minus",
    to="to",
    over="over",
    fractions={
        "1/2": "one half",
        "1/3": "one third",
        "2/3": "two thirds",
        "1/4": "one quarter",
        "3/4": "three quarters",
        "24/7": "twenty-four seven",
    },
    money={
        "$": Money("dollar", "dollars", "cent", "cents"),
        "£": Money("pound", "pounds", "penny", "pence"),
        "€": Money("euro", "euros", "cent", "cents"),
        "¥": Money("yen", "yen", "sen", "sen"),
        "₹": Money("rupee", "rupees", "paisa", "paise"),
    },
    cents_joint="",
    magnitudes={
        "thousand": "thousand",
        "million": "million",
        "billion": "billion",
        "trillion": "trillion",
        "k": "thousand",
        "m": "million",
        "mn": "million",
        "bn": "billion",
        "b": "billion",
    },
    of_magnitude="",
    units=UNITS,
    signs=SIGNS,
    months=MONTHS,
    date=date,
    month_first=True,
    time=time,
    abbreviations=ABBREVIATIONS,
    at="at",
    dot="dot",
    slash="slash",
    special=((r"(?<![\w.,])(\d\d)(\d)0'?s\b", decade), (r"(?<!\w)'()([2-9])0s\b", decade)),
)

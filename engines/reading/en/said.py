"""English words for numbers of every kind: years, times, fractions, powers."""

from __future__ import annotations

import re

from engines.reading.en import numbers
from engines.reading.en.abbreviations import MONTHS


def cardinal(digits: str, after: str = "") -> str:
    """Without the commas upstream puts between thousands, which are heard as pauses."""
    return numbers.cardinal(digits).replace(",", "")


def year(digits: str, after: str = "") -> str:
    number = int(digits)
    return numbers.year(number) if 1000 < number < 3000 else cardinal(digits)


def ordinal(digits: str, mark: str, after: str) -> str:
    return numbers.ordinal(digits)


def date(day: int, month: str, year_number: int | None) -> str:
    spoken = f"{month} {numbers.ordinal(str(day))}"
    if year_number is None:
        return spoken
    return f"{spoken}, {year(str(year_number))}"


def time(hour: int, minute: int, second: int, half: str) -> str:
    if second:
        return time_with_seconds(hour, minute, second, half)
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


def time_with_seconds(hour: int, minute: int, second: int, half: str) -> str:
    seconds = f"and {numbers.below_hundred(second)} second{'s' * (second != 1)}"
    if hour == 0 and not half:  # how long something lasts
        minutes = f"{numbers.below_hundred(minute)} minute{'s' * (minute != 1)}"
        return f"zero hours {minutes} {seconds}"
    if not minute:
        return " ".join([numbers.below_hundred(hour), *half, seconds])
    words = [numbers.below_hundred(hour), *["oh"] * (minute < 10), numbers.below_hundred(minute)]
    return " ".join([*words, seconds, *half])


def decade(found: re.Match[str]) -> str:
    """'1980s' -> 'nineteen eighties', '2000s' -> 'two thousands'."""
    if found[1] and found[2] == "0" and found[1].endswith("0"):
        return f"{cardinal(found[1] + '00')}s"
    tens = {"0": "hundreds", "1": "tens"}.get(found[2]) or f"{numbers.TENS[int(found[2])][:-1]}ies"
    return f"{numbers.below_hundred(int(found[1]))} {tens}" if found[1] else tens


def fraction(top: int, bottom: int) -> str:
    """'3/8' -> 'three eighths'; '5/18' is said with 'over'."""
    if not 0 < top < bottom or bottom not in SAID_AS_PARTS:
        return ""
    names = PARTS.get(bottom)
    one, many = names or (numbers.ordinal(str(bottom)), f"{numbers.ordinal(str(bottom))}s")
    return f"{numbers.below_hundred(top)} {one if top == 1 else many}"


SAID_AS_PARTS = frozenset([*range(2, 13), 16, 20, 32, 64, 100, 1000])
PARTS = {2: ("half", "halves"), 4: ("quarter", "quarters")}


def part_of(top: int, bottom: int, unit: str) -> str:
    """'1/2 kg' -> 'half a kilogram', '3/4 mi' -> 'three quarters of a mile'."""
    article = "an" if unit[0] in "aeiou" or unit.startswith("hour") else "a"
    if (top, bottom) == (1, 2):
        return f"half {article} {unit}"
    return f"{fraction(top, bottom)} of {article} {unit}"


def mixed(whole: str, top: int, bottom: int, noun: str) -> str:
    part = fraction(top, bottom) or f"{cardinal(str(top))} over {cardinal(str(bottom))}"
    part = "a half" if part == "one half" else part
    return f"{cardinal(whole)} and {part} {noun}".rstrip()


def power(exponent: str) -> str:
    """'2' -> 'squared', '-6' -> 'to the minus sixth'."""
    if exponent in ("2", "3"):
        return "squared" if exponent == "2" else "cubed"
    digits = exponent.lstrip("-")
    return f"to the {'minus ' * exponent.startswith('-')}{numbers.ordinal(digits)}"


def day_after_month(found: re.Match[str]) -> str:
    day = int(found[2])
    return f"{found[1]} {numbers.ordinal(str(day))}" if 0 < day < 32 else found[0]


def day_before_month(found: re.Match[str]) -> str:
    day = int(found[1])
    return f"{numbers.ordinal(str(day))} of {found[2]}" if 0 < day < 32 else found[0]


def emergency(found: re.Match[str]) -> str:
    return f"{found[1]} {numbers.singly(found[2])}"


def release(found: re.Match[str]) -> str:
    """'Python 3.11' is no decimal."""
    parts = (
        numbers.singly(part) if part[0] == "0" else cardinal(part) for part in found[2].split(".")
    )
    return f"{found[1]}{' point '.join(parts)}"


def days_after_month(found: re.Match[str]) -> str:
    """'June 3-7' -> 'June third to seventh'."""
    first, last = int(found[2]), int(found[3])
    if not 0 < first < last < 32:
        return found[0]
    return f"{found[1]} {numbers.ordinal(str(first))} to {numbers.ordinal(str(last))}"


def hours(found: re.Match[str]) -> str:
    """'0800 hours' -> 'zero eight hundred hours'."""
    hour = f"zero {numbers.ONES[int(found[1])]}" if found[1][0] == "0" else cardinal(found[1])
    minute = int(found[2])
    return f"{hour} {'hundred' if not minute else numbers.below_hundred(minute)} hours"


def many(found: re.Match[str]) -> str:
    """'F-35s' -> 'F-thirty-fives', '747s' -> 'seven forty-sevens'."""
    jet = found[3]
    said = (
        f"seven {numbers.below_hundred(int(jet[1:]))}"
        if jet
        else cardinal(found[1] or found[2] or found[4])
    )
    by = " by" if found[2] else ""
    if said.endswith("y"):
        return f"{by} {said[:-1]}ies"
    return f"{by} {said}es" if said.endswith("x") else f"{by} {said}s"


def weekday_date(found: re.Match[str]) -> str:
    """'Wednesday 5/3' -> 'Wednesday May third'."""
    month, day = int(found[2]), int(found[3])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return found[0]
    return f"{found[1]}{MONTHS[month - 1]} {numbers.ordinal(str(day))}"


def day_named(found: re.Match[str]) -> str:
    """'on 10/12' -> 'on October twelfth'."""
    return f"{found[1]} {MONTHS[int(found[2]) - 1]} {numbers.ordinal(str(int(found[3])))}"


def continental(found: re.Match[str]) -> str:
    """'€15.000,50' as '€15000.50': so much money is written as the continent writes it."""
    whole = (found[2] or found[4]).replace(".", "")
    cents = found[3] or found[5]
    return f"{found[1]}{whole}{f'.{cents}' if cents else ''}"


def many_of(found: re.Match[str]) -> str:
    """'100s of fans' -> 'hundreds of fans'."""
    words = {2: "tens", 3: "hundreds", 4: "thousands", 7: "millions"}
    return words[len(found[1].replace(",", ""))]


FEW = "two|three|four|five|six|seven|eight|nine|ten|some|many|more|no|by"


def figures(found: re.Match[str]) -> str:
    """'the 1s and 0s' are figures, '5s' elsewhere is a time."""

    def many(digit: str) -> str:
        name = numbers.ONES[int(digit)]
        return f"{name}es" if name.endswith("x") else f"{name}s"

    last = f"{found[3]}{many(found[4])}" if found[3] else ""
    return f"{found[1]}{many(found[2])}{last}"


# Words after which digits are a code and no amount.
CODE_AFTER = (
    r"((?:\b(?:[Aa]ccount|[Oo]rder|[Tt]racking|[Ii]nvoice|[Ss]erial"
    r"|[Cc]onfirmation|[Rr]eference|[Pp]assport"
    r"|[Tt]icket|[Cc]ase|[Bb]ooking|[Cc]ard|[Mm]ember|[Ll]icen[sc]e|[Cc]ustomer"
    r"|[Ee]mployee|[Mm]odel|[Pp]art)"
    r"(?:\s(?:[Nn]umber|[Nn]o\.?|I ?D|code))|\b(?:[Oo]rder|[Ii]nvoice|[Tt]icket"
    r"|[Bb]ooking|[Cc]ase)(?=\s#)"
    r"|\b(?:PIN|I ?D|[Cc]ode|[Pp]asscode|OTP)(?:\s(?:number|code))?)"
    r"(?:\s(?:is|was)|:)?\s)(#?)(\d{4,15})(?![\w-]|[.,]\d| \d{3,4})"
    r"|(\b(?:[Cc]all|[Dd]ial|[Pp]hone|[Tt]el\.?|[Tt]elephone|[Ff]ax|[Cc]ell|[Mm]obile|[Tt]ext|WhatsApp)"
    r"(?:\s(?:us|me|him|her|them|at|on|number|is)){0,3}:?\s)()(\d{7,12})(?![\w-]|[.,]\d)"
)


def code(found: re.Match[str]) -> str:
    before, sign, digits = found[1] or found[4], found[2], found[3] or found[6]
    return f"{before}{'number ' if sign else ''}{numbers.singly(digits)}"


# What is named by a number and a letter: Unit 5M.
NAMED = ("room", "unit", "gate", "seat", "flat", "suite", "apartment", "number", "size", "row")


def scaled_at_end(found: re.Match[str]) -> str:
    before = found.string[max(0, found.start() - 12) : found.start()].split()[-1:]
    return found[0] if before and before[0].lower() in NAMED else scaled(found)


RELEASED = (
    "Python|Windows|iOS|iPadOS|macOS|Android|[Vv]ersion|Chrome|Firefox|Java|Ubuntu|Debian|Fedora"
    "|Node|USB|HTTP|TLS|Bluetooth|[Rr]elease|Kubernetes|Linux|PHP|Ruby|Go|Rust|Swift|Kotlin|PyTorch"
)


def scaled(found: re.Match[str]) -> str:
    return f"{found[1]} {SCALES[found[2]]}"


SCALES = {"M": "million", "B": "billion", "T": "trillion"}


OFTEN = (
    "a|an|as|more|less|faster|slower|per|daily|weekly|the|better|larger|bigger|smaller|higher|lower"
    "|stronger|cheaper|longer|each|every|in|your|what|that"
)
ELECTRIC = re.compile(
    r"\d\s?(?:[kmM]?[VWΩ]|mAh?|volts?)(?!\w)|\b(?:fuse|current|circuit|charger)\b"
)


def kelvins(found: re.Match[str]) -> str:
    return "kelvins"


def amperes(found: re.Match[str]) -> str:
    """'5 A' among volts and fuses; 'Section 5 A' elsewhere."""
    return "amperes" if ELECTRIC.search(found.string) else found[0]

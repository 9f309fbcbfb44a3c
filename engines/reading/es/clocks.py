"""Spanish times of day, alone and from one to another."""

from __future__ import annotations

import re

from engines.reading.draft import Say
from engines.reading.es import numbers

Match = re.Match[str]

NIGHT = 8  # p. m. from which on it is said to be night
TO = r"(\s?[-–]\s?|\s(?:a|hasta|y)\s(?:las?\s)?)"
FROM_TO = rf"(?<![\w:.,])(\d{{1,2}}):(\d\d){TO}(\d{{1,2}}):(\d\d)(?![\w:]|[.,]\d)"
HALF = r"(?<![\w.,])(\d{1,2})(?::([0-5]\d))?\s?([AaPp])\.?\s?[Mm]\b\.?"


def time(hour: int, minute: int, second: int, half: str) -> str:
    half = {"": "", "am": " de la mañana", "pm": " de la tarde"}[half]
    said = clock(str(hour), str(minute))
    if not minute and not second and not half:
        said += " en punto" if hour <= 12 else " horas"
    if second:
        name = "segundo" if second == 1 else "segundos"
        said += f" y {numbers.cardinal(str(second), numbers.MASCULINE)} {name}"
    return said + half


def clock(hour: str, minute: str) -> str:
    said = numbers.cardinal(hour, numbers.FEMININE)
    return f"{said} y {numbers.cardinal(minute)}" if int(minute) else said


def from_to(found: Match) -> str:
    """'de 9:00 a 17:00' -> 'de nueve a diecisiete'."""
    if max(int(found[1]), int(found[4])) > 24 or max(int(found[2]), int(found[5])) > 59:
        return found[0]
    to = found[3] if found[3].strip().isalpha() or " " in found[3].strip() else " a "
    return f"{clock(found[1], found[2])}{to}{clock(found[4], found[5])}"


def half_day(found: Match) -> str:
    """'9:30 p. m.' -> 'nueve y treinta de la noche'."""
    hour = int(found[1])
    if not 1 <= hour <= 12:
        return found[0]
    afternoon = found[3] in "pP"
    if afternoon:
        part = "noche" if NIGHT <= hour < 12 else "tarde"
    else:
        part = "noche" if hour == 12 else "mañana"
    return f"{clock(found[1], found[2] or '0')} de la {part}"


PASSES: tuple[tuple[str, Say], ...] = (
    (r"(?<=[ap]\. m\.)\s?[-–]\s?(?=\d)|(?<=[ap]\.m\.)\s?[-–]\s?(?=\d)", " a "),
    (HALF, half_day),
    (r"(\d{1,2}:\d\d(?::\d\d)?) ?h(?:rs?|s)?\b(?:\.(?=\s[a-zñ]|,))?", r"\1"),
    (FROM_TO, from_to),
)

"""French months and days of the week, written short."""

from __future__ import annotations

import re

from engines.reading.draft import Say

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
    "octobre", "novembre", "décembre",
)  # fmt: skip
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
SHORT_MONTH = r"([Jj]anv?|[Ff]évr?|[Ff]ev|[Aa]vr|[Jj]uil|[Ss]ept?|[Oo]ct|[Nn]ov|[Dd]éc|[Dd]ec)"
SHORT_DAY = r"([Ll]un|[Mm]ar|[Mm]er|[Jj]eu|[Vv]en|[Ss]am|[Dd]im)"
PLAIN = str.maketrans("éû", "eu")


def full(names: tuple[str, ...], short: str) -> str:
    plain = short.lower().translate(PLAIN)
    return next(name for name in names if name.translate(PLAIN).startswith(plain))


def month(found: re.Match[str]) -> str:
    return full(MONTHS, found[1])


def between(found: re.Match[str]) -> str:
    """'25-déc-2023' -> '25 décembre 2023'."""
    return f"{found[1]} {full(MONTHS, found[2])} {found[3]}"


def day(found: re.Match[str]) -> str:
    return full(DAYS, found[1])


def months(found: re.Match[str]) -> str:
    return f"{full(MONTHS, found[1])} à {full(MONTHS, found[2])}"


def days(found: re.Match[str]) -> str:
    return f"{full(DAYS, found[1])} à {full(DAYS, found[2])}"


SHORT = "(?:[Ll]un|[Mm]ar|[Mm]er|[Jj]eu|[Vv]en|[Ss]am|[Dd]im)"
LISTED = rf"\b{SHORT}\.?(?:, ?{SHORT}\.?){{0,5}},? (?:et|au|ou) {SHORT}\b\.?(?![a-zà-ÿ])"


def listed(found: re.Match[str]) -> str:
    """'lun., mer. et ven.' -> 'lundi, mercredi et vendredi'."""
    return re.sub(rf"\b({SHORT})\b\.?", day, found[0])


PASSES: tuple[tuple[str, Say], ...] = (
    (LISTED, listed),
    (rf"\b{SHORT_MONTH}\.?\s?[-–]\s?{SHORT_MONTH}\b\.?(?![a-zà-ÿ])", months),
    (rf"\b{SHORT_DAY}\.?\s?[-–]\s?{SHORT_DAY}\b\.?(?![a-zà-ÿ])", days),
    (rf"\b(\d{{1,2}})[ -]{SHORT_MONTH}\.?[ -](\d{{4}})\b", between),
    (rf"(?:(?<=\d )|(?<=er )){SHORT_MONTH}\b\.?(?![a-zà-ÿ])", month),
    (rf"\b{SHORT_DAY}\.(?=,?\s?(?:\d|et |au |[-–]))", day),
)

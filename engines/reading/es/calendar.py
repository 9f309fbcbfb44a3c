"""Spanish months and days of the week, written short."""

from __future__ import annotations

import re

from engines.reading.draft import Say

MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
    "octubre", "noviembre", "diciembre",
)  # fmt: skip
DAYS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
SHORT_MONTH = (
    r"([Ee]ne|[Ff]eb|[Mm]ar|[Aa]br|[Mm]ay|[Jj]un|[Jj]ul|[Aa]go|[Ss]ept?|[Oo]ct|[Nn]ov|[Dd]ic)"
)
SHORT_DAY = r"([Ll]un|[Mm]ar|[Mm]ié|[Mm]ier|[Jj]ue|[Vv]ie|[Ss]áb|[Ss]ab|[Dd]om)"
PLAIN = str.maketrans("áé", "ae")


def full(names: tuple[str, ...], short: str) -> str:
    plain = short.lower().translate(PLAIN)
    return next(name for name in names if name.translate(PLAIN).startswith(plain))


def month(found: re.Match[str]) -> str:
    return full(MONTHS, found[1])


def between(found: re.Match[str]) -> str:
    """'25-dic-2023' -> '25 de diciembre de 2023'."""
    return f"{found[1]} de {full(MONTHS, found[2])} de {found[3]}"


def day(found: re.Match[str]) -> str:
    return full(DAYS, found[1])


def months(found: re.Match[str]) -> str:
    return f"{full(MONTHS, found[1])} a {full(MONTHS, found[2])}"


def days(found: re.Match[str]) -> str:
    return f"{full(DAYS, found[1])} a {full(DAYS, found[2])}"


SHORT = "(?:[Ll]un|[Mm]ar|[Mm]ié|[Jj]ue|[Vv]ie|[Ss]áb|[Dd]om)"
LISTED = rf"\b{SHORT}\.?(?:, ?{SHORT}\.?){{0,5}},? (?:y|e|a|o) {SHORT}\b\.?(?![a-zà-ÿ])"


def listed(found: re.Match[str]) -> str:
    """'lun., mié. y vie.' -> 'lunes, miércoles y viernes'."""
    return re.sub(rf"\b({SHORT})\b\.?", day, found[0])


PASSES: tuple[tuple[str, Say], ...] = (
    (LISTED, listed),
    (rf"\b{SHORT_MONTH}\.?\s?[-–]\s?{SHORT_MONTH}\b\.?(?![a-zà-ÿ])", months),
    (rf"\b{SHORT_DAY}\.?\s?[-–]\s?{SHORT_DAY}\b\.?(?![a-zà-ÿ])", days),
    (rf"\b(\d{{1,2}})[ -]{SHORT_MONTH}\.?[ -](\d{{4}})\b", between),
    (rf"(?:(?<=de )|(?<=\d )|(?<=\d-)){SHORT_MONTH}\b\.?(?![a-zà-ÿ])", month),
    (rf"\b{SHORT_MONTH}\.(?=\s?(?:de )?\d{{4}})", month),
    (rf"\b{SHORT_DAY}\.(?=,?\s?(?:\d|y |a |[-–]))", day),
)

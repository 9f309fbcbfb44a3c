"""What stands beside a number in Spanish: days, hours, shares, short nouns."""

from __future__ import annotations

import re

from engines.reading import roman
from engines.reading.draft import Say
from engines.reading.es import calendar, commas, given, numbers, signs

# 'el 12/10': a day, but 'el 1/4 de la población' a share.
DAY = (
    r"\b([Ee]l|[Dd]el|[Aa]l)\s(0?[1-9]|[12]\d|3[01])/(0?[1-9]|1[0-2])"
    r"(?![\w/]|[.,]\d|\sde\b)(?<!24/7)(?<!16/9)"
)


ROMAN_MONTH = r"(?<![\w.,-])(\d{1,2})([-./])(I{1,3}|IV|VI{0,3}|IX|XI{0,2})\2(\d{4})(?![\w-])"


def day(found: re.Match[str]) -> str:
    return f"{found[1]} {int(found[2])} de {calendar.MONTHS[int(found[3]) - 1]}"


def roman_month(found: re.Match[str]) -> str:
    """'3-V-1920' -> '3 de mayo de 1920'."""
    month = calendar.MONTHS[(roman.value(found[3]) or 1) - 1]
    return f"{found[1]} de {month} de {found[4]}"


def parts(found: re.Match[str]) -> str:
    """'3/4 partes' -> 'tres cuartas partes'."""
    name = numbers.ordinal(found[2], numbers.FEMININE)
    return f"{numbers.cardinal(found[1], numbers.FEMININE)} {name}s partes"


PASSES: tuple[tuple[str, Say], ...] = (
    *signs.NUMBERED,
    *commas.PASSES,
    *given.PASSES,
    # A score, which does not agree with its noun: 'el uno a uno final'.
    (r"(?<![\w.,/-])([1-9]\d?)-1(?=\s[a-zñ])", r"\1 a uno"),
    (r"\bpp\.(?=\s?\d)", "páginas "),
    (ROMAN_MONTH, roman_month),
    (DAY, day),
    (r"(?<=\b1 )[Uu]d\.", "unidad"),
    (r"(?<=\d )[Uu]ds?\.", "unidades"),
    (r"(?<![\w.])ca?\.\s?(?=\d{3,4}\b)", "circa "),
    (r"(?<=\d )pts\b\.?", "puntos"),
    (r"(?<![\w.,])(\d{1,3})\.o(?=\s[a-zñ])", r"\1.º"),
    (r"(?<![\w.,])(\d{1,3})\.a(?=\s[a-zñ])", r"\1.ª"),
    (r"(?<=\b1 )comp\./(?=\d{1,2} ?h\b)", "comprimido cada "),
    (r"(?<=\d )comp\./(?=\d{1,2} ?h\b)", "comprimidos cada "),
    (r"/[Uu]d\b\.?", " por unidad"),
    (r"(?<=\d )pers\.", "personas"),
    (r"(?<=[a-zñ.]) x (?=\d)", " por "),
    (r"(?<![\w.,])(\d{1,2}) ?h (\d{1,2}) ?m\b", r"\1 h \2 min"),
    (r"\b([Uu]n) 1/(?=\d{1,2}(?![\w/]))", r"1/"),
    (r"(?<![\w./,])([1-9])/(3|4|5|6|7|8|9|10) partes\b", parts),
    (r"(?<![\w.,:])([01]?\d|2[0-3])\.([0-5]\d)(?=\s?(?:hs?\b|horas\b))", r"\1:\2"),
    (r"\b([Aa] las? (?:[01]?\d|2[0-3]))\.([0-5]\d)(?![\w.]|,\d)", r"\1:\2"),
    (r"(?<![\w.,])(\d{3})º(?=\s*(?:[.,;:)]|$|(?:y|durante|hasta|con|en)\b))", r"\1°"),
    (r"\b(\d{1,2} h(?:oras?)?) y 1/2(?!\d)", r"\1 y media"),
    (r"(?<=\d)\s:\s(?=\d{1,6}\s?=)", " ÷ "),
    (r"\b([Pp]ágina \d{1,4}|[Pp]aso \d{1,3}|[Pp]arte \d{1,3})/(?=\d{1,4}(?![\w/]))", r"\1 de "),
)

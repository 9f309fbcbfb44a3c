"""Whether the comma of '1,414' parts thousands, as in Mexico, or decimals, as in Spain."""

from __future__ import annotations

import re

from engines.reading.draft import Say
from engines.reading.es.gender import gender
from engines.reading.readable.near import near

Match = re.Match[str]

COMMA = r"(?<![\w.,])([1-9]\d{0,2}),(\d{3})(?![\d,]|\.\d)"
# What other numbers of the text tell: 1.250 and 3,5 beside it, or 1,250.50 and $.
DECIMAL_COMMA = re.compile(
    r"(?<![\d.,])\d{1,3}(?:\.\d{3})+(?![\d.]|,\d{3}\b)|(?<![\d.,])\d{1,3},(?:\d{1,2}|\d{4,9})(?![\d,])"
)
THOUSANDS_COMMA = re.compile(
    r"\d,\d{3}(?:,\d{3}|\.\d)|(?<![\d.,])\d{1,6}\.\d{1,2}(?![\d.])|[$£]\s?\d"
)
MONEY_BEFORE = re.compile(r"(?:[$€£¥₡]|S/|US|MXN|USD|COP|Bs)\.?\s?$")
MONEY_AFTER = re.compile(
    r"\s?(?:€|euros?|pesos?|d[óo]lares|soles|millones|mil\b|MXN|USD|EUR|COP|US\$|libras|bol[íi]vares|quetzales)"
)
PER = re.compile(
    r"\s?(?:€|\$|euros?)\s?(?:/|por |el |la )\s?(?:l\b|litro|kWh|kg|kilo|m[²2³3]|MWh|unidad|GB)"
)
UNIT = re.compile(
    r"\s?(?:kg|g|mg|t|l|L|ml|dl|cl|m|km|cm|mm|s|ms|V|W|kW|kWh|GHz|MHz|Hz|A|Ω|bar|atm|Pa|J|mol|"
    r"litros?|metros?|kilos?|kilogramos?|gramos?|segundos?|kil[óo]metros?|toneladas?|hect[áa]reas?)(?![\w])"
)
MEASURED = re.compile(
    r"π|√|[≈=]\s?-?$|\b(?:ra[íi]z|pi|n[úu]mero e|logaritmo|coeficiente|seno|coseno"
    r"|tangente|desviaci[óo]n"
    r"|promedio|varianza|correlaci[óo]n|tipo de cambio|[íi]ndice|factor|constante"
    r"|densidad|ratio|euribor"
    r"|raz[óo]n|equivale a|cotiza)\b(?:\W+\w+){0,6}\W*$"
)


def comma(found: Match) -> str:
    """'1,414' is a decimal where a unit, a formula or other numbers of the text say so."""
    text, whole, part = found.string, found[1], found[2]
    before = text[max(0, found.start() - 60) : found.start()]
    after = text[found.end() : found.end() + 24]
    if is_decimal(whole, before, after, near(found)):
        return f"{whole}{DECIMAL_SIGN}{part}"
    return f"{whole}{part}"


DECIMAL_SIGN = " coma "


def is_decimal(whole: str, before: str, after: str, around: str) -> bool:
    if PER.match(after):
        return True
    if MONEY_BEFORE.search(before) or MONEY_AFTER.match(after) or THOUSANDS_COMMA.search(around):
        return False
    told = DECIMAL_COMMA.search(around) is not None
    if after.lstrip()[:1] == "%":
        return True
    if UNIT.match(after):
        return told or len(whole) == 1
    if gender(after, one=False):  # so many of something
        return False
    return told or MEASURED.search(before) is not None


PASSES: tuple[tuple[str, Say], ...] = ((COMMA, comma),)

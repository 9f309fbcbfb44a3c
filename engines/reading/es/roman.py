"""Where capitals are Roman numerals in Spanish, and how they are said."""

from __future__ import annotations

import re

from engines.reading import roman
from engines.reading.es.numbers import FEMININE, MASCULINE, cardinal, ordinal

COUNTED = (
    "[Ss]iglos?|[Cc]apítulos?|[Cc]ap\\.|[Tt]omos?|[Vv]olumen|[Vv]ol\\.|[Pp]arte|[Aa]cto|[Ee]scena"
    "|[Tt]ítulo|[Ll]ibro|[Ff]ase|[Tt]ipo|[Gg]rado|[Aa]nexo|[Aa]rtículo|[Tt]abla|[Ff]igura"
    "|Rocky|Rambo|Terminator|Fantasy|Bowl|Mark|[Ss]ección|[Gg]rupo|[Nn]ivel|[Cc]lase|[Cc]ategoría|[Ee]pisodio|[Uu]nidad|[Ll]ección|Apolo|FP|BUP"
)
EVENTS = (
    r"(?=\s+(?:Guerra|República|Cumbre|Conferencia|Edición|edición|Feria|Asamblea|Internacional"
    r"|Olimpiada|Bienal|Semana|Gala|Jornadas))"
)
MALE_EVENTS = (
    r"(?=\s+(?:Congreso|Festival|Concurso|[Aa]niversario|Encuentro|Premio|Foro|Simposio|Certamen"
    r"|Torneo|Campeonato|Plan|Concilio|Reich|Juegos))"
)
_WOMEN = """
    Isabel María Catalina Juana Ana Cristina Margarita Victoria Cleopatra Berenice Leonor
    Urraca Beatriz Constanza Sofía Guillermina Teresa Arsínoe
"""
WOMEN = frozenset(_WOMEN.split())
_NOT_NAMES = """
    Rayos Plan Factor Vitamina Malcolm Generación Hepatitis Señor Mundo
"""
NOT_NAMES = frozenset(_NOT_NAMES.split())
LAST_ORDINAL = 10  # Luis XIV is 'catorce'


def counted(found: re.Match[str]) -> str:
    number = roman.value(found[2])
    return found[0] if number is None else f"{found[1]}{cardinal(str(number))}"


def regnal(found: re.Match[str]) -> str:
    number = roman.value(found[3])
    if number is None or found[2] in NOT_NAMES:
        return found[0]
    gender = FEMININE if found[2] in WOMEN else ""
    digits = str(number)
    said = ordinal(digits, gender) if number <= LAST_ORDINAL else cardinal(digits)
    return f"{found[1]}{said}"


def event(gender: str, found: re.Match[str]) -> str:
    number = roman.value(found[1])
    if number is None:
        return found[0]
    digits = str(number)
    return ordinal(digits, gender)


def centuries(found: re.Match[str]) -> str:
    """'siglos XV-XVI' -> 'siglos quince a dieciséis'."""
    first, last = roman.value(found[2]), roman.value(found[4])
    if first is None or last is None:
        return found[0]
    joint = found[3] if found[3].strip().isalpha() or "al" in found[3] else " a "
    return f"{found[1]}{cardinal(str(first))}{joint}{cardinal(str(last))}"


ROMAN = (
    (rf"\b((?:[Ss]iglos|[Cc]apítulos|[Tt]omos)\s+)({roman.PATTERN})"
     rf"(\s?[-–]\s?|,? (?:y|a|al|o) )({roman.PATTERN})\b",
     centuries),
    (rf"\b((?:{COUNTED})\s+)({roman.PATTERN})\b", counted),
    (rf"\b({roman.PATTERN})\b\.?{EVENTS}", lambda found: event(FEMININE, found)),
    (rf"\b({roman.PATTERN})\b\.?{MALE_EVENTS}", lambda found: event(MASCULINE, found)),
    (rf"\b(([A-ZÁÉÍÓÚ][a-zà-ÿ]+)\s+)({roman.SMALL})\b(?!(?<=\s[IVX])\.\s?[A-Z])", regnal),
    (rf"\b([NAMR])-({roman.SMALL})\b",
     lambda found: f"{found[1]} {cardinal(str(roman.value(found[2]) or 0))}"),
    (rf"\b({roman.SMALL})(?={roman.LISTED}(?:\W|$))",
     lambda found: cardinal(str(roman.value(found[1]) or 0))),
    (r"(?:(?<=, )|(?<=[yoe] ))II\b", "dos"),
    (rf"\b(?=[IVX]{{3}}){roman.SMALL}\b",
     lambda found: cardinal(str(roman.value(found[0]) or 0))),
)  # fmt: skip

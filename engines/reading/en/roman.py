"""Where capitals are Roman numerals in English, and how they are said."""

from __future__ import annotations

import re

from engines.reading import roman
from engines.reading.en import numbers

# Counted things; kings, popes and the like are 'the eighth'.
COUNTED = (
    "World War|WW|Chapter|Part|Volume|Vol\\.|Book|Act|Scene|Section|Phase|Type|Title|Level|Stage"
    "|Class|Grade|Appendix|Super Bowl|Fantasy|Rocky|Episode|Article|Apollo|Saturn|Mark|Mk|Tier"
    "|Round|Division|Factor|Table|Figure|Fig\\.|Unit|Group|Category|Chapters|Parts|Lesson|Step"
    "|Schedule|Annex|Canto|Diablo|Civilization|Quest|Theft Auto|Pac|Corps|Age|Polaroid|Apple"
    "|Godfather|Symphony|Sonata|Opus|Op\\.|Variation|Movement|Quartet|Version|Series|Season|Form"
    "|chapter|part|volume|book|act|scene|section|phase|type|title|level|stage|class|grade|article"
    "|appendix|episode|factor|table|figure|unit|category"
)
# After one of these a single letter is a number, too.
RULERS = (
    "Henry|Edward|George|William|Richard|James|Charles|Louis|Elizabeth|Mary|Philip|Peter|Paul|John"
    "|Alexander|Nicholas|Catherine|Frederick|Francis|Ferdinand|Napoleon|Pius|Leo|Benedict|Clement"
    "|Innocent|Gregory|Urban|Ptolemy|Darius|Xerxes|Ramses|Ramesses|Thutmose|Amenhotep|Otto|Carlos"
    "|Felipe|Alfonso|Isabella|Wilhelm|Kaiser Wilhelm|Gustav|Christian|Sixtus|Juan Carlos|Margaret"
)
NAME = r"[A-Z][a-zà-ÿ]+"
CENTURY = r"(?=\s+(?:[Cc]entury|[Cc]enturies|[Dd]ynasty|[Aa]nniversary|Congress|Olympi))"


def cardinal(found: re.Match[str]) -> str:
    return f"{found[1]}{said(found[2])}"


def said(numeral: str) -> str:
    number = roman.value(numeral)
    return numeral if number is None else numbers.cardinal(str(number)).replace(",", "")


def regnal(found: re.Match[str]) -> str:
    number = roman.value(found[2])
    return found[0] if number is None else f"{found[1]}the {numbers.ordinal(str(number))}"


def ordinal(found: re.Match[str]) -> str:
    number = roman.value(found[1])
    return found[0] if number is None else numbers.ordinal(str(number))


def alone(found: re.Match[str]) -> str:
    return said(found[0])


def ruler(found: re.Match[str]) -> str:
    """After 'Henry' an I may be the speaker: a numeral only where the name ends its phrase."""
    following = found.string[found.end() : found.end() + 9].split()[:1]
    after = found.string[found.end() : found.end() + 1]
    speaks = after == " " and not following[0].startswith(AFTER_NAME) if following else False
    if found[2] == "I" and speaks:
        return found[0]
    return regnal(found)


AFTER_NAME = ("of", "was", "ruled", "reigned", "died", "and", "(", "in", "became", "is")
LOWER = r"(?=[ivx]{2}|[vx])x{0,3}(?:ix|iv|v?i{0,3})"
ROMAN = (
    (
        rf"\b([Ss]cene |[Aa]ct |[Cc]hapter |[Pp]ages? |[Ss]ection |[Vv]olume )({LOWER})(?![\w'])",
        lambda found: f"{found[1]}{said(found[2].upper())}",
    ),
    (r"\bWW(I{1,2})\b", lambda found: f"World War {said(found[1])}"),
    (rf"\b((?:{COUNTED})\s+)({roman.PATTERN})(?![\w'])", cardinal),
    (rf"\b({roman.SMALL})(?:st|nd|rd|th)?\b{CENTURY}", ordinal),
    (rf"\b((?:{RULERS})\s+)({roman.SMALL})\b(?!'[dmlvr])", ruler),
    (rf"\b({NAME}\s+)((?=[IVX]{{2}}){roman.SMALL})\b", regnal),
    (rf"\b({roman.SMALL})(?={roman.LISTED}(?:\W|$))", lambda found: said(found[1])),
    (r"(?:(?<=, )|(?<=and )|(?<=or ))II\b", alone),
    (r"\b(?=[IVX]{3})X{0,3}(?:IX|IV|V?I{0,3})\b", alone),
    (
        r"(?:(?<=\s\()|(?<=^\())(?=[ivx]+\))(?:ix|iv|v?i{1,3}|x)(?=\))",
        lambda found: said(found[0].upper()),
    ),
)

"""Where capitals are Roman numerals in French, and how they are said."""

from __future__ import annotations

import re

from engines.reading import roman
from engines.reading.fr.numbers import cardinal, ordinal

COUNTED = (
    "[Cc]hapitres?|[Cc]hap\\.|[Tt]omes?|[Vv]olumes?|[Vv]ol\\.|[Pp]artie|[Aa]cte|[Ss]cène|[Tt]itre"
    "|[Ll]ivre|[Pp]hase|[Tt]ype|[Gg]rade|[Aa]nnexe|[Aa]rticle|[Tt]ableau|[Ff]igure|[Ss]ection"
    "|[Gg]roupe|[Nn]iveau|[Cc]lasse|[Cc]atégorie|[Éé]pisode|[Ll]eçon|Apollo|Guerre mondiale"
    "|Paris|Lyon|Bordeaux|Lille|Rennes|Toulouse|Nanterre"
)
FEMININE_NEXT = re.compile(
    r"\s*(?:République|Internationale|guerre|Guerre|dynastie|édition|légion|armée)"
)
_NOT_NAMES = """
    Rayons Plan Malcolm Génération Vitamine Monsieur Madame
"""
NOT_NAMES = frozenset(_NOT_NAMES.split())

NAME = "([A-ZÉÈÎÔÀ][a-zà-ÿ]+(?:-[A-ZÉ][a-zà-ÿ]+)?)"


def counted(found: re.Match[str]) -> str:
    number = roman.value(found[2])
    return found[0] if number is None else f"{found[1]}{cardinal(str(number))}"


def regnal(found: re.Match[str]) -> str:
    number = roman.value(found[3])
    if number is None or found[2] in NOT_NAMES:
        return found[0]
    return f"{found[1]}{'premier' if number == 1 else cardinal(str(number))}"


# What stands behind which numeral: 'Vers', 'Ver' and 'Inde' are words.
RANKS = rf"(?:(I)(ers?|res?|ères?)|(II)(nde?s?)|(?!I[eèi])({roman.SMALL})(?:es?|èmes?|ièmes?))"


def ranked(found: re.Match[str]) -> str:
    number = roman.value(found[1] or found[3] or found[5])
    if number is None:
        return found[0]
    if found[4]:
        return f"second{found[4][2:]}"
    feminine = (found[2] or "").startswith(("re", "ère")) or bool(
        FEMININE_NEXT.match(found.string[found.end() : found.end() + 16])
    )
    return ordinal(str(number), feminine)


ROMAN = (
    (rf"(?<!\w){RANKS}(?!\w)", ranked),
    (rf"\b((?:{COUNTED})\s+)(?![LDC]\.?\s?\d)({roman.PATTERN})\b", counted),
    (rf"\b({NAME}\s+)((?=[IVX]{{2}}){roman.SMALL}|[VI](?!\w|'|\.\s?[A-Z]))(?!\w)", regnal),
    (r"\b((Charles|Pie|Louis|Léon|Grégoire|Alphonse|Jean|Clément|Benoît)\s+)(X)(?!\w)", regnal),
    (rf"\b({roman.SMALL})(?={roman.LISTED}(?:\W|$))",
     lambda found: cardinal(str(roman.value(found[1]) or 0))),
    (r"(?:(?<=, )|(?<=et )|(?<=ou ))II\b", "deux"),
    (rf"\b(?=[IVX]{{3}}){roman.SMALL}\b",
     lambda found: cardinal(str(roman.value(found[0]) or 0))),
)  # fmt: skip

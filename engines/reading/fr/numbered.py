"""What stands beside a number in French: days, hours, shares, sets, short nouns."""

from __future__ import annotations

import re

from engines.reading.draft import Say
from engines.reading.fr import calendar, citations, given
from engines.reading.readable import sets

# 'le 12/10': a day, but 'le 1/4 de la population' a share.
DAY = (
    r"\b([Ll]e|[Dd]u|[Aa]u)\s(0?[1-9]|[12]\d|3[01])/(0?[1-9]|1[0-2])"
    r"(?![\w/]|[.,]\d|\s(?:de|du|des)\b|\sd')(?<!24/7)(?<!16/9)(?<!\b4/3)"
)


def day(found: re.Match[str]) -> str:
    number = "1er" if int(found[2]) == 1 else str(int(found[2]))
    return f"{found[1]} {number} {calendar.MONTHS[int(found[3]) - 1]}"


SHARES = {"3": "tiers", "4": "quart", "5": "cinquième", "8": "huitième", "10": "dixième"}


def share(found: re.Match[str]) -> str:
    """'le 1/4' -> 'le quart'."""
    return f"{found[1]} {SHARES[found[2]]}"


LATIN = ("primo", "secundo", "tertio", "quarto")


PASSES: tuple[tuple[str, Say], ...] = (
    *citations.WITH_NUMBER,
    # So many rooms has a flat, so many pages a book.
    (r"(?<=\b[2-9] )p\.(?!\s?\d)", "pièces"),
    (r"(?<=\d\d )p\.(?!\s?\d)", "pages"),
    (r"(?<=\d )pt\b\.?", "point"),
    (DAY, day),
    (sets.SETS, sets.tennis),
    *given.PASSES,
    (r"(?:^|(?<=; ))([1-4])°\s(?=[^\W\d_]{2})", lambda found: f"{LATIN[int(found[1]) - 1]}, "),
    (r"\b[Tt]h\.\s?(?=\d)", "thermostat "),
    (r"(?<=\d )pts\b\.?", "points"),
    (r"(?<![\w.])v\.\s?(?=\d{3,4}\b(?![.,]\d))", "vers "),
    (r"(?<=\b1 )ex\.(?!\w)", "exemplaire"),
    (r"(?<=\d )ex\.(?!\w)", "exemplaires"),
    (r"(?<=\b1 )vol\.(?=\s|,|$)(?!\s[IVX\d])", "volume"),
    (r"(?<=\d )vol\.(?=\s|,|$)(?!\s[IVX\d])", "volumes"),
    (r"(?<=[2-9] )éd\.", "éditions"),
    (r"(?<=[2-9] )art\.(?=\s*$|,|\s[a-z])", "articles"),
    (
        r"\b((?:[Nn][°o]|[Ll]oi|[Dd]écret|[Oo]rdonnance|[Dd]irective|[Rr]èglement)\s?\d{2,4})-(?=\d)",
        r"\1 tiret ",
    ),
    (r"(?<![\w.,])(\d{2,3}e)\s?\+\s?(?=\d{1,2}(?!\w))", r"\1 plus "),
    (r"\b(1er)\s?[-–]\s?(?=\d{1,2}\s)", r"\1 au "),
    (r"(?<![\w.,/])(\d{1,2}/\d{1,2})e(?!\w)", r"\1"),
    (r"(?<![\w.,])(\d{1,2}) ?h(?:eures?)? ?(?:et )?1/2(?!\d)", r"\1 h et demie"),
    (r"(?<=\d)\s:\s(?=\d{1,6}\s?=)", " ÷ "),
    (r"\b([Pp]age \d{1,4}|[Éé]tape \d{1,3}|[Pp]artie \d{1,3})/(?=\d{1,4}(?![\w/]))", r"\1 sur "),
    (r"(?<=\d) ?x ?/ ?(?:j|jour)\b", " fois par jour"),
    (r"(?<=\d) ?x ?/ ?(?:sem|semaine)\b\.?", " fois par semaine"),
    (r"(?<![\w.,])(\d{1,2}) ?h (\d{1,2}) ?m\b", r"\1 h \2 min"),
    (r"\b([Uu]n|[Ll]e|[Dd]u|[Aa]u) 1/(3|4|5|8|10)(?![\w/]|[.,]\d)", share),
)

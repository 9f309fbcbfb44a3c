"""Codes of letters and digits that are no amounts: of accounts, vehicles, time zones, colours."""

from __future__ import annotations

import re

from engines.reading.draft import Say
from engines.reading.readable.words import Words

Match = re.Match[str]

# Letters and digits in turn, nine or more of them: 1HGCM82633A004352
SERIAL = re.compile(
    r"(?<![\w.,/$€£#-])(?=\d{0,12}[A-Z]{1,12}\d{1,12}[A-Z]|[A-Z]{1,4}\d{5})[A-Z\d]{9,24}(?![\w/-]|[.,]\d)"
)
# An account of a bank, in groups of four: ES91 2100 0418 4502
ACCOUNT = re.compile(r"(?<![\w.,/-])[A-Z]{2}\d\d(?: [A-Z\d]{4}){2,8}(?: [A-Z\d]{1,3})?(?![\w-])")
# A colour of a page, #FF5733: it has a letter.
COLOUR = re.compile(r"#(?=[\dA-Fa-f]{0,5}[A-Fa-f])(?=[A-Fa-f]{0,5}\d)([\dA-Fa-f]{6})(?!\w)")
ZONE = re.compile(r"\b(UTC|GMT)\s?[-–](?=\d)")
# Q1–Q3
LETTERED = re.compile(r"(?<![\w-])([A-Z])(\d{1,3})\s?[–—]\s?(?=\1\d{1,3}(?![\w-]))")
QUARTERS = re.compile(r"(?<![\w-])([QTH])([1-4])\s?-\s?(?=\1[1-4](?![\w-]))")
# Two temperatures: 12/25 °C
DEGREES = re.compile(r"(?<![\w./,-])([-–]?\d{1,3})/([-–]?\d{1,3})(?=\s?°)")
EPISODE = re.compile(r"\b[ST](\d{1,2})E(\d{1,2})(?!\w)")
# 4★, ★★★★☆
STARRED = re.compile(
    r"(?<![\w.,])(\d(?:[.,]\d)?) ?[★⭐]{1,5}(?![★⭐])|([★⭐]{2,5})☆{0,4}(?![★⭐☆])"
)
PART = re.compile(r"\d+|[A-Za-z]+")


def passes(words: Words) -> list[tuple[re.Pattern[str], Say]]:
    """Reads such codes with the words of one language, before anything else has digits."""

    def singly(found: Match) -> str:
        said = (words.digits(part) if part.isdigit() else " ".join(part)
                for part in PART.findall(found[0]))  # fmt: skip
        return " ".join(said)

    def colour(found: Match) -> str:
        said = (words.digits(one) if one.isdigit() else one.upper() for one in found[1])
        return f" {words.address['#']} {' '.join(said)}"

    season, episode = words.episode
    return [
        (ACCOUNT, singly),
        (SERIAL, singly),
        (COLOUR, colour),
        (ZONE, rf"\1 {words.minus} "),
        (LETTERED, rf"\1\2 {words.to} "),
        (QUARTERS, rf"\1\2 {words.to} "),
        (DEGREES, r"\1, \2"),
        (EPISODE, lambda found: f"{season} {int(found[1])} {episode} {int(found[2])}"),
    ]


def starred(words: Words) -> Say:
    """'4★ hotel' and '★★★★☆': so many stars."""
    one, many = words.stars

    def read(found: Match) -> str:
        number = found[1] or str(len(found[2]))
        after = found.string[found.end() : found.end() + 2]
        return f"{number} {one if (found[1] and after[1:].islower()) or number == '1' else many} "

    return read

"""Dates and times of day."""

from __future__ import annotations

import re

from engines.reading.readable.words import Words

Match = re.Match[str]

ISO_TIME = re.compile(
    r"(?<![\w/-])(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?"
    r"(?:Z|[+-]\d\d:?\d\d)?(?![\w:])"
)
ISO_DATE = re.compile(r"(?<![\w/-])(\d{4})([-/])(\d\d?)\2(\d\d?)(?![\w/-])")
DATE = re.compile(r"(?<![\w/.-])(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d\d)(?![\w/-]|\.\d)")
# 2023/24, a season: the year, and the next one in short
SEASON = re.compile(r"(?<![\w/.,-])((?:1[89]|20)\d\d)/(\d\d)(?![\w/-]|[.,]\d)")
# 05/2024
MONTH_YEAR = re.compile(r"(?<![\w/.,-])(0\d|1[0-2])/((?:19|20)\d\d)(?![\w/-]|[.,]\d)")
TIME = re.compile(
    r"(?<![\w:.,])([01]?\d|2[0-3])[:hH]([0-5]\d)(?::([0-5]\d)(?:[.,]\d{1,6})?)?"
    r"(?:\s?([ap])\s?m\b|(?![\w:]))",
    re.IGNORECASE,
)
CLOCK_RANGE = re.compile(
    r"(?<=\d:\d\d)\s?[-–—~]\s?(?=\d{1,2}:\d\d)|(?<=\dh)\s?[-–—~]\s?(?=\d{1,2}\s?h)"
    r"|(?<=\d [aApP] [mM])\s?[-–—~]\s?(?=\d)"
    r"|(?:(?<=\s\d)|(?<=\s\d\d)|(?<=^\d)|(?<=^\d\d))\s?[-–—]\s?(?=\d{1,2}:\d\d(?![\d:]))"
    r"|(?:(?<=h\d\d)|(?<=h \d\d))\s?[-–—~]\s?(?=\d{1,2}\s?h)"
)


class Calendar:
    """Says dates and times with the words of one language."""

    def __init__(self, words: Words) -> None:
        self.words = words

    def iso_time(self, found: Match) -> str:
        day = self.date(found[0], int(found[3]), int(found[2]), int(found[1]))
        if int(found[4]) > 23 or int(found[5]) > 59:
            return day
        return f"{day}, {self.clock(found[4], found[5], found[6], '')} "

    def iso_date(self, found: Match) -> str:
        return self.date(found[0], int(found[4]), int(found[3]), int(found[1]))

    def any_date(self, found: Match) -> str:
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        if len(found[4]) == 2:
            if found[2] == "-" or (found[2] == "." and self.words.month_first):
                return found[0]  # '10-12-15' may be anything
            year += 2000 if year < 70 else 1900
        day, month = (second, first) if self.words.month_first else (first, second)
        if month > 12:
            day, month = month, day
        return self.date(found[0], day, month, year)

    def season(self, found: Match) -> str:
        year, short = found[1], found[2]
        if int(short) != (int(year) + 1) % 100:
            return found[0]
        last = short.lstrip("0") or str(int(year) + 1)
        return f"{self.words.year(year, '')} {self.words.cardinal(last, '')}"

    def month_year(self, found: Match) -> str:
        month = int(found[1])
        if not month:
            return found[0]
        return f"{self.words.months[month - 1]}{self.words.of_year} {found[2]}"

    def date(self, written: str, day: int, month: int, year: int) -> str:
        if not (1 <= month <= 12 and 1 <= day <= 31):
            groups = re.findall(r"\d+", written)
            return f" {', '.join(map(self.words.digits, groups))} "
        return f" {self.words.date(day, self.words.months[month - 1], year)} "

    def time(self, found: Match) -> str:
        half = f"{found[4].lower()}m" if found[4] else ""
        return self.clock(found[1], found[2], found[3], half)

    def clock(self, hour: str, minute: str, second: str | None, half: str) -> str:
        return self.words.time(int(hour), int(minute), int(second or 0), half)

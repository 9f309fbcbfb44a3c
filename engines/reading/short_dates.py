"""Months and days of the week that are written short, written out: for languages that write them
alike."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class ShortDates:
    """How one language names them.

    Args:
        short_day: a pattern of one short day, without a group.
        date: a day of the month, a month and a year, such as `{} de {} de {}`.
        to: between the first and the last of several.
        accents, plain: letters with an accent, and the same without: short names may lack theirs.
    """

    months: tuple[str, ...]
    days: tuple[str, ...]
    short_day: str
    date: str
    to: str
    accents: str
    plain: str

    def month(self, found: re.Match[str]) -> str:
        return self._full(self.months, found[1])

    def day(self, found: re.Match[str]) -> str:
        return self._full(self.days, found[1])

    def between(self, found: re.Match[str]) -> str:
        """'25-dic-2023' -> '25 de diciembre de 2023'."""
        return self.date.format(found[1], self._full(self.months, found[2]), found[3])

    def several_months(self, found: re.Match[str]) -> str:
        return self._several(self.months, found)

    def several_days(self, found: re.Match[str]) -> str:
        return self._several(self.days, found)

    def listed(self, found: re.Match[str]) -> str:
        """'lun., mié. y vie.' -> 'lunes, miércoles y viernes'."""
        return re.sub(rf"\b({self.short_day})\b\.?", self.day, found[0])

    def _several(self, names: tuple[str, ...], found: re.Match[str]) -> str:
        return f"{self._full(names, found[1])} {self.to} {self._full(names, found[2])}"

    def _full(self, names: tuple[str, ...], short: str) -> str:
        unaccented = str.maketrans(self.accents, self.plain)
        begun = short.lower().translate(unaccented)
        return next(name for name in names if name.translate(unaccented).startswith(begun))

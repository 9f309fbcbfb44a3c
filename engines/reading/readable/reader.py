"""Rewrites a text into words, one kind of thing after the other. Every pattern is linear.

Digits never start a match in the middle of a number, and runs are taken possessively, so no text
makes a pattern try the same characters again and again.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from engines.reading.base import Warn
from engines.reading.readable.characters import tidy
from engines.reading.readable.words import Words

Match = re.Match[str]

START = r"(?<![\w.,])"  # a number starts here, and not inside a word or another number
URL = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]+(?:\.[\w-]+)++")
ISO_DATE = re.compile(r"(?<![\w/-])(\d{4})-(\d\d)-(\d\d)(?![\w/-])")
DATE = re.compile(r"(?<![\w/.-])(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d\d)(?![\w/-]|\.\d)")
TIME = re.compile(
    r"(?<![\w:.,])([01]?\d|2[0-3])[:hH]([0-5]\d)(?::[0-5]\d)?(?:\s?([ap])\s?m\b|(?![\w:]))",
    re.IGNORECASE,
)
PHONE = re.compile(
    r"(?<![\w.,/-])(?:\+\d{1,3}[ .-]?)?(?:\(\d{2,4}\) ?|\d{3}[ .-])?\d{3}[.-]\d{4}(?![\w/-])"
    r"|(?<![\w.,/-])(?:\+\d{1,3}[ .-]?)?\d{1,3}(?:[ .-]\d\d){4}(?![\w/-])"
    r"|(?<![\w.,/-])\d{3}(?:[ -]\d{3}){2}(?![\w,.-]|\s?[€$£%])"
)
VERSION = re.compile(r"(?<![\w.,])\d+(?:\.\d+){2,}+(?!\w)")
FRACTION = re.compile(r"(?<![\w./,])(\d{1,3}(?:[.,]\d{1,2})?)/(\d{1,3})(?![\w/]|[.,]\d)")
RANGE = re.compile(r"(?<=\d)\s?[–—]\s?(?=\d)|(?<=\d)-(?=\d)")
EQUATION = re.compile(r"(?<=\d)\s?-\s?(?=\d+\s?=)")
NEGATIVE = re.compile(r"(?<![\w)\]-])-(?=\.?\d)")
MIXED = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
DIGITS = re.compile(r"\d+")
DASH = re.compile(r" ?[—–]+ ?| -{1,3} ")
SPACES = re.compile(r"\s+")
SPACE_BEFORE_MARK = re.compile(r" (?=[,.;:!?])")
MARK_THEN_COMMA = re.compile(r"([?!.,;:])(?: ?,)++")
LONGEST_NUMBER = 15  # digits: more than that are an account, not an amount


class Reader:
    """Reads texts of one language."""

    def __init__(self, words: Words) -> None:
        self.words = words
        thousands, decimal = re.escape(words.thousands), re.escape(words.decimal)
        whole = rf"(\d{{1,3}}(?:[{thousands}]\d{{3}})++(?!\d)|\d++)"
        # A point or comma before exactly three digits parts thousands where the language says so.
        part = rf"(?:[{decimal}](\d++)(?![{decimal}]\d))?"
        self.number = re.compile(START + whole + part)
        signs = "".join(map(re.escape, words.money))
        scale = "|".join(sorted(words.magnitudes, key=len, reverse=True))
        scale = rf"(?:\s?({scale})\b)?" if scale else "()"
        self.money = re.compile(rf"([{signs}])\s?{whole}{part}{scale}", re.IGNORECASE)
        self.money_after = re.compile(rf"{START}{whole}{part}{scale}\s?([{signs}])", re.IGNORECASE)
        units = "|".join(map(re.escape, sorted(words.units, key=len, reverse=True)))
        self.unit = re.compile(rf"{START}{whole}{part}\s?({units})(?!\w)")
        self.ordinal = re.compile(rf"{START}{whole}(?:{words.ordinal_marks})(?!\w)")
        self.bare_fraction = re.compile(rf"(?<![\w.,])[{decimal}](\d++)")
        self.abbreviations = [(re.compile(short), long) for short, long in words.abbreviations]
        self.signs = str.maketrans({sign: f" {word} " for sign, word in words.signs.items()})
        self.passes: list[tuple[re.Pattern[str], str | Callable[[Match], str]]] = [
            (URL, self.read_url),
            (EMAIL, lambda found: self.spell_address(found[0])),
            *self.abbreviations,
            *((re.compile(pattern), say) for pattern, say in words.special),
            (ISO_DATE, self.read_iso_date),
            (DATE, self.read_date),
            (TIME, self.read_time),
            (PHONE, self.read_phone),
            (self.money, self.read_money),
            (self.money_after, self.read_money_after),
            (self.ordinal, lambda found: words.ordinal(self.plain(found[1]))),
            (VERSION, self.read_version),
            (FRACTION, self.read_fraction),
            (EQUATION, f" {words.minus} "),
            (RANGE, f" {words.to} "),
            (NEGATIVE, f" {words.minus} "),
            (self.unit, self.read_unit),
            (MIXED, " "),
            (self.number, self.read_number),
            (self.bare_fraction, lambda found: f" {words.point} {words.decimals(found[1])}"),
        ]

    def read(self, text: str, warn: Warn) -> str:
        # No run of spaces may reach the passes: looking for its end from each space is quadratic.
        text = " ".join(tidy(text, self.words.letters, warn).split())
        for pattern, replacement in self.passes:
            text = pattern.sub(replacement, text)
        # What the passes above left over, such as digits glued to letters until now.
        text = self.number.sub(self.read_number, text)
        text = DIGITS.sub(lambda found: self.cardinal(found[0]), text)
        text = DASH.sub(", ", SPACES.sub(" ", text.translate(self.signs)))
        text = SPACE_BEFORE_MARK.sub("", SPACES.sub(" ", text))
        return MARK_THEN_COMMA.sub(r"\1", text).lstrip(" ,;:").rstrip(" ")

    def plain(self, whole: str) -> str:
        """Digits without what parts the thousands."""
        return whole if whole.isdigit() else "".join(char for char in whole if char.isdigit())

    def cardinal(self, digits: str) -> str:
        lead = len(digits) > 1 and digits[0] == "0"
        if lead or len(digits) > LONGEST_NUMBER:
            return self.words.digits(digits)
        return self.words.cardinal(digits)

    def amount(self, whole: str, fraction: str | None) -> str:
        spoken = self.cardinal(self.plain(whole))
        if fraction and fraction != "00":
            spoken += f" {self.words.point} {self.words.decimals(fraction)}"
        return spoken

    def read_number(self, found: Match) -> str:
        whole, fraction = found[1], found[2]
        if fraction is None and len(whole) == 4 and whole.isdigit() and whole[0] in "12":
            return self.words.year(whole)
        return self.amount(whole, fraction)

    def read_unit(self, found: Match) -> str:
        one, many = self.words.units[found[3]]
        name = one if found[1] == "1" and not found[2] else many
        return f"{self.amount(found[1], found[2])} {name}"

    def read_money(self, found: Match) -> str:
        return self.sum_of(found[1], found[2], found[3], found[4])

    def read_money_after(self, found: Match) -> str:
        return self.sum_of(found[4], found[1], found[2], found[3])

    def sum_of(self, sign: str, whole: str, fraction: str | None, scale: str | None) -> str:
        money = self.words.money[sign]
        digits = self.plain(whole)
        if scale:
            magnitude = self.words.magnitudes[scale.lower()]
            joint = f" {self.words.of_magnitude} " if self.words.of_magnitude else " "
            return f" {self.amount(whole, fraction)} {magnitude}{joint}{money.many} "
        cents = (fraction or "").ljust(2, "0")
        if len(cents) > 2:  # '$0.005' is no number of cents
            return f" {self.amount(whole, fraction)} {money.many} "
        parts = []
        if int(digits or "0") or not int(cents):
            parts.append(f"{self.cardinal(digits)} {money.one if digits == '1' else money.many}")
        if int(cents):
            number = cents.lstrip("0")
            parts.append(f"{self.cardinal(number)} {money.cent if number == '1' else money.cents}")
        return f" {f' {self.words.cents_joint} '.join(parts)} "

    def read_iso_date(self, found: Match) -> str:
        return self.date(found[0], int(found[3]), int(found[2]), int(found[1]))

    def read_date(self, found: Match) -> str:
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        if len(found[4]) == 2:
            year += 2000 if year < 70 else 1900
        day, month = (second, first) if self.words.month_first else (first, second)
        if month > 12:
            day, month = month, day
        return self.date(found[0], day, month, year)

    def date(self, written: str, day: int, month: int, year: int) -> str:
        if not (1 <= month <= 12 and 1 <= day <= 31):
            return f" {self.words.digits(self.plain(written))} "
        return f" {self.words.date(day, self.words.months[month - 1], year)} "

    def read_time(self, found: Match) -> str:
        half = f"{found[3].lower()}m" if found[3] else ""
        return self.words.time(int(found[1]), int(found[2]), half)

    def read_phone(self, found: Match) -> str:
        groups = re.findall(r"\d+", found[0])
        return ", ".join(self.words.digits(group) for group in groups)

    def read_version(self, found: Match) -> str:
        parts = found[0].split(".")
        if all(len(part) == 3 for part in parts[1:]) and "." in self.words.thousands:
            return self.cardinal("".join(parts))
        return f" {self.words.point} ".join(self.cardinal(part) for part in parts)

    def read_fraction(self, found: Match) -> str:
        known = self.words.fractions.get(found[0])
        if known:
            return known
        # A decimal on top is read by the pass for numbers, which comes later.
        over = self.cardinal(found[1]) if found[1].isdigit() else found[1]
        return f"{over} {self.words.over} {self.cardinal(found[2])}"

    def read_url(self, found: Match) -> str:
        address = re.sub(r"^(?:https?://)?(?:www\.)?", "", found[0], flags=re.IGNORECASE)
        end = len(address.rstrip(".,;:!?)]'\""))
        return self.spell_address(address[:end].rstrip("/")) + address[end:]

    def spell_address(self, address: str) -> str:
        words = self.words
        spoken = {"@": words.at, ".": words.dot, "/": words.slash}
        return "".join(
            f" {spoken[char]} " if char in spoken else char if char.isalnum() else " "
            for char in address
        )

"""Rewrites a text into words, one kind of thing after the other. Every pattern is linear.

Digits never start a match in the middle of a number, and runs are taken possessively, so no text
makes a pattern try the same characters again and again.
"""

from __future__ import annotations

import re
import unicodedata

from engines.reading import formulas
from engines.reading.base import Warn
from engines.reading.draft import Draft
from engines.reading.markdown import operators, unmarked
from engines.reading.readable import addresses, amounts, codes, dates
from engines.reading.readable.characters import shown, tidy
from engines.reading.readable.emoticons import faceless
from engines.reading.readable.passes import Pass, compiled
from engines.reading.readable.words import Words

RANGE = re.compile(
    r"(?<=\d)\s?[–—]\s?(?=\d)|(?<=\d)-(?=\d)|(?<=\d[%°])\s?[-–—]\s?(?=\d)|(?<=\d)~(?=\d)"
)
PERCENT_RANGE = re.compile(r"(?:(?<=\d%)|(?<=\d %))\s?[-–—]\s?(?=\d{1,3}(?:[.,]\d{1,3})?\s?%)")
FACTORIAL = re.compile(r"(?<=\d)!(?=\s?[=+×*/÷-]\s?\d)")
# 3:45.2, how long a race took
RACE_TIME = re.compile(r"(?<![\w:.,])(\d{1,2}:[0-5]\d)[.,](\d{1,3})(?![\w:]|[.,]\d)")
RATIO = re.compile(r"(?<![\w:.,])(\d{1,3}):(\d{1,3})(?![\w:])")
EQUATION = re.compile(r"(?<=\d)\s?[-–]\s?(?=\d+(?:\.\d+)?\s?=)")
TIMES = re.compile(r"(?<=\d)\s?([x*×])\s?(?=\d)")
EQUALS_NEAR = 24  # characters around a product in which its outcome is told
IS_EQUAL = re.compile(r"[\d.]+(?:\s?[-+x×*/÷]\s?[\d.]+)*\s?=")
EQUALS = re.compile(r"=\s?[\d.]+(?:\s?[-+x×*/÷]\s?[\d.]+)*$")
MIXED_WORD = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
HAS_DIGIT = re.compile(r"\d")
DIGITS = re.compile(r"\d+")
DASH = re.compile(r" ?[—–]+ ?| -{1,3} ")
SPACES = re.compile(r"\s+")
SPACE_BEFORE_MARK = re.compile(r" (?=[,.;:!?])")
MARK_THEN_COMMA = re.compile(r"([?!.,;:])(?: ?,)++")
ZONE = re.compile(r"\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)")

# A product, '3·10⁸', or two units that are one, 'N·m'.
DOTTED = re.compile(
    r"(?<=\b[a-zA-Z]) \* (?=[a-zA-Z]\b)|(?<=\d)\s?[·⋅∙]\s?(?=\d)"
    r"|(?<=[NWAV])[·⋅∙](?=(?:m|h|A|s)(?![A-Za-z]))"
)
# A dash between a word and a number, which is no minus: 'Building C - 2nd floor'
SPACED_DASH = re.compile(
    r"(?<=[^\W\d_]{2}) [-–] (?=\d)|(?<=[a-z] [A-Z]) [-–] (?=\d)"
    r"|(?<= [A-Z]) [-–] (?=\d{1,3}(?:st|nd|rd|th|er?"
    r"|[èe]me|h|\.[ºª])\b)"
)
# Of a map: 1:25,000, 1/25 000
SCALE = re.compile(
    r"(?<![\w:.,/])1([:/])(\d{1,3}[., ](?:000|500|250)(?:[., ]000)?)(?![\w:]|[.,]\d)"
)
# Two frequencies or voltages that a device may have: no fraction.
EITHER = re.compile(r"(?<![\w./,])(\d{2,4})/(\d{2,4})(?=\s?(?:[kMG]?Hz|V)\b)")

TWO_STOPS = re.compile(r"(?<!\.)\.\s?\.(?!\s?\.)")  # of an abbreviation that ends its sentence

BRACKETS = re.compile(r"\s?[()\[\]{}]+\s?")


class Reader:
    """Reads texts of one language."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.amounts = amounts.Amounts(words)
        self.calendar = dates.Calendar(words)
        self.addresses = addresses.Addresses(words)
        marks = {sign: money.many for sign, money in words.money.items() if is_sign(sign)}
        marks |= words.signs
        marks |= {"⁺": words.plus, "⁻": words.minus}
        self.signs = str.maketrans({sign: f" {word} " for sign, word in marks.items()})
        self.kept = words.letters + "".join(marks)  # beyond ASCII
        self.unsaid = frozenset(
            sign for sign, word in marks.items() if not word and is_symbol(sign)
        )
        self.addressed: list[Pass] = [
            (addresses.URL, self.addresses.url),
            (addresses.EMAIL, self.addresses.email),
            (addresses.DOMAIN, self.addresses.domain),
            (addresses.HIDDEN, f" {words.dot} "),
        ]
        self.starred = codes.starred(words)
        self.numbered = [*codes.passes(words), *compiled(words.numbered)]
        self.always: list[Pass] = [
            *compiled(words.abbreviations),
            *compiled(words.roman),
            (self.amounts.lone_unit, self.amounts.read_lone_unit),
        ]
        self.numeric = self.numeric_passes()
        costly = self.amounts.money_patterns()
        self.without_money = [one for one in self.numeric if one[0] not in costly]

    def numeric_passes(self) -> list[Pass]:
        words, said, calendar, codes = self.words, self.amounts, self.calendar, self.addresses
        return [
            (dates.ISO_TIME, calendar.iso_time),
            (EITHER, r"\1, \2"),
            (SCALE, lambda found: f"1 {words.to if found[1] == ':' else words.over} {found[2]}"),
            (dates.ISO_DATE, calendar.iso_date),
            (dates.DATE, calendar.any_date),
            (dates.SEASON, calendar.season),
            (dates.MONTH_YEAR, calendar.month_year),
            (dates.CLOCK_RANGE, f" {words.to} "),
            (said.ordinal_range, rf"\1 {words.to} "),
            (RACE_TIME, lambda found: f"{found[1]} {words.point} {words.digits(found[2])} "),
            (FACTORIAL, f" {words.factorial}"),
            *compiled(words.special),
            (dates.TIME, calendar.time),
            (addresses.MODEL, r"\1, "),
            (addresses.PHONE, codes.phone),
            (addresses.VERSION, codes.version),
            (said.money_named, ""),
            (said.scaled_range, said.read_scaled_range),
            (said.money_minus, r"-\1"),
            (EQUATION, f" {words.minus} "),
            (said.money_range, said.read_money_range),
            (said.money_coded, ""),
            (said.unit_range, rf"\1 {words.to} "),
            (PERCENT_RANGE, f" {words.to} "),
            (SPACED_DASH, ", "),
            (said.negative, f" {words.minus} "),
            (RATIO, rf"\1 {words.to} \2"),
            (said.mixed, said.read_mixed),
            (said.fraction, said.read_fraction),
            (RANGE, f" {words.to} "),
            (said.sides, rf"\1 {words.by} "),
            (TIMES, self.product),
            (said.scientific, said.read_scientific),
            (said.money_first, said.read_money),
            (said.money_after, said.read_money_after),
            (said.per_unit, said.read_unit_alone),
            (said.ordinal, said.read_ordinal),
            (said.unit, said.read_unit),
            (said.power, said.read_power),
            (MIXED_WORD, " "),
            (said.number, said.read_number),
            (
                said.bare_fraction,
                lambda found: f" {words.point} {words.decimals(found[1], '')}",
            ),
            # What the passes above left over, such as digits glued to letters until now.
            (said.number, said.read_number),
            (DIGITS, lambda found: said.cardinal(found[0])),
        ]

    def product(self, found: re.Match[str]) -> str:
        """4x4 is 'four by four', 3x4=12 'three times four'."""
        text, words = found.string, self.words
        after = text[found.end() : found.end() + EQUALS_NEAR]
        before = text[max(0, found.start() - EQUALS_NEAR) : found.start()]
        times = found[1] != "x" or IS_EQUAL.match(after) or EQUALS.search(before)
        if times or re.match(r"10\^", after):
            return f" {words.times} "
        return f" {words.by} "

    def read(self, draft: Draft, warn: Warn) -> None:
        faceless(draft)
        unmarked(draft)
        if "★" in draft.text or "⭐" in draft.text:
            draft.sub(codes.STARRED, self.starred)
        draft.sub(DOTTED, joined)
        operators(draft)
        draft.sub(formulas.TRUE_MINUS, " ⁻ ")
        tidy(draft, self.kept, warn)
        # No run of spaces may reach the passes: looking for its end from each space is quadratic.
        draft.sub(SPACES, " ")
        draft.strip()
        if zone := ZONE.search(draft.text):
            warn(f"not spoken: {zone[1]}")
        for pattern, say in self.addressed:
            draft.sub(pattern, say)
        draft.sub(formulas.MINUS, lambda found: formulas.less("⁻", found))
        for pattern, say in self.numbered if HAS_DIGIT.search(draft.text) else ():
            draft.sub(pattern, say)
        for pattern, say in self.always:
            draft.sub(pattern, say)
        if HAS_DIGIT.search(draft.text):
            money = self.amounts.has_money.search(draft.text)
            for pattern, say in self.numeric if money else self.without_money:
                draft.sub(pattern, say)
        if unsaid := self.unsaid.intersection(draft.text):
            warn(f"not spoken: {shown(dict.fromkeys(sorted(unsaid)))}")
        draft.sub(BRACKETS, ", ")
        draft.translate(self.signs)
        draft.sub(SPACES, " ")
        draft.sub(DASH, ", ")
        draft.sub(SPACES, " ")
        draft.sub(SPACE_BEFORE_MARK, "")
        draft.sub(MARK_THEN_COMMA, r"\1")
        draft.sub(TWO_STOPS, ".")
        draft.strip(" ,;:", " ")


def joined(found: re.Match[str]) -> str:
    return "" if found[0] in "·⋅∙" and not found.string[found.start() - 1].isdigit() else "×"


def is_sign(written: str) -> bool:
    return len(written) == 1 and not written.isalpha()


def is_symbol(sign: str) -> bool:
    """No punctuation: whoever wrote it meant something to be heard."""
    return unicodedata.category(sign)[0] == "S"

"""Figures that Unicode writes as one sign: powers, fractions and numbers in circles.

Compatibility forms (NFKC) would glue them to the number before: 10⁶ is not 106, nor 5⅛ 51/8.
"""

from __future__ import annotations

import re
import unicodedata

from engines.reading.draft import Draft

HIGH = "⁰¹²³⁴⁵⁶⁷⁸⁹"
LOW = "₀₁₂₃₄₅₆₇₈₉"
PLAIN = str.maketrans({**dict(zip(HIGH + LOW, "01234567890123456789", strict=True)), "⁻": "-",
                       "₋": "-", "⁺": "", "₊": ""})  # fmt: skip
POWER = re.compile(rf"[⁺⁻]?[{HIGH}]+")
# The charge of an ion, Ca²⁺: no power.
CHARGE = re.compile(rf"(?<=[A-Za-z\d{LOW}])([{HIGH}]*)([⁺⁻])(?![{HIGH}])")
INDEX = re.compile(rf"[₊₋]?[{LOW}]+")
VULGAR = re.compile("[¼½¾⅐-⅞↉]")
NUMBERED = re.compile("[①-⒛⓪⓫-⓿❶-➓㉑-㉟㊱-㊿㈠-㈩㊀-㊉⑴-⒇]")
NUMBERED_RANGE = re.compile(r"([①-⑳❶-❿])\s?([-~〜～–])\s?([①-⑳❶-❿])")
NO_FIGURES = re.compile("[^⁰-₉¹²³¼½¾⅐-⅞↉①-⓿❶-➓㈠-㊿]*")


def plain_figures(draft: Draft) -> None:
    """Powers as '^6', fractions as ' 1/8', numbers in circles as ' 1, '.

    >>> draft = Draft("10⁻⁶ m², 5⅛, ①a, H₂O")
    >>> plain_figures(draft)
    >>> draft.text
    '10^-6 m^2, 5 1/8 ,  1, a, H2O'
    """
    if NO_FIGURES.fullmatch(draft.text):
        return
    draft.sub(CHARGE, lambda found: f" {found[1].translate(PLAIN)}{found[2]}")
    draft.sub(POWER, lambda found: "^" + found[0].translate(PLAIN))
    draft.sub(INDEX, index)
    draft.sub(VULGAR, lambda found: " " + fraction(found[0]) + " ")
    draft.sub(NUMBERED_RANGE, numbered_range)
    draft.sub(NUMBERED, in_circle)


def numbered_range(found: re.Match[str]) -> str:
    """'①〜③' -> '1〜3'."""
    first, last = (int(unicodedata.numeric(sign)) for sign in (found[1], found[3]))
    return f" {first}{found[2]}{last}" if first < last else found[0]


def index(found: re.Match[str]) -> str:
    """'H₂O' -> 'H2O'; 'log₂8' keeps its base apart from its number."""
    gap = " " if found.string[found.end() : found.end() + 1].isdecimal() else ""
    return found[0].translate(PLAIN) + gap


def in_circle(found: re.Match[str]) -> str:
    """'①a' begins an item of a list; '第⑥步' goes on."""
    number = str(int(unicodedata.numeric(found[0])))
    before = found.string[found.start() - 1 : found.start()]
    after = found.string[found.end() : found.end() + 1]
    if before.isalpha() and not after.isnumeric():
        return number if not before.isascii() else f" {number}"
    return f" {number}, "


def fraction(sign: str) -> str:
    return unicodedata.normalize("NFKC", sign).replace("⁄", "/")

"""`say-as`: text rewritten so that the reader can only take it in the way that is asked for.

Whatever comes out is still written text: the reader of its language says the words.
"""

from __future__ import annotations

import re
from collections.abc import Callable

LANGUAGES = {"sp": "es", "ja": "jp", "ko": "kr", "cm": "zh"}  # where two letters differ from ours
ENGLISH_ORDINALS = {1: "st", 2: "nd", 3: "rd"}
ORDINALS = {"es": "{}.º", "fr": "{}e", "zh": "第{}", "jp": "第{}", "kr": "제{}"}
DATE = re.compile(r"\s*(\d{1,4})\s?[-/. ]\s?(\d{1,2})\s?[-/. ]\s?(\d{1,4})\s*")
THIS_CENTURY = 70  # years of two digits below it are after 2000


def rewrite(text: str, interpret: str, form: str, language: str) -> str:
    """The text as the reader will take it rightly.

    Args:
        interpret, form: the attributes `interpret-as` and `format`.
        language: any code or tag.
    Raises:
        ValueError: it cannot be taken so.
    """
    short = language.lower()[:2]
    rule = RULES.get(interpret.lower())
    if rule is None:
        raise ValueError(interpret)
    return rule(text.strip(), form.lower(), LANGUAGES.get(short, short))


def _cardinal(text: str, _form: str, language: str) -> str:
    sign, digits = _digits_of(text)
    # A number of four digits may be a year; one with its thousands apart cannot.
    return f"{sign}{int(digits):,}" if language == "en" and len(digits) < 16 else sign + digits


def _ordinal(text: str, _form: str, language: str) -> str:
    _, digits = _digits_of(text)
    if language in ORDINALS:
        first = language == "fr" and int(digits) == 1
        return f"{digits}er" if first else ORDINALS[language].format(digits)
    teens = digits[-2:-1] == "1"
    return digits + ("th" if teens else ENGLISH_ORDINALS.get(int(digits[-1]), "th"))


def _characters(text: str, _form: str, _language: str) -> str:
    return " ".join(char.upper() for char in text if not char.isspace())


def _digits(text: str, _form: str, _language: str) -> str:
    return " ".join(re.findall(r"\d|[^\d\s]+", text))


def _telephone(text: str, _form: str, _language: str) -> str:
    groups = [" ".join(group) for group in re.findall(r"\d+", text)]
    if not groups:
        raise ValueError(text)
    return ("+" if text.startswith("+") else "") + ", ".join(groups)


def _date(text: str, form: str, _language: str) -> str:
    found = DATE.fullmatch(text)
    if not form or found is None:
        return text  # the reader knows its language's dates
    if sorted(form) != ["d", "m", "y"]:
        raise ValueError(form)
    parts = dict(zip(form, map(int, found.groups()), strict=True))
    year = parts["y"]
    if year < 100:
        year += 2000 if year < THIS_CENTURY else 1900
    return f"{year:04}-{parts['m']:02}-{parts['d']:02}"


def _as_written(text: str, _form: str, _language: str) -> str:
    """Of what the reader takes so by itself."""
    return text


def _digits_of(text: str) -> tuple[str, str]:
    """The sign and the digits of a whole number."""
    found = re.fullmatch(r"(-?)(\d{1,40})", re.sub(r"(?<=\d)[,.\s'](?=\d{3}\b)", "", text))
    if found is None:
        raise ValueError(text)
    return found[1], found[2]


RULES: dict[str, Callable[[str, str, str], str]] = {
    "cardinal": _cardinal,
    "number": _cardinal,
    "ordinal": _ordinal,
    "characters": _characters,
    "spell-out": _characters,
    "verbatim": _characters,
    "digits": _digits,
    "telephone": _telephone,
    "date": _date,
    "time": _as_written,
    "currency": _as_written,
    "fraction": _as_written,
    "unit": _as_written,
}

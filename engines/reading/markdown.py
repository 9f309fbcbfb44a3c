"""Marks of Markdown, which shape a page and which nobody says, and the signs of programs."""

from __future__ import annotations

import re

from engines.reading.draft import Draft, Say

# '# of items' is a number of them; a heading begins a piece, or stands behind a sentence's end.
HEADING = r"(?:(?<=\s)|^)#{2,6}\s+(?=\S)|(?:^\s*|(?<=[.!?:。！？] ))#\s+(?=[^\W\d_])(?!of\b)"
QUOTED = r"^\s*(?:>\s?){1,4}(?<=\s)(?=[^\W\d_]|[\"'“‘«「*])"
IMAGE = r"!(?=\[[^\[\]]{0,200}\]\([^()\s]{1,300}\))"
STRONG = r"(?<![\w*])\*\*(?=[^\s*])([^*]{1,200})(?<=\S)\*\*(?![\w*])"
DENSE_STRONG = r"(?<![\da-zA-Z*])\*\*(?=[^\s*])([^*]{1,200})\*\*(?![\d*])"
TASK = r"(?:^|(?<=\s))[-*+] \[[ xX]\] (?=\S)"
PASSES: tuple[tuple[re.Pattern[str], Say], ...] = (
    (re.compile(TASK), ""),
    (re.compile(HEADING), ""),
    (re.compile(QUOTED), ""),
    (re.compile(IMAGE), ""),
    (re.compile(STRONG), r"\1"),
    (re.compile(DENSE_STRONG), r"\1"),
    (
        re.compile(r"(?<=[\da-z])(?:\*\*(?=[\da-z-])| \*\* (?=\d))"),
        "^",
    ),  # a power, as programs write it
)
# Of two signs, as programs write them, the one that formulas have.
OPERATORS = {
    "!=": "≠",
    "!==": "≠",
    "<=": "≤",
    ">=": "≥",
    "==": "=",
    "===": "=",
    "&&": "&",
    "->": "→",
    "-->": "→",
}
# '5!=120' is a factorial.
OPERATOR = re.compile(
    r"(?<=[\w)\]\"'] )(?:[!=]==?|[<>]=|&&|--?>)(?= [\w(\[\"'$-])"
    r"|(?<=\w)==(?=\w)|(?:(?<=[\w\s,)])|^)[<>]=(?=\s?[\w(])|(?<=[A-Za-z_])!=(?=\w)"
)
SIGNS = re.compile(r"[#>*!\[]")


def unmarked(draft: Draft) -> None:
    """Headings, quoted lines, pictures, boxes of a list and bold words as plain text.

    >>> draft = Draft("## Setup ![a bird](b.png) **Now**")
    >>> unmarked(draft)
    >>> draft.text
    'Setup [a bird](b.png) Now'
    """
    if SIGNS.search(draft.text):
        for pattern, say in PASSES:
            draft.sub(pattern, say)


def operators(draft: Draft) -> None:
    """Signs of programs as those of formulas: 'x != 1' as 'x ≠ 1'."""
    if any(sign in draft.text for sign in ("=", "&&", "->")):
        draft.sub(OPERATOR, lambda found: OPERATORS[found[0]])

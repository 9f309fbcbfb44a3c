"""Prescriptions in English: how often, how long, by what way."""

from __future__ import annotations

import re

from engines.reading.draft import Say
from engines.reading.readable.near import near

Match = re.Match[str]

DOSE = re.compile(
    r"\d\s?(?:mg|mcg|µg|g|mL|ml|units?|puffs?|drops?|tabs?|caps?|tablets?|capsules?)\b"
    r"|\b(?:tabs?|caps?|tablets?|dose|pills?|Rx|take)\b",
    re.IGNORECASE,
)


def spelled(found: Match) -> str:
    """'BID' by its letters where a dose is spoken of."""
    return " ".join(found[0].upper()) if DOSE.search(near(found)) else found[0]


def as_needed(found: Match) -> str:
    return "as needed" if DOSE.search(near(found)) else found[0]


PASSES: tuple[tuple[str, Say], ...] = (
    (r"\b(?:PO|BID|TID|QID|QD|QHS|IM|IV|SC|bid|tid|qid|qd|qhs)\b(?!\.\w)", spelled),
    (r"\b(?:PRN|prn)\b|\bp\.r\.n\.", as_needed),
    (r"\bq\.?\s?(\d{1,2}(?:\s?[-–]\s?\d{1,2})?)\s?h(?:rs?|ours?)?\b\.?", r"every \1 hours"),
    (
        r"(?<=[A-Za-z.)] )x\s?(?=\d{1,3}\s?(?:days?|d|wks?|weeks?|mos?|months?|hrs?"
        r"|hours?|years?|yrs?|nights)\b)",
        "for ",
    ),
)
# Into a vein, which a fourth would be elsewhere.
ALWAYS: tuple[tuple[str, Say], ...] = (
    (
        r"\bIV(?=\s(?:drip|fluids?|lines?|antibiotics|infusion|bags?|therapy|access|medications?|drugs?"
        r"|injections?|catheter|needle|pole|push|tubes?)\b)",
        "I V",
    ),
)

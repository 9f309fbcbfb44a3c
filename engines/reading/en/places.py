"""States of the United States and what stands around them in an address."""

from __future__ import annotations

import re

from engines.reading.draft import Say
from engines.reading.en import numbers

Match = re.Match[str]

STATES = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California",
    "CO": "Colorado", "CT": "Connecticut", "DE": "Delaware", "FL": "Florida", "GA": "Georgia",
    "HI": "Hawaii", "ID": "Idaho", "IL": "Illinois", "IN": "Indiana", "IA": "Iowa",
    "KS": "Kansas", "KY": "Kentucky", "LA": "Louisiana", "ME": "Maine", "MD": "Maryland",
    "MA": "Massachusetts", "MI": "Michigan", "MN": "Minnesota", "MS": "Mississippi",
    "MO": "Missouri", "MT": "Montana", "NE": "Nebraska", "NV": "Nevada", "NH": "New Hampshire",
    "NJ": "New Jersey", "NM": "New Mexico", "NY": "New York", "NC": "North Carolina",
    "ND": "North Dakota", "OH": "Ohio", "OK": "Oklahoma", "OR": "Oregon", "PA": "Pennsylvania",
    "RI": "Rhode Island", "SC": "South Carolina", "SD": "South Dakota", "TN": "Tennessee",
    "TX": "Texas", "UT": "Utah", "VT": "Vermont", "VA": "Virginia", "WA": "Washington",
    "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming", "PR": "Puerto Rico", "DC": "D C",
}  # fmt: skip
# Without a ZIP code these are something else as often: 'Yes, OK', 'Oh, HI'.
WORDS = frozenset(["IN", "ME", "OR", "OK", "HI", "OH", "PA", "MA", "LA", "ID", "DE", "PR", "MD"])
CODES = "|".join(STATES)
ZIP = rf"\b({CODES}),?\s(\d{{5}})(?:-(\d{{4}}))?(?![\w-])"
AFTER_TOWN = rf"(?<=[a-z], )({CODES})\b(?!['-])"
NAMED_ZIP = r"\b((?:ZIP|[Zz]ip)(?:\s[Cc]odes?)?:?(?:\sis)?\s)(\d{5})(?:-(\d{4}))?(?![\w-])"


def digits(first: str, last: str | None) -> str:
    return numbers.singly(first) + (f", {numbers.singly(last)}" if last else "")


def zip_code(found: Match) -> str:
    return f"{STATES[found[1]]} {digits(found[2], found[3])}"


def named_zip(found: Match) -> str:
    return f"{found[1]}{digits(found[2], found[3])}"


def state(found: Match) -> str:
    return found[0] if found[1] in WORDS else STATES[found[1]]


PASSES: tuple[tuple[str, Say], ...] = (
    (ZIP, zip_code),
    (NAMED_ZIP, named_zip),
    (AFTER_TOWN, state),
)

"""Short measures of kitchens and markets in English: cups, pints, basis points, losses."""

from __future__ import annotations

import re

from engines.reading.draft import Say

Match = re.Match[str]

# With its full stop, and what is measured behind it: '1 pt. cream', but '3 pts. behind'.
MEASURES = {"c": "cup", "pt": "pint", "qt": "quart"}
MEASURED = (
    r"(?<![\w.,/])(\d{1,3}(?: \d)?(?:/\d)?)\s?(c|pt|qt)\."
    r"(?=\s(?:of\s)?(?!behind|ahead|lead|font|type)[a-z])"
)
# How goods are sold and called for, behind their number.
PACKED = {"doz": "dozen", "pkg": "package", "pkt": "packet", "ctn": "carton", "btl": "bottle",
          "pc": "piece", "lg": "large", "sm": "small", "med": "medium", "Tbs": "tablespoon",
          "Tbsp": "tablespoon", "tbs": "tablespoon", "env": "envelope"}  # fmt: skip
UNCHANGED = ("doz", "lg", "sm", "med")
PACKS = (
    rf"(?<![\w.,/])(\d{{1,4}}(?: \d)?(?:/\d)?) ?({'|'.join(PACKED)})(s?)\b\.?"
    r"(?=\s[a-z(]|[,;)]|\s*$)"
)
# A rate moves by so many; bits are counted by the thousand, and base pairs in no market.
BASIS_POINTS = r"(?<![\w.,])(\d{1,3}(?:\.\d+)?)[ -]?(bps|bp)\b"
MARKETS = re.compile(
    r"\b(?:yields?|rates?|spreads?|Fed|ECB|BoE|BOJ|Treasur(?:y|ies)|bonds?|margins?|cuts?|hikes?|fees?"
    r"|tighter|wider|loan|mortgage|APR|inflation)\b"
)


def measured(found: Match) -> str:
    few = found[1] == "1" or ("/" in found[1] and " " not in found[1])
    return f"{found[1]} {MEASURES[found[2]]}{'' if few else 's'}"


def packed(found: Match) -> str:
    """'2 pkgs. yeast' -> '2 packages yeast'."""
    few = found[1] == "1" or ("/" in found[1] and " " not in found[1])
    if not found[0].endswith(".") and found[2] in ("med", "sm", "pc", "env"):
        return found[0]
    return f"{found[1]} {PACKED[found[2]]}{'' if few or found[2] in UNCHANGED else 's'}"


def basis_points(found: Match) -> str:
    if found[2] == "bp" and not MARKETS.search(found.string):
        return found[0]
    return f"{found[1]} basis point{'' if found[1] == '1' else 's'}"


# '$(500)' is below zero, which 'loss' says by itself.
IN_BRACKETS = r"\$\((\d[\d,.]{0,15}(?: ?(?:[MBKk]|million|billion))?)\)"


def loss(found: Match) -> str:
    before = found.string[max(0, found.start() - 24) : found.start()].lower()
    return f"{'' if 'loss' in before or 'deficit' in before else '-'}${found[1]}"


PASSES: tuple[tuple[str, Say], ...] = (
    (MEASURED, measured),
    (PACKS, packed),
    (r"(?<=\d )ea\b\.?", "each"),
    # 3/$10
    (r"(?<![\w./,$£€])(\d{1,2})/(?=[$£€]\d)", r"\1 for "),
    (BASIS_POINTS, basis_points),
)
EARLY: tuple[tuple[str, Say], ...] = ((IN_BRACKETS, loss),)

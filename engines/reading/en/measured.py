"""Sides, heights, formulas and other measures in English that signs alone do not tell."""

from __future__ import annotations

import re

from engines.reading.draft import Say

Match = re.Match[str]

# A sign of multiplication between the sides of a thing: 9×13-inch, 1920×1080, 2×2 grid.
SIDED = (
    r"(?<=\d)\s?×\s?(?=\d{1,4}(?:\.\d)?(?:-(?:inch|in|foot|ft|cm|mm|m)\b"
    r"|\s(?:pixels?|px|display|screen|resolution|monitor|image|photo|pan|grid|matrix|table|board|tile"
    r"|format|rug|poster|canvas|room|card|array|filter|MIMO|sheet|print|lumber|cube)\b))"
    r"|(?<=\b\d{3})×(?=\d{3,4}(?!\d))|(?<=\b\d{4})×(?=\d{3,4}(?!\d))|(?<=\bGen \d)×(?=\d\b)"
)
FUNCTIONS = {"sin": "sine", "cos": "cosine", "tan": "tangent"}
ANGLE = r"\d{0,2} ?(?:theta|alpha|beta|phi|pi|[xtαβθφπ])\b"
FUNCTION = rf"\b(sin|cos|tan)(?=\^-?\d|\({ANGLE}| {ANGLE})"
HIGH = r"(?<=['\"])\s?[-–]\s?(?=\d{1,2}')"
SHORT = {"Elev": "elevation", "Pop": "population", "Alt": "altitude", "Dist": "distance",
         "Wt": "weight", "Ht": "height", "Ep": "episode", "Eps": "episodes", "Sc": "scene",
         "Rd": "round", "Ex": "example", "Lv": "level", "Lvl": "level"}  # fmt: skip
NUMBERED = rf"\b({'|'.join(SHORT)}|{'|'.join(SHORT).lower()})\.(?=:?\s?\d)"


def lasting(found: Match) -> str:
    """'a 2h59m marathon' describes by both."""
    if found[1]:
        return f"{found[1]}{found[2]}-hour {found[3]}-minute"
    return f"{found[2]} h {found[3]} min"


ROOMS = (
    r"(?<![\w.,/])(\d{1,2}) ?(?:bds?|brs?|BRs?|BDs?),? ?/? ?(\d{1,2}(?:\.5)?) ?(?:bas?|BAs?)\b\.?"
)
CURRENCIES = {"$": "dollar", "£": "pound", "€": "euro"}


def rooms(found: Match) -> str:
    """'3 bd / 2 ba' -> '3 bedrooms, 2 baths'."""
    beds, baths = found[1], found[2]
    return f"{beds} bedroom{'s' * (beds != '1')}, {baths} bath{'s' * (baths != '1')}"


PASSES: tuple[tuple[str, Say], ...] = (
    (SIDED, " by "),
    (ROOMS, rooms),
    (
        r"([$£€])(\d{1,3}(?:[.,]\d{1,3})?)-(million|billion|trillion)(?:-(?=an?-))?(?![\w])",
        lambda found: f"{found[2]} {found[3]} {CURRENCIES[found[1]]} ",
    ),
    (r"(?<=\d\d )ct\.(?!\w)|(?<=\d\d-)ct\b\.?", "count"),
    (r"(?<=\d-)spd\b\.?", "speed"),
    (r"\bvv\.(?=\s?\d)", "verses "),
    (r"(?<=, )n\.(?=\s?\d)", "note "),
    (r"(?<=, )nn\.(?=\s?\d)", "notes "),
    (r"(?<=\d[snrt][tdh] )Cir\.", "circuit"),
    (HIGH, " to "),
    (r"(\b[Aa]n? )(\d{1,2})\s?h(?:rs?)?\s?(\d{1,2})\s?m(?:in)?\b(?=\s[a-z])", lasting),
    (r"(?<![\w.])24/7/365\b", "twenty-four seven, three sixty-five"),
    (r"\b([A-Za-z]{2,15}-\d{1,2}(?:\.\d)?)-(?=\d{1,3}[A-Za-z]\b)", r"\1, "),
    (r"\b(Q[1-4]|H[12])\s?'(?=\d\d\b)", r"\1 "),
    (r"(?<![\w.])~\s?(?=[$€£]\d)", "about "),
    (
        r"(?<=\d)A(?=\s(?:adapter|charger|fuse|power|output|USB|current)\b|\)|,|$)(?<=[\d.\s/]\dA)",
        " A",
    ),
    (r"\bRm\b\.?(?=\s?\d)", "room "),
    (NUMBERED, lambda found: SHORT[found[1].capitalize()] + " "),
    (r"(?<=\d)/min\b", " per minute"),
)
ALWAYS: tuple[tuple[str, Say], ...] = (
    (r"(?<=\d[snrt][tdh] )Cir\.", "circuit"),
    (r"\bCtrl\b", "control"),
    (r"\bCmd(?=[ +-])", "command"),
    (r"(?<=[+-])Del\b", "delete"),
    (r"\bSc\.(?= [ivx]+\b)", "scene"),
    (FUNCTION, lambda found: FUNCTIONS[found[1]]),
    (r"\b(?:Fwd|FWD|FW|Fw)(?=:)", "forward"),
    (r"(?<=[a-z] )St(?=,|\s*$)", "street"),
    (r"(?<=[a-z] )Rd(?=,\s|\s*$)", "road"),
    (r"(?<=[a-z] )Dr(?=,\s[A-Z]|\s*$)", "drive"),
    (
        r"\b(Sat|Sun)\.(?=\s(?:until|till|from|only|to|through|thru|closed|noon|night)\b)",
        lambda found: {"Sat": "Saturday", "Sun": "Sunday"}[found[1]],
    ),
)  # fmt: skip

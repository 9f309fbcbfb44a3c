"""Capitals in English that are spelled, although in small letters they are a word: US, IT, WHO."""

from __future__ import annotations

import re

from engines.reading.draft import Say
from engines.reading.readable.near import near

Match = re.Match[str]

# One pattern, because most texts have none of them.
CAPITALS = (
    r"\b(?:US|UN|LEDs?|AI|ALS|MIT|IDs?|EU|ER|OS|IT|WHO|SATs?|ACTs?)\b(?![$]|\.\w|-(?![\da-z]))"
)
# 'Tell US!' is shouted.
VERBS = frozenset(
    ["tell", "give", "let", "join", "contact", "follow", "help", "with", "for", "and"]
)
DEPARTMENT = re.compile(
    r"\s(?:department|dept|team|staff|support|manager|compan(?:y|ies)|industry|sector|guy|services?"
    r"|security|consultant|infrastructure|systems?|professionals?|specialist|admin|director|budget"
    r"|project|skills)\b"
)
HEALTH = re.compile(
    r"['’]s\b|\s(?:said|says|warned|declared|reports?|recommends?|guidelines|director)\b"
)
TESTED = re.compile(r"\s(?:scores?|tests?|exams?|prep|practice|sections?)\b")
END = re.compile(r"[.,;!?]|$")


def spelled(found: Match) -> str:
    """'US' by its letters, where small letters stand around it."""
    if near(found, 24).isupper() or not is_name(found):
        return found[0]
    many = found[0][-1] == "s"
    letters = " ".join(found[0].removesuffix("s"))
    return f"{letters}s" if many else letters


def is_name(found: Match) -> bool:
    text, word = found.string, found[0].removesuffix("s")
    words = text[max(0, found.start() - 16) : found.start()].lower().split()
    before = words[-1] if words and text[found.start() - 1].isspace() else ""
    after = text[found.end() : found.end() + 24]
    if word == "US":
        return before not in VERBS and not before[-1:].isdigit() and not after[:2].strip().isdigit()
    if word == "IT":
        ended = before in ("in", "of") and END.match(after) is not None
        return ended or before in ("the", "an") or DEPARTMENT.match(after) is not None
    if word == "WHO":
        return before in ("the", "to", "by") or HEALTH.match(after) is not None
    if word in ("SAT", "ACT"):
        return before == "the" or TESTED.match(after) is not None
    return True


PASSES: tuple[tuple[str, Say], ...] = ((CAPITALS, spelled),)

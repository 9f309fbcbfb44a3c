"""What people write short in messages in English."""

from __future__ import annotations

import re

from engines.reading.draft import Say
from engines.reading.readable.near import near

Match = re.Match[str]

# With a figure for its sound.
SOUNDED = {
    "gr8": "great", "l8r": "later", "l8": "late", "m8": "mate", "w8": "wait", "h8": "hate",
    "sk8": "skate", "str8": "straight", "b4": "before", "2nite": "tonight", "2day": "today",
    "2moro": "tomorrow", "2morrow": "tomorrow", "4ever": "forever", "2gether": "together",
    "any1": "anyone", "some1": "someone", "every1": "everyone", "no1": "no one", "4u": "for you",
    "b4n": "bye for now", "cu2": "see you too",
}  # fmt: skip
WITH_FIGURE = (
    rf"(?<![\w./#@-])({'|'.join(SOUNDED)})(?![\w/@-]|\.\w|\s?[x×]\s?\d|\s(?:bolts?|screws?|nuts?))"
)
CHESS = re.compile(r"\b[KQRBN]?[a-h]x?[1-8]\b")
# Without vowels, so that no dictionary has them.
SHORTENED = {
    "thx": "thanks", "thnx": "thanks", "tks": "thanks", "pls": "please", "plz": "please",
    "ppl": "people", "tmrw": "tomorrow", "tmr": "tomorrow", "msg": "message", "msgs": "messages",
    "w/e": "whatever", "bday": "birthday", "b-day": "birthday", "gf": "girlfriend",
    "bf": "boyfriend", "approx": "approximately",
}  # fmt: skip
LETTERS = (
    "idk|tbh|imho|btw|brb|ttyl|lmk|irl|afaik|omw|nvm|smh|ikr|hbu|wyd|tysm|rofl|lmao|omg"
    "|wtf|bff|tl;dr|tldr|fwiw|iirc|ootd|diy|gtg|g2g|jk|dm|dms"
)
# Looked for all at once, and by whole words.
SHORT = rf"\b(?:{'|'.join(map(re.escape, SHORTENED))}|{LETTERS})\b"
AROUND = "./@'-_"


def sounded(found: Match) -> str:
    """'c u l8r', but never a square of a chess board."""
    if found[1] == "b4" and len(CHESS.findall(near(found))) > 1:
        return found[0]
    return SOUNDED[found[1]]


def short(found: Match) -> str:
    """'thx' as its word, 'idk' by its letters; never a part of an address or a name."""
    text, word = found.string, found[0]
    before, after = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 2]
    if (before and before in AROUND) or (after[:1] and after[0] in "/@'-_"):
        return word
    if after[:1] == "." and after[1:].isalnum():
        return word
    if word in SHORTENED:
        return SHORTENED[word]
    if "2" in word:
        return "got to go"
    return " ".join(letter.upper() for letter in word if letter.isalpha())


FIGURED: tuple[tuple[str, Say], ...] = ((WITH_FIGURE, sounded),)
PASSES: tuple[tuple[str, Say], ...] = (
    (r"\bw/e(?=\s\d)", "week ending"),
    (SHORT, short),
    (r"\bw/in\b", "within"),
    (r"\bw/out\b", "without"),
    (r"\bw/(?=\s[A-Za-z\d$€£])", "with"),
    (r"\bb/w(?= (?:\d|the\b|you\b|us\b|them\b|[A-Z]))", "between"),
    (r"\bb/w\b", "black and white"),
    (r"(?<!\w)&c\b\.?", "et cetera"),
    (r"(?:(?<= [ru])|(?<=^[ru]))/(?=[A-Za-z]\w)", " slash "),
    (r"(?<=\d) ?y/o\b", " year old"),
)

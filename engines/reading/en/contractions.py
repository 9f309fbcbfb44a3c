"""Apostrophes that belong to words: it's, John's, the boys', they'd've, rock 'n' roll.

BERT's tokenizer parts words at an apostrophe, and upstream says the parts one by one: 'it-ess'.
Here they are words again, with the tokens they are made of.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from engines.reading.base import Pronunciation
from engines.reading.en.phones import symbol

APOSTROPHE = "'"
# Words that lose their first letters, where a quotation would begin: 'tis, get 'em.
SHORTENED = re.compile(r"'(?:cause|cuz|em|til|tis|twas|twere|n|bout|round)(?![a-z])")

BEFORE, AFTER = 1, 2  # joined to the word before, the word after
SIBILANTS = frozenset(["s", "z", "sh", "zh", "ch", "jh"])
VOICELESS = frozenset(["p", "t", "k", "f", "th"])
ENDINGS = {"m": "M", "n't": "AH0 N T", "em": "AH0 M", "n": "AH0 N", "re": "ER0"}

Word = tuple[str, int]  # and of how many tokens it is made
Say = Callable[[str], Pronunciation]


def joined(words: Iterable[Word], text: str) -> Iterator[Word]:
    """Words of tokens, with those that an apostrophe of the text holds together as one."""
    words = list(words)
    sides = roles(text)
    if sum(word == APOSTROPHE for word, _ in words) != len(sides):
        yield from words  # these are not the tokens of this text
        return
    roles_left = iter(sides)
    whole, tokens, open_end = "", 0, False
    for word, count in words:
        role = next(roles_left) if word == APOSTROPHE else 0
        if whole and not (open_end or role & BEFORE):
            yield whole, tokens
            whole, tokens = "", 0
        whole, tokens = whole + word, tokens + count
        open_end = bool(role & AFTER)
    if whole:
        yield whole, tokens


def roles(text: str) -> list[int]:
    """For each apostrophe of a text in small letters, which of its neighbours it belongs to."""
    found: list[int] = []
    quoted = 0  # quotations that have begun
    after_n = False
    for at, char in enumerate(text):
        if char != APOSTROPHE:
            continue
        before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
        if after_n and before == "n":
            role, after_n = BEFORE, False
        elif before.isalnum() and after.isalnum():
            role = BEFORE | AFTER
        elif before.isalnum():
            role = 0 if quoted or before != "s" else BEFORE
            quoted = max(quoted - 1, 0)
        elif SHORTENED.match(text, at):
            role = AFTER
            after_n = text.startswith("'n'", at)
        else:
            role = 0
            quoted += after.isalnum()
        found.append(role)
    return found


def say_joined(word: str, known: Callable[[str], Pronunciation | None], say: Say) -> Pronunciation:
    """A word with an apostrophe: as a dictionary has it, or its parts run together.

    Args:
        known: what a dictionary has for a word.
        say: says a word without apostrophes.
    """
    found = known(word)
    if found is not None:
        return found
    if word.strip(APOSTROPHE) in ENDINGS:  # 'n', 'em
        return ending(word.strip(APOSTROPHE), ())
    base, apostrophe, last = word.rpartition(APOSTROPHE)
    if not apostrophe:
        return say(word)
    if last == "t" and base.endswith("n"):
        base, last = base[:-1], "n't"
    before = say_joined(base, known, say) if base else ()
    if not last or not before:
        return before or say(last)
    return (*before, *(ending(last, before) or say_joined(last, known, say)))


def ending(written: str, before: Pronunciation) -> Pronunciation:
    """How 's, 'd, 'll and their like sound after a word; nothing for what is no ending."""
    phone, tone = before[-1] if before else ("", 0)
    vowel = tone > 0
    if written == "s":
        spelled = "AH0 Z" if phone in SIBILANTS else "S" if phone in VOICELESS else "Z"
    elif written == "d":
        spelled = "AH0 D" if phone in ("t", "d") else "D"
    elif written in ("ll", "ve"):
        spelled = ("" if vowel else "AH0 ") + {"ll": "L", "ve": "V"}[written]
    else:
        spelled = ENDINGS.get(written, "")
    return tuple(map(symbol, spelled.split()))

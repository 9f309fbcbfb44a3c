"""Finds the words whose sound a user wrote, in a text of any script."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

# Written without spaces: a word's ends cannot be seen.
DENSE = "\u3005\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
ONLY_DENSE = re.compile(f"[{DENSE}]+")
LETTER = rf"[^\W{DENSE}]"  # of a script that writes words apart


def replacer(words: Iterable[str]) -> Callable[[str, Callable[[str], str]], str]:
    """(text, new form of a word) -> the text with the words replaced, the longest that fits.

    A word is found in any case, and in Latin and the like only as a whole: 'GIF' is not in 'gift'.
    """
    longest_first = sorted((word for word in words if word), key=len, reverse=True)
    if not longest_first:
        return lambda text, _: text
    pattern = re.compile("|".join(map(whole, longest_first)), re.IGNORECASE)
    return lambda text, new: pattern.sub(lambda found: new(found[0]), text)


def whole(word: str) -> str:
    """A pattern for one word."""
    before = rf"(?<!{LETTER})" if re.match(LETTER, word) else ""
    after = rf"(?!{LETTER})" if re.match(LETTER, word[-1]) else ""
    return f"{before}{re.escape(word)}{after}"


def folded(pronunciations: Mapping[str, str] | Iterable[tuple[str, str]]) -> dict[str, str]:
    """By words in lower case, without space around them; empty ones left out."""
    pairs = pronunciations.items() if isinstance(pronunciations, Mapping) else pronunciations
    return {word.strip().lower(): spelled for word, spelled in pairs if word.strip()}

"""The keys # and * of a telephone, where a text speaks of pressing them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from engines.reading.draft import Say


def keys(
    names: Mapping[str, str], verbs: Collection[str], following: str
) -> tuple[tuple[str, Say], ...]:
    """Reads 'press #', 'or *' with the names of one language.

    Args:
        names: of the two keys.
        verbs: words before a key, in small letters.
        following: a pattern of words behind one.
    """

    def key(found: re.Match[str]) -> str:
        before = found.string[max(0, found.start() - 14) : found.start()].lower().split()
        return names[found[0]] if before and before[-1] in verbs else found[0]

    return ((rf"(?<=[a-zé] )[#*](?=\s(?:{following})\b|\s?[.,;!?]|$)", key),)


def codes(names: Mapping[str, str]) -> tuple[tuple[str, Say], ...]:
    """Reads '*123#'."""
    return (
        (r"(?<![\w*])\*(?=\d{2,5}(?:#|(?![\w*])))", f"{names['*']} "),
        (r"(?<=\d)#(?=[\s.,;!?]|$)", f" {names['#']}"),
    )

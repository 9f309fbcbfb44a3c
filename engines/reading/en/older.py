"""From today's CMU Pronouncing Dictionary back to the edition the checkpoints were trained with.

MeloTTS was trained with the pronunciations of edition 0.6 (1998). Packages ship the current one,
which writes 3% of the words otherwise, mostly another stress digit. Three rules cover half of
them; the tables name the common words among the rest. Anyone who has upstream's own dictionary
file gets all of them from it instead: see `dictionary.py`.

The CMU Pronouncing Dictionary is the work of Carnegie Mellon University.
"""

from __future__ import annotations

from engines.reading.en.older_words import NEWER, SWAPS, WHOLE

STRESSED = "12"


def tables() -> tuple[dict[str, tuple[str, str]], dict[str, list[str]], frozenset[str]]:
    """Word -> swap, word -> phones, and the words to leave alone."""
    swaps = {word: swap for swap, words in SWAPS.items() for word in words.split()}
    entries = (entry.split() for entry in WHOLE.split(";"))
    whole = {word: phones for word, *phones in entries}
    return swaps, whole, frozenset(NEWER.split())


class OlderEdition:
    """Gives the old edition's pronunciation of a word from today's."""

    def __init__(self) -> None:
        self.swaps, self.whole, self.newer = tables()

    def __call__(self, word: str, today: list[str]) -> list[str]:
        if word in self.newer:
            return today
        if word in self.whole:
            return self.whole[word]
        phones = by_rule(word, today)
        if word in self.swaps:
            written, then = self.swaps[word]
            last = len(phones) - 1 - phones[::-1].index(written)
            phones[last] = then
        return phones


def by_rule(word: str, today: list[str]) -> list[str]:
    """Unstressed, not half-stressed: i- before a stressed syllable, and a final -y or -ies."""
    phones = list(today)
    vowels = [phone for phone in phones if phone[-1].isdigit()]
    if phones[0] == "IH2" and len(vowels) > 1 and vowels[1][-1] in STRESSED:
        phones[0] = "IH0"
    somebody = word.endswith(("body", "bodies"))
    if phones[-1] == "IY2" and word.endswith("y") and not word.endswith("ey") and not somebody:
        phones[-1] = "IY0"
    if phones[-2:] == ["IY2", "Z"] and word.endswith("ies") and not somebody:
        phones[-2] = "IY0"
    return phones

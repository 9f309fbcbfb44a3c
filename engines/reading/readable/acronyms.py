"""Capitals in a text: words, acronyms that are said as words, or letters to be spelled."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from engines.reading.draft import Draft

# Consonants, and no 'y', 'a' or 't' of 'a-t-il'.
LONE = re.compile(
    r"(?:(?<![\w'’-])[B-DF-HJ-NP-TV-XZÑb-df-hj-np-tv-xzñ]|(?<=\w-)[B-DF-HJ-NP-TV-XZ])"
    r"(?![\w'’]|-\w)"
)
INITIALS = r"(?<![\w.])(?:(?:[A-ZÀ-Ý]\.){2,8}|(?:[A-ZÀ-Ý]\. ){1,5}[A-ZÀ-Ý]\.)(?!\w)"


def capitals(found: re.Match[str]) -> str:
    """'O.N.U.' -> 'ONU', which is then spelled or said as any capitals are; 'S.A.' is spelled."""
    letters = found[0].replace(".", "").replace(" ", "")
    return letters if len(letters) > 2 else " ".join(letters)


@dataclass(frozen=True, slots=True)
class Acronyms:
    """What one language makes of capitals.

    Args:
        capitals: finds runs of them.
        names: of the letters.
        sayable: matches what has only syllables that the language allows.
        words: said as they stand, and so are acronyms that are known to be.
        spelled: sayable, and spelled all the same.
    """

    capitals: re.Pattern[str]
    names: Mapping[str, str]
    sayable: re.Pattern[str]
    words: Collection[str]
    spelled: Collection[str]
    lone: re.Pattern[str]  # finds letters that stand alone and are no words

    def spell_out(self, draft: Draft) -> None:
        """Capitals that are no word, letter by letter; a text all in capitals is shouted."""
        if not (draft.text.isupper() and draft.text.count(" ") >= 2):
            draft.sub(self.capitals, lambda found: self._letters(found[0]))
            draft.sub(self.lone, lambda found: self.names.get(found[0].upper(), found[0]))

    def _letters(self, word: str) -> str:
        sayable = len(word) > 2 and self.sayable.fullmatch(word) and word not in self.spelled
        if word in self.words or sayable:
            return word
        return " ".join(self.names[letter] for letter in word)

"""Word splitting where no BERT vocabulary is at hand: whole words stand in for word pieces.

It follows the first half of BERT's own tokenizer (white space, punctuation, accents, case), so
phones come out as with BERT, except that no word is unknown.
"""

from __future__ import annotations

import re
import unicodedata

# A word, or one sign alone. Ideographs are words of one character.
CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
TOKEN = re.compile(rf"[^\W_{CJK}]+|[{CJK}]|[^\w\s]|_")
MAX_WORD = 100  # letters; BERT gives up on longer ones, here they are cut


class BasicTokenizer:
    """Splits into words and single signs. `lower` and `strip_accents` as the model's own does."""

    def __init__(self, lower: bool, strip_accents: bool) -> None:
        self.lower = lower
        self.strip_accents = strip_accents

    def __call__(self, text: str) -> list[str]:
        if self.lower:
            text = text.lower()
        if not text.isascii():
            text = unicodedata.normalize("NFD" if self.strip_accents else "NFC", text)
            text = "".join(char for char in text if unicodedata.category(char) != "Mn")
        tokens: list[str] = []
        for token in TOKEN.findall(text):
            if len(token) <= MAX_WORD:
                tokens.append(token)
            else:
                cuts = range(0, len(token), MAX_WORD)
                tokens += [token[start : start + MAX_WORD] for start in cuts]
        return tokens

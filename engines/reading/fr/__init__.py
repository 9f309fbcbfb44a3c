"""French: IPA from gruut, no tones."""

from __future__ import annotations

import re

from engines.reading import signs
from engines.reading.base import Tokenizer, Warn, ignore
from engines.reading.basic import BasicTokenizer
from engines.reading.draft import Draft
from engines.reading.fr import upstream
from engines.reading.fr.reading import read
from engines.reading.gruut_front import GruutFrontEnd
from engines.reading.gruut_words import Speaker

# Upstream's cure for the liaisons that pile up in gruut's cache.
PILED_UP = re.compile("t{3,}")


class FrenchFrontEnd(GruutFrontEnd):
    """See `FrontEnd`."""

    def __init__(self, tokenizer: Tokenizer | None = None, upstream_quirks: bool = False) -> None:
        speaker = Speaker("fr-fr", "gruut_lang_fr", upstream_quirks)
        words = tokenizer or BasicTokenizer(lower=False, strip_accents=False)
        super().__init__("FR", speaker, words, upstream_quirks)

    def normalize(self, text: str, warn: Warn = ignore) -> str:
        if self.upstream_quirks:
            return upstream.normalize(text)
        draft = Draft(text)
        read(draft, warn)
        return signs.clean(draft.text, upstream.SIGNS)

    def rewrite(self, ipa: str) -> str:
        return PILED_UP.sub("", ipa)


def create(tokenizer: Tokenizer | None = None, upstream_quirks: bool = False) -> FrenchFrontEnd:
    return FrenchFrontEnd(tokenizer, upstream_quirks)

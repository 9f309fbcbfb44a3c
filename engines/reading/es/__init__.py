"""Spanish: IPA from gruut, no tones."""

from __future__ import annotations

from engines.reading.base import Tokenizer, Warn, ignore
from engines.reading.basic import BasicTokenizer
from engines.reading.draft import Draft
from engines.reading.es import upstream
from engines.reading.es.reading import read
from engines.reading.gruut_front import GruutFrontEnd
from engines.reading.gruut_words import Speaker


class SpanishFrontEnd(GruutFrontEnd):
    """See `FrontEnd`."""

    def __init__(self, tokenizer: Tokenizer | None = None, upstream_quirks: bool = False) -> None:
        speaker = Speaker("es-es", "gruut_lang_es", upstream_quirks)
        words = tokenizer or BasicTokenizer(lower=True, strip_accents=False)
        super().__init__("ES", speaker, words, upstream_quirks)

    def normalize(self, text: str, warn: Warn = ignore) -> str:
        draft = Draft(text)
        if not self.upstream_quirks:
            read(draft, warn)
        return upstream.normalize(draft.text)


def create(tokenizer: Tokenizer | None = None, upstream_quirks: bool = False) -> SpanishFrontEnd:
    return SpanishFrontEnd(tokenizer, upstream_quirks)

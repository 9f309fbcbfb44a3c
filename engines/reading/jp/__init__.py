"""Japanese."""

from engines.reading.base import Tokenizer
from engines.reading.jp.front_end import JapaneseFrontEnd

__all__ = ["JapaneseFrontEnd", "create"]


def create(tokenizer: Tokenizer | None = None, upstream_quirks: bool = False) -> JapaneseFrontEnd:
    return JapaneseFrontEnd(tokenizer, upstream_quirks)

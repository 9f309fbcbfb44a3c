"""Korean."""

from engines.reading.base import Tokenizer
from engines.reading.kr.front_end import KoreanFrontEnd

__all__ = ["KoreanFrontEnd", "create"]


def create(tokenizer: Tokenizer | None = None, upstream_quirks: bool = False) -> KoreanFrontEnd:
    return KoreanFrontEnd(tokenizer, upstream_quirks)

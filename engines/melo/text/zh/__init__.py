"""Chinese, always with English mixed in, as the checkpoints are."""

from engines.melo.text.base import Tokenizer
from engines.melo.text.zh.front_end import ChineseFrontEnd

__all__ = ["ChineseFrontEnd", "create"]


def create(tokenizer: Tokenizer | None = None, upstream_quirks: bool = False) -> ChineseFrontEnd:
    return ChineseFrontEnd(tokenizer, upstream_quirks)

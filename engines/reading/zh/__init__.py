"""Chinese, always with English mixed in, as the checkpoints are."""

from pathlib import Path

from engines.reading.base import Tokenizer
from engines.reading.zh.front_end import ChineseFrontEnd

__all__ = ["ChineseFrontEnd", "create"]


def create(
    tokenizer: Tokenizer | None = None,
    upstream_quirks: bool = False,
    dictionary_file: Path | None = None,
) -> ChineseFrontEnd:
    """`dictionary_file`: upstream's own English dictionary (cmudict.rep), where it is at hand."""
    return ChineseFrontEnd(tokenizer, upstream_quirks, dictionary_file)

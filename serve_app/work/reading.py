"""What will be said for a text, word by word, before anyone has it spoken."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from config.settings import LimitSettings
from deployments.graph import Graph
from engines.base import Utterance
from engines.errors import EngineError, EngineUnavailable, UnspeakableText
from engines.reading.draft import Traced
from engines.reading.ssml.parse import parse
from engines.reading.words import Reading, Word, places
from serve_app.stages import Stages
from serve_app.threads import Threads
from serve_app.work.dialogue import Dialogues
from serve_app.work.orders import InputType, SpeechOrder, Words, capped
from serve_app.work.scripts import check_length, write_script

READS_AT_ONCE = 2  # in one ingress: they share the engine's processes with what is spoken
ANSWER_S = 60.0  # of the longest text, behind what is being spoken
AS_UPSTREAM = (
    "upstream_quirks is on: numbers and signs are spoken as MeloTTS reads them, not as shown here."
)


@dataclass(frozen=True, slots=True)
class ReadText:
    """A text as it will be said.

    `start` and `end` of the words count characters of `text`, as it was sent.
    """

    language: str
    text: str
    said: str
    words: list[Word]
    languages: list[str]  # of each word
    warnings: list[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be read, piece by piece."""

    language: str  # a code
    text: str  # as it was sent
    spoken: str | Traced  # of it, where it stands in it
    utterances: Sequence[Utterance]
    warnings: Sequence[str]


class TextReader:
    """Asks the speech engine how it will read texts."""

    def __init__(
        self,
        stages: Stages,
        pipeline: Graph,
        threads: Threads,
        limits: LimitSettings,
        dialogues: Dialogues,
    ) -> None:
        self._stages = stages
        self._pipeline = pipeline
        self._threads = threads
        self._limits = limits
        self._dialogues = dialogues
        self._turns = asyncio.Semaphore(READS_AT_ONCE)

    async def read(
        self,
        owner: str,
        text: str,
        language: str,
        speaker: str | None,
        input_type: InputType = "text",
    ) -> ReadText:
        """Raises:
        ServiceStarting, EngineUnavailable: there is no engine yet, or it does not answer.
        TextTooLong, UnspeakableText, UnknownLanguage, UnknownSpeaker, InvalidSsml: of the text.
        VoiceNotFound, EmbeddingMismatch: of a voice that speaks in it.
        """
        check_length(text, self._limits)
        brief = self._threads.brief
        async with self._turns:
            if input_type == "ssml":
                words = _words(text, language, speaker)
                order = await self._dialogues.order(words, owner)
                asked = await brief(owner, _of_order, order)
            else:
                asked = await brief(owner, self._of_text, text, language, speaker)
            try:
                async with asyncio.timeout(ANSWER_S):
                    read = await self._pipeline.read(asked.utterances)
            except TimeoutError as error:
                raise EngineUnavailable("The speech engine did not answer in time.") from error
        joined = await brief(owner, _joined, asked, read)
        if self._stages.reads_as_upstream():
            joined.warnings.append(AS_UPSTREAM)
        return joined

    def _of_text(self, text: str, language: str, speaker: str | None) -> Asked:
        """A text as it is cut for speech. Blocks."""
        base = self._stages.catalog().resolve(language, speaker)
        script = write_script(text, base.language, self._stages.text_rules(), self._limits)
        pieces = [part for part in script.parts if isinstance(part, str)]
        utterances = [Utterance(piece, base.language, base.speaker) for piece in pieces]
        return Asked(base.language, text, text, utterances, script.warnings)


def _words(text: str, language: str, speaker: str | None) -> Words:
    return Words(text, language, speaker, 1.0, 0.0, "wav", 0, {}, input_type="ssml")


def _of_order(order: SpeechOrder) -> Asked:
    """SSML as it is cut for speech. Blocks."""
    utterances = [order.utterance(*numbered, 0) for numbered in enumerate(order.pieces())]
    spoken = parse(order.text, order.language).spoken
    return Asked(order.language, order.text, spoken, utterances, order.warnings)


def _joined(asked: Asked, read: Sequence[Reading | EngineError]) -> ReadText:
    """The readings of all pieces, with their words where they stand in the whole text."""
    pieces = [utterance.text for utterance in asked.utterances]
    words: list[Word] = []
    languages: list[str] = []
    said: list[str] = []
    warnings = list(asked.warnings)
    placed = zip(places(asked.spoken, pieces), asked.utterances, read, strict=True)
    for place, utterance, reading in placed:
        if isinstance(reading, UnspeakableText):
            warnings.append(f"{place.text!r} is not spoken: {reading.message}.")
            continue
        if isinstance(reading, EngineError):
            raise reading
        said.append(reading.said)
        warnings += reading.warnings
        for word in reading.words:
            start, end = place.span(word.start, word.end)
            words.append(replace(word, start=start, end=end))
            languages.append(utterance.language)
    return ReadText(asked.language, asked.text, " ".join(said), words, languages, capped(warnings))

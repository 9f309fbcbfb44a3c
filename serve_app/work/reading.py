"""What will be said for a text, word by word, before anyone has it spoken."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from config.settings import LimitSettings
from deployments.graph import Graph
from engines.base import Utterance
from engines.errors import EngineError, EngineUnavailable, UnspeakableText
from engines.reading.words import Reading, Word, places
from serve_app.catalog import BaseVoice
from serve_app.stages import Stages
from serve_app.threads import Threads
from serve_app.work.orders import capped
from serve_app.work.scripts import Script, check_length, write_script

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
    warnings: list[str]


class TextReader:
    """Asks the speech engine how it will read texts."""

    def __init__(
        self, stages: Stages, pipeline: Graph, threads: Threads, limits: LimitSettings
    ) -> None:
        self._stages = stages
        self._pipeline = pipeline
        self._threads = threads
        self._limits = limits
        self._turns = asyncio.Semaphore(READS_AT_ONCE)

    async def read(self, owner: str, text: str, language: str, speaker: str | None) -> ReadText:
        """Raises:
        ServiceStarting, EngineUnavailable: there is no engine yet, or it does not answer.
        TextTooLong, UnspeakableText, UnknownLanguage, UnknownSpeaker: of the text.
        """
        check_length(text, self._limits)
        base = self._stages.catalog().resolve(language, speaker)
        rules = self._stages.text_rules()
        brief = self._threads.brief
        async with self._turns:
            script = await brief(owner, write_script, text, base.language, rules, self._limits)
            pieces = [part for part in script.parts if isinstance(part, str)]
            utterances = [Utterance(piece, base.language, base.speaker) for piece in pieces]
            try:
                async with asyncio.timeout(ANSWER_S):
                    read = await self._pipeline.read(utterances)
            except TimeoutError as error:
                raise EngineUnavailable("The speech engine did not answer in time.") from error
        joined = await brief(owner, _joined, text, base, script, read)
        if self._stages.reads_as_upstream():
            joined.warnings.append(AS_UPSTREAM)
        return joined


def _joined(
    text: str, base: BaseVoice, script: Script, read: Sequence[Reading | EngineError]
) -> ReadText:
    """The readings of all pieces, with their words where they stand in the whole text."""
    pieces = [part for part in script.parts if isinstance(part, str)]
    words: list[Word] = []
    said: list[str] = []
    warnings = list(script.warnings)
    for place, reading in zip(places(text, pieces), read, strict=True):
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
    return ReadText(base.language, text, " ".join(said), words, capped(warnings))

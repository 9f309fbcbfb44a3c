"""What the contexts of our WebSocket say, in ElevenLabs' messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.websockets import WebSocket

from serve_app.problems import TYPE_PREFIX, detail_of, kind_of
from serve_app.web.elevenlabs.alignment import Characters, characters_of
from serve_app.web.elevenlabs.errors import status_of
from serve_app.web.elevenlabs.tags import Tagged, read_tags
from serve_app.web.socket_outbox import Outbox
from serve_app.web.word_times import HeardWord, heard_words

POLICY_VIOLATION = 1008
FIRST_SPACELESS = "\u2e80"  # from here on, scripts are written without spaces, but for Hangul
HANGUL = ("\uac00", "\ud7af")


class TheirOutbox(Outbox):
    """Translates for one socket.

    Args:
        several: whether the socket has contexts, which its messages name.
    """

    def __init__(self, socket: WebSocket, *, several: bool) -> None:
        super().__init__(socket)
        self._several = several
        self._texts: dict[str, str] = {}  # that is being heard, by context
        self.language = ""
        self.tags = False  # whether those in a text are read
        self.fault = ""  # the last that somebody was told

    async def send(self, **message: Any) -> None:
        """One of our messages as theirs, where they have one for it."""
        kind, context_id = message.get("type"), message.get("context_id", "")
        if kind == "audio.start":
            self._texts[context_id] = message["text"]
        elif kind == "audio":
            await self._say(context_id, message["audio"], None)
        elif kind == "audio.done":
            text = self._texts.pop(context_id, "")
            spoken = (message["start"], message["end"])
            heard = aligned(text, self.language, message["words"], *spoken, tags=self.tags)
            await self._say(context_id, "", heard)
        elif kind == "context.done":
            await self._finish(context_id)

    async def tell(self, error: Exception, context_id: str = "", text: str = "") -> None:
        self.fault = detail_of(error)
        problem = kind_of(error).name
        named = {"contextId": context_id} if self._several and context_id else {}
        await super().send(
            message=self.fault,
            error=status_of(problem),
            code=POLICY_VIOLATION,
            problem=TYPE_PREFIX + problem,
            **named,
        )

    async def _say(self, context_id: str, audio: str, heard: Characters | None) -> None:
        named = {"contextId": context_id} if self._several else {"isFinal": None}
        await super().send(
            audio=audio,
            alignment=heard.in_milliseconds() if heard else None,
            normalizedAlignment=heard.as_said().in_milliseconds() if heard else None,
            **named,
        )

    async def _finish(self, context_id: str) -> None:
        if self._several:
            await super().send(isFinal=True, contextId=context_id)
        elif not self.fault:  # else what was heard is not all
            await super().send(audio=None, isFinal=True, alignment=None, normalizedAlignment=None)


def aligned(
    text: str,
    language: str,
    words: Sequence[Mapping[str, Any]],
    start: float,
    end: float,
    *,
    tags: bool = False,
) -> Characters:
    """When the characters of a sentence are heard, from its own beginning; with a space behind,
    by which clients tell its last word from the first of the next sentence.

    Args:
        words: of the sentence, as our WebSocket has them; estimated where there are none.
        start, end: seconds of the context at which it begins and ends.
        tags: whether those in the text were read.
    """
    read = read_tags(text) if tags else Tagged(text)
    told = [
        HeardWord(one["char_start"], one["char_end"], one["start"] - start, one["end"] - start)
        for one in words
    ]
    heard = told or heard_words(read.seen, language, 0.0, end - start)
    spaced = text and (text[-1] < FIRST_SPACELESS or HANGUL[0] <= text[-1] <= HANGUL[1])
    space = " " if spaced else ""
    found = characters_of(text + space, language, heard, 0.0, end - start)
    found.said = [*read.said, *space] if read.said else []
    return found

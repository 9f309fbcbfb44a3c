"""Events of the Wyoming protocol, read under limits from whoever connects."""

from __future__ import annotations

import asyncio
import json
from typing import Any, TypeVar

from wyoming.event import Event
from wyoming.ping import Ping
from wyoming.tts import Synthesize, SynthesizeChunk, SynthesizeStart

MAX_LINE, MAX_DATA, MAX_PAYLOAD = 2**16, 2**20, 2**24  # bytes of an event
SKIP_BYTES = 2**16  # of a payload, which nothing here has a use for: it is never held

EventT = TypeVar("EventT", Ping, Synthesize, SynthesizeStart, SynthesizeChunk)


class BadEventError(Exception):
    """What a client sent is no event of the protocol."""


async def read_event(reader: asyncio.StreamReader) -> Event | None:
    """The next event; None where the client is gone.

    Raises:
        BadEventError: it is none, or larger than any that is of use here.
    """
    try:
        line = await reader.readline()
        if not line:
            return None
        header = json.loads(line)
        if not isinstance(header, dict) or not isinstance(header.get("type"), str):
            raise BadEventError("an event has a type")
        data = header.get("data") or {}
        if (length := _length(header, "data_length", MAX_DATA)) > 0:
            data = {**data, **json.loads(await reader.readexactly(length))}
        payload_length = _length(header, "payload_length", MAX_PAYLOAD)
        while payload_length > 0:
            payload_length -= len(await reader.readexactly(min(payload_length, SKIP_BYTES)))
    except asyncio.IncompleteReadError:
        return None
    # No JSON, or too deep; a line without end; data that is no object.
    except (ValueError, TypeError, RecursionError) as error:
        raise BadEventError(f"this is no event: {error}") from error
    return Event(header["type"], data)


def _length(header: dict[str, Any], name: str, most: int) -> int:
    length = header.get(name) or 0
    if not isinstance(length, int) or not 0 <= length <= most:
        raise BadEventError(f"{name} is none that is read here")
    return length


def parsed(kind: type[EventT], event: Event) -> EventT:
    """Raises BadEventError where it lacks what it needs."""
    try:
        made = kind.from_event(event)
    except (KeyError, TypeError, AttributeError) as error:
        raise BadEventError(f"{event.type} lacks what it needs: {error}") from error
    voice = getattr(made, "voice", None)
    texts: list[object] = [getattr(made, "text", None)]
    texts += [voice.name, voice.language] if voice else []
    if not all(one is None or _is_text(one) for one in texts):
        raise BadEventError(f"{event.type} has something else where text should be")
    return made


def _is_text(value: object) -> bool:
    """Half of a pair of surrogates, which JSON can spell, is none: nothing could send it on."""
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True

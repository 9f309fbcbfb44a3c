"""A client of the service's WebSockets, which speak JSON."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from websockets.sync.client import ClientConnection, connect

Message = dict[str, Any]
SPEECH = "/v1/audio/speech/stream"


class Talk:
    """What one says and hears on a socket."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    def say(self, **message: object) -> None:
        self.socket.send(json.dumps(message))

    def hear(self, limit_s: float = 30.0) -> Message:
        message: Message = json.loads(self.socket.recv(timeout=limit_s))
        return message

    def until(self, **fields: object) -> list[Message]:
        """What is heard up to a message that has these fields, which is the last."""
        heard = [self.hear()]
        while any(heard[-1].get(name) != value for name, value in fields.items()):
            heard.append(self.hear())
        return heard


@contextmanager
def talking(url: str, path: str, **options: Any) -> Iterator[Talk]:
    """A socket of the service at a URL.

    Args:
        options: of `websockets.sync.client.connect`.
    """
    with connect(url.replace("http", "ws", 1).rstrip("/") + path, **options) as socket:
        yield Talk(socket)


def pcm_of(heard: Sequence[Message]) -> bytes:
    """The audio of SPEECH's messages."""
    return b"".join(base64.b64decode(one["audio"]) for one in heard if one["type"] == "audio")

"""What a worker process and its parent say to each other.

Both pipes carry frames: eight bytes of length, little endian, then a pickle. The first frame
from the worker is `READY`; after that every item is answered by one `Answer`.
"""

from __future__ import annotations

import pickle
import struct
from dataclasses import dataclass
from typing import BinaryIO

LENGTH = struct.Struct("<Q")
READY = "ready"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one item."""

    value: object  # the result, or the `EngineError` that stands in its place
    traceback: str = ""  # of an exception nobody expected, for the parent's log


def write_frame(stream: BinaryIO, value: object) -> None:
    body = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(LENGTH.pack(len(body)) + body)
    stream.flush()


def read_frame(stream: BinaryIO) -> object:
    """The next value. Raises `EOFError` when the other side has gone, even inside a frame."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        raise EOFError
    (length,) = LENGTH.unpack(head)
    body = stream.read(length)
    if len(body) < length:
        raise EOFError
    value: object = pickle.loads(body)  # noqa: S301  both ends of this pipe are ours
    return value

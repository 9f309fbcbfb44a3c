"""A worker process: reads items from stdin, answers on stdout, and ends when its parent ends.

Started as `python -m engines.embedded.worker package.module:function`. Both pipes carry frames:
eight bytes of length, little endian, then a pickle. The first frame out is `READY`; after that
every item is answered by one `Answer`.

The native libraries behind `function` may crash or hang: that is what this process is for.
"""

from __future__ import annotations

import importlib
import os
import pickle
import queue
import signal
import struct
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO

from engines.errors import EngineError

LENGTH = struct.Struct("<Q")
READY = "ready"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one item."""

    value: Any  # the result, or the `EngineError` that stands in its place
    traceback: str = ""  # of an exception nobody expected, for the parent's log


def write_frame(stream: BinaryIO, value: object) -> None:
    body = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(LENGTH.pack(len(body)) + body)
    stream.flush()


def read_frame(stream: BinaryIO) -> Any:
    """The next value. Raises `EOFError` when the other side has gone, even inside a frame."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        raise EOFError
    (length,) = LENGTH.unpack(head)
    body = stream.read(length)
    if len(body) < length:
        raise EOFError
    return pickle.loads(body)  # noqa: S301  both ends of this pipe are ours


def answer(function: Callable[[Any], Any], item: object) -> Answer:
    try:
        return Answer(function(item))
    except EngineError as error:
        return Answer(error)
    except Exception:  # noqa: BLE001  whatever it is, it must not end the other items
        message = "the engine failed on this item"
        return Answer(EngineError(message), traceback=traceback.format_exc())


def read_items(stream: BinaryIO, items: queue.SimpleQueue[Any]) -> None:
    """Feed `items`; end the process at once when the parent is gone.

    This runs beside the computation, so a parent that is killed leaves no orphan even when a
    library call never returns. `prctl(PR_SET_PDEATHSIG)` would not do: it fires when the
    *thread* that started this process ends, and pools of threads come and go.
    """
    while True:
        try:
            item = read_frame(stream)
        except EOFError:
            os._exit(0)
        items.put(item)


def load(target: str) -> Callable[[Any], Any]:
    module, _, name = target.partition(":")
    function: Callable[[Any], Any] = getattr(importlib.import_module(module), name)
    return function


def main(target: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which closes us
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not land between frames
    function = load(target)
    items: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=read_items, args=(sys.stdin.buffer, items), daemon=True).start()
    write_frame(replies, READY)
    while True:
        write_frame(replies, answer(function, items.get()))


if __name__ == "__main__":
    main(sys.argv[1])

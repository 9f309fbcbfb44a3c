"""A worker process: reads items from stdin, answers on stdout, and ends when its parent ends.

Started as `python -m engines.workers.worker package.module:function niceness`; the pipes are
described in `frames`. The native libraries behind the function may crash or hang: that is what this
process is for.
"""

from __future__ import annotations

import importlib
import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from typing import Any, BinaryIO

from engines.errors import EngineError
from engines.workers.frames import READY, Answer, read_frame, write_frame


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


def main(target: str, niceness: str) -> None:
    os.nice(int(niceness))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which closes us
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not land between frames
    function = load(target)
    items: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=read_items, args=(sys.stdin.buffer, items), daemon=True).start()
    write_frame(replies, READY)
    try:
        while True:
            write_frame(replies, answer(function, items.get()))
    except BrokenPipeError:
        os._exit(0)  # the parent has gone


if __name__ == "__main__":
    main(*sys.argv[1:])

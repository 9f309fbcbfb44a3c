"""Functions for worker processes that misbehave on demand."""

from __future__ import annotations

import ctypes
import os
import time
from pathlib import Path

from engines.errors import EngineUnavailable, UnspeakableText


def obey(item: str) -> str:
    word, _, argument = item.partition(" ")
    if word == "die":
        os.abort()
    if word == "hang":
        ctypes.CDLL(None).sleep(600)  # as a library call does, that never returns
    if word == "die-once":
        mark = Path(argument)
        if not mark.exists():
            mark.touch()
            os.abort()
    if word == "refuse":
        raise UnspeakableText(argument)
    if word == "lack":
        raise EngineUnavailable(argument)
    if word == "break":
        raise KeyError(argument)
    if word == "print":
        print("noise between the frames", flush=True)  # noqa: T201
    if word == "sleep":
        time.sleep(float(argument))
    return item.upper()

"""What a worker does that takes any call: a function of a module, with values that can be pickled.

The functions are ours; what they are given may be a stranger's recording, which FFmpeg reads. So
the process may not take all of the machine's memory.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache

MOST_MEMORY = 4 * 2**30  # bytes of address space; the longest recording that is allowed takes less


def perform(call: Callable[[], object]) -> object:
    """The result of a call, in a process that stays within `MOST_MEMORY`."""
    _limit_memory()
    return call()


@cache
def _limit_memory() -> None:
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))

"""How this process gives memory back: audio comes and goes through it, of every size.

glibc gives threads heaps of their own, up to eight a core, and raises the size from which a block
is mapped alone with every such block that is freed. So audio lands between small things that stay,
in many heaps, and what is freed of it stays with the process: an ingress grew, job by job, while
Python held nothing more.
"""

from __future__ import annotations

import asyncio
import ctypes

from engines.heap import give_back, is_glibc

# mallopt(3)'s M_ARENA_MAX and M_MMAP_THRESHOLD.
OPTIONS = ((-8, 2), (-3, 64 * 2**10))
TRIM_PERIOD_S = 20.0


def use_few_heaps() -> None:
    """Two heaps, and every large block mapped alone: it goes back when it is freed."""
    if not is_glibc():
        return
    libc = ctypes.CDLL(None)
    for option, value in OPTIONS:
        libc.mallopt(option, value)


async def trim_forever(period_s: float = TRIM_PERIOD_S) -> None:
    """Give free pages inside the heaps back, now and then."""
    while True:
        await asyncio.sleep(period_s)
        await asyncio.to_thread(give_back)

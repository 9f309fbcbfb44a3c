"""Memory that was freed and stays with the process."""

from __future__ import annotations

import ctypes
import platform


def is_glibc() -> bool:
    return platform.libc_ver()[0] == "glibc"


def give_back() -> None:
    """Give free pages inside glibc's heaps back to the system; a call takes milliseconds."""
    if is_glibc():
        ctypes.CDLL(None).malloc_trim(0)

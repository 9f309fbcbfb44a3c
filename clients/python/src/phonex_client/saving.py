"""Files that are there once they are whole."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex


@contextmanager
def beside(path: str | os.PathLike[str]) -> Iterator[Path]:
    """A path in the same folder to write to, which takes the other's place at the end; where that
    is not reached, nothing is left of it."""
    whole = Path(path)
    part = whole.with_name(f".{whole.name}.{token_hex(4)}.part")
    try:
        yield part
        part.replace(whole)
    finally:
        part.unlink(missing_ok=True)

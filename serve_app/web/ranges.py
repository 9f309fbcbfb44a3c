"""Range and If-Range (RFC 9110, 14), for files whose bytes never change under one ETag."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from serve_app.errors import RangeNotSatisfiable

# Units in any case; a list may have empty members. A list of several ranges is not served.
SINGLE_RANGE = re.compile(r"bytes=[ \t,]*([0-9]*)-([0-9]*)[ \t,]*", re.IGNORECASE)
BEYOND = 10**18  # bytes, more than any file has; Python refuses to parse thousands of digits


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Bytes from `start` up to, not including, `end`."""

    start: int
    end: int


def parse_range(
    asked: Sequence[str], if_range: Sequence[str], etag: str, size: int
) -> ByteRange | None:
    """The one range a client asks for, or None where the whole file is the right answer: no
    header, several ranges, another unit, or an If-Range that names another version.

    Args:
        asked: the values of Range; of several nobody knows which is meant.
        if_range: those of If-Range. A date is never right: files have none here.
    Raises:
        RangeNotSatisfiable: it begins beyond the file's end.
    """
    match = SINGLE_RANGE.fullmatch(asked[0].strip()) if len(asked) == 1 else None
    if match is None or (if_range and [value.strip() for value in if_range] != [etag]):
        return None
    first, last = (_number(digits) for digits in match.groups())
    if first is None and last is None:
        return None
    if first is None:  # the last N bytes
        start, end = max(0, size - (last or 0)), size
    else:
        start, end = first, size if last is None else min(last + 1, size)
        if last is not None and last < first:
            return None
    if start >= size:
        raise RangeNotSatisfiable(f"The file has {size} bytes.", size_bytes=size)
    return ByteRange(start, end)


def _number(digits: str) -> int | None:
    if not digits:
        return None
    significant = digits.lstrip("0")
    return int(significant or "0") if len(significant) <= 18 else BEYOND

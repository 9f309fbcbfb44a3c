"""If-None-Match and Range (RFC 9110), for files whose bytes never change under one ETag."""

from __future__ import annotations

import re
from dataclasses import dataclass

from serve_app.errors import RangeNotSatisfiable

SINGLE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Bytes from `start` up to, not including, `end`."""

    start: int
    end: int


def is_not_modified(if_none_match: str | None, etag: str) -> bool:
    if if_none_match is None:
        return False
    candidates = {candidate.strip().removeprefix("W/") for candidate in if_none_match.split(",")}
    return "*" in candidates or etag in candidates


def parse_range(header: str | None, if_range: str | None, etag: str, size: int) -> ByteRange | None:
    """The one range a client asks for, or None where the whole file is the right answer: no
    header, several ranges, another unit, or an If-Range that names another version.

    Raises:
        RangeNotSatisfiable: it begins beyond the file's end.
    """
    match = SINGLE_RANGE.fullmatch(header.strip()) if header else None
    if match is None or (if_range is not None and if_range.strip() != etag):
        return None
    first, last = match.groups()
    if not first and not last:
        return None
    if not first:  # the last N bytes
        start, end = max(0, size - int(last)), size
        if int(last) == 0:
            start = size
    else:
        start = int(first)
        end = min(int(last) + 1, size) if last else size
        if last and int(last) < start:
            return None
    if start >= size:
        raise RangeNotSatisfiable(f"The file has {size} bytes.", size_bytes=size)
    return ByteRange(start, end)

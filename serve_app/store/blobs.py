"""Blobs: audio and embeddings by key, in a folder or in an S3-compatible bucket.

A blob is there whole or not at all, and is on the disk before `put` returns. Callers `put`
first and commit the record that names the blob after; what a crash leaves between the two is
an orphan for the sweep.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from serve_app.store.errors import InvalidBlobKey

CHUNK_BYTES = 2**20  # of a stream: most audio in one piece, and little enough to hold in memory
MAX_KEY_CHARS = 400
MAX_SEGMENT_CHARS = 200  # file systems take 255 bytes
SEGMENT = re.compile(r"[a-z0-9_-][a-z0-9._-]*")
PREFIX = re.compile(r"([a-z0-9_-][a-z0-9._/-]*)?")


@dataclass(frozen=True, slots=True)
class BlobInfo:
    key: str
    size: int  # bytes
    modified_at: float  # seconds since the epoch


class Blobs(Protocol):
    """A blob store. Safe to use from many threads and processes."""

    def put(self, key: str, data: bytes) -> None:
        """Write a whole blob, replacing what was there."""

    def size(self, key: str) -> int:
        """Bytes, or `BlobNotFound`."""

    def read(self, key: str) -> bytes: ...

    def stream(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Bytes from `start` up to but not including `end`, in chunks.

        A missing blob is told at the call, not at the first chunk.
        """

    def delete(self, key: str) -> bool:
        """Whether there was something to delete."""

    def list(self, prefix: str = "") -> Iterator[BlobInfo]:
        """Finished blobs whose key begins so, in no order."""

    def remove_stale_uploads(self, older_than_s: float) -> int:
        """Remove what uploads that died have left behind; how many there were."""

    def free_bytes(self) -> int | None:
        """Room left, where that can be known."""

    def ping(self) -> None:
        """Raise `StoreUnavailable` when the store cannot be used."""

    def close(self) -> None: ...


def check_key(key: str) -> str:
    """Refuse every key that is not a plain relative path of lower-case names."""
    segments = key.split("/")
    if (
        len(key) > MAX_KEY_CHARS
        or ".." in key
        or any(len(s) > MAX_SEGMENT_CHARS or not SEGMENT.fullmatch(s) for s in segments)
    ):
        raise InvalidBlobKey(f"not a blob key: {key[:80]!r}")
    return key


def check_prefix(prefix: str) -> str:
    if len(prefix) > MAX_KEY_CHARS or ".." in prefix or not PREFIX.fullmatch(prefix):
        raise InvalidBlobKey(f"not the beginning of a blob key: {prefix[:80]!r}")
    return prefix


def check_range(start: int, end: int | None) -> None:
    if start < 0 or (end is not None and end < start):
        raise ValueError(f"not a range of bytes: {start} to {end}")

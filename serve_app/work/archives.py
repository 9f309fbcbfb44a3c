"""What a batch made, as one file: an archive that is written while it is read, or a book."""

from __future__ import annotations

import io
import json
import logging
import re
import tempfile
import time
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, cast

from engines.audio.book import MOST_S, Track, write_book
from serve_app.errors import InvalidRequest
from serve_app.store.batch_values import Batch, BatchItem
from serve_app.store.blobs import CHUNK_BYTES, Blobs
from serve_app.store.errors import BlobNotFound, StorageFull
from serve_app.store.files import NO_ROOM
from serve_app.store.records import Records
from serve_app.work.manifests import Manifests

logger = logging.getLogger(__name__)

PAGE = 100  # items that are read at once
MANIFEST = "batch.json"
MAX_NAME_CHARS = 60
UNSAFE = re.compile(r"[^\w]+")  # of a name that any file system takes: letters, digits, _

Describe = Callable[[BatchItem], dict[str, object]]
"""An item as the archive's manifest has it."""


def items_of(records: Records, batch: Batch) -> Iterator[BatchItem]:
    """All items, a page after the other. Blocks."""
    for start in range(0, batch.items, PAGE):
        yield from records.list_batch_items(batch.id, start, PAGE)


def safe_name(text: str, number: int, width: int) -> str:
    """A file's name without its suffix: a number, and what can be kept of a title. With the number
    first it is unique, no device of Windows, and no hidden file."""
    plain = UNSAFE.sub("-", unicodedata.normalize("NFC", text)).strip("-_")
    return f"{number:0{width}}-{plain[:MAX_NAME_CHARS]}".rstrip("-")


def stream_archive(
    records: Records, blobs: Blobs, batch: Batch, describe: Describe
) -> Iterator[bytes]:
    """A ZIP of what is finished, and `batch.json` with how every item stands. Blocks.

    No more of it is in memory than a chunk. Audio that is deleted meanwhile is left out, and
    `batch.json` says so.
    """
    pipe = _Pipe()
    at = time.gmtime(max(batch.created_at, 315_532_800))[:6]  # ZIP knows no time before 1980
    width = max(3, len(str(batch.items)))
    told = []
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:
        for item in items_of(records, batch):
            about = describe(item)
            if item.audio is not None:
                extension = item.audio.blob_key.rsplit(".", 1)[-1]
                label = item.title or item.client_id
                name = f"{safe_name(label, item.position + 1, width)}.{extension}"
                try:
                    chunks = blobs.stream(item.audio.blob_key)
                except BlobNotFound:
                    about = about | {"status": "deleted"}
                else:
                    about = about | {"file": name}
                    entry = _entry(name, at, item.audio.size_bytes)
                    with archive.open(entry, "w") as file:
                        for chunk in chunks:
                            file.write(chunk)
                            yield pipe.take()
            told.append(about)
        manifest = json.dumps(
            {"batch_id": batch.id, "title": batch.title, "items": told},
            ensure_ascii=False,
            indent=2,
        ).encode(errors="replace")
        archive.writestr(_entry(MANIFEST, at, len(manifest)), manifest)
    yield pipe.take()


def make_book(
    records: Records, blobs: Blobs, batch: Batch, manifests: Manifests | None = None
) -> IO[bytes]:
    """An M4B of what is finished, in a file that goes when it is closed. Blocks, and computes.

    Args:
        manifests: what signs it, where books are signed.

    Raises:
        InvalidRequest: it would be too long for one.
        StorageFull: there is no room for it in the folder of temporary files.
        UnreadableAudio: a file is damaged.
    """
    made = [item for item in items_of(records, batch) if item.audio is not None]
    titled = any(item.title for item in made)
    seconds = sum(item.audio.seconds for item in made if item.audio)
    if seconds > MOST_S:
        raise InvalidRequest(
            f"A book may have {MOST_S / 3600:.0f} hours, and this one has {seconds / 3600:.0f}. "
            "Ask for the archive."
        )
    tracks = [_track(item, blobs, titled=titled) for item in made]
    try:
        with tempfile.TemporaryDirectory(prefix="phonex-book-") as folder:
            path = Path(folder, "book.m4b")
            write_book(path, batch.title, tracks)
            book = path.open("rb")  # it lives on until it is closed
            return _signed(book, Path(folder, "signed.m4b"), manifests) if manifests else book
    except OSError as error:
        if error.errno in NO_ROOM:
            raise StorageFull("no room for a book among the temporary files") from error
        raise


def _signed(book: IO[bytes], path: Path, manifests: Manifests) -> IO[bytes]:
    """The same audio, signed where books are; what cannot be signed is given all the same."""
    signed = path.open("w+b")
    try:
        if manifests.sign_book(book, signed):
            book.close()
            signed.seek(0)
            return signed
    except ValueError as error:
        logger.error("a book is not signed: %s", error)
    signed.close()
    book.seek(0)
    return book


def chunks_of(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def _track(item: BatchItem, blobs: Blobs, *, titled: bool) -> Track:
    audio = item.audio
    if audio is None:
        raise ValueError(f"item {item.position} has no audio")
    # Where some have a title, one without goes on with the chapter before.
    named = item.title or ("" if titled else item.client_id or str(item.position + 1))
    key = audio.blob_key
    return Track(lambda: _open_blob(blobs, key), audio.format, audio.sample_rate, named or None)


def _open_blob(blobs: Blobs, key: str) -> IO[bytes]:
    return cast(IO[bytes], _BlobFile(blobs, key))


def _entry(name: str, at: tuple[int, ...], size: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, (at[0], at[1], at[2], at[3], at[4], at[5]))
    entry.file_size = size  # by which it is known whether ZIP64 is needed
    entry.external_attr = 0o644 << 16
    return entry


class _Pipe(io.RawIOBase):
    """Keeps what is written until it is taken. It cannot be sought in, so nothing is changed that
    was taken already."""

    def __init__(self) -> None:
        super().__init__()
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        size = len(memoryview(data))
        self._held += data
        return size

    def take(self) -> bytes:
        taken = bytes(self._held)
        self._held.clear()
        return taken


class _BlobFile(io.RawIOBase):
    """A blob, read front to back as a file."""

    def __init__(self, blobs: Blobs, key: str) -> None:
        super().__init__()
        self._chunks = iter(blobs.stream(key))
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if not self._rest:
            self._rest = memoryview(next(self._chunks, b""))
        taken = self._rest[: len(buffer)]
        buffer[: len(taken)] = taken
        self._rest = self._rest[len(taken) :]
        return len(taken)

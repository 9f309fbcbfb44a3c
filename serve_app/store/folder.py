"""Blobs as files under one folder."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from serve_app.store.blobs import CHUNK_BYTES, BlobInfo, check_key, check_prefix, check_range
from serve_app.store.errors import (
    BlobNotFound,
    InvalidBlobKey,
    StorageFull,
    StoreError,
    StoreUnavailable,
)
from serve_app.store.files import NO_ROOM, fsync_folder, make_private_folder

# No key segment begins with either mark, so a shard or an upload is never taken for a blob.
SHARD_MARK = "+"  # audio/3fa9….wav lies in audio/+3f: no folder grows beyond what tools can list
UPLOAD_MARK = ".upload-"


class FolderBlobs:
    def __init__(self, root: Path) -> None:
        with _named_errors(str(root), missing=StoreUnavailable):
            make_private_folder(root)
            self._root = root.resolve()
        self._durable_folders: set[Path] = {self._root}

    def put(self, key: str, data: bytes) -> None:
        path = self._path(key)
        upload = path.parent / f"{UPLOAD_MARK}{secrets.token_hex(8)}"
        with _named_errors(key, missing=StoreUnavailable):
            self._make_durable_folder(path.parent)
            self._refuse_links(path, key)
            try:
                _write_synced(upload, data)
                upload.rename(path)
            except BaseException:
                with suppress(OSError):  # the sweep takes what even this leaves
                    upload.unlink()
                raise
            fsync_folder(path.parent)

    def size(self, key: str) -> int:
        with self._open(key) as file:
            return os.fstat(file.fileno()).st_size

    def read(self, key: str) -> bytes:
        with self._open(key) as file, _named_errors(key):
            return file.read()

    def stream(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        check_range(start, end)
        return _chunks(self._open(key), key, start, end)

    def delete(self, key: str) -> bool:
        path = self._path(key)
        with _named_errors(key):
            self._refuse_links(path, key)
            try:
                path.unlink()
            except (FileNotFoundError, NotADirectoryError):
                return False
        # Without an fsync: what a power cut brings back is an orphan, and goes again.
        return True

    def list(self, prefix: str = "") -> Iterator[BlobInfo]:
        folder = self._root / check_prefix(prefix).rpartition("/")[0]
        for path, status in self._files(folder):
            if path.name.startswith(UPLOAD_MARK):
                continue
            key = (path.parent.parent / path.name).relative_to(self._root).as_posix()
            if key.startswith(prefix):
                yield BlobInfo(key, status.st_size, status.st_mtime)

    def remove_stale_uploads(self, older_than_s: float) -> int:
        removed = 0
        for path, status in self._files(self._root):
            if path.name.startswith(UPLOAD_MARK) and status.st_mtime < time.time() - older_than_s:
                with _named_errors(path.name):
                    path.unlink(missing_ok=True)
                removed += 1
        return removed

    def free_bytes(self) -> int | None:
        with _named_errors(str(self._root), missing=StoreUnavailable):
            return shutil.disk_usage(self._root).free

    def ping(self) -> None:
        if not os.access(self._root, os.R_OK | os.W_OK | os.X_OK):
            raise StoreUnavailable(f"{self._root} is missing or may not be written")

    def close(self) -> None:
        """Nothing is held open."""

    def _path(self, key: str) -> Path:
        folder, _, name = check_key(key).rpartition("/")
        return self._root / folder / f"{SHARD_MARK}{name[:2]}" / name

    def _refuse_links(self, path: Path, key: str) -> None:
        """Keys cannot climb out; a symbolic link that someone has put inside could."""
        if path.parent.resolve() != path.parent:
            raise InvalidBlobKey(f"a link leads out of the blob folder: {key!r}")

    def _open(self, key: str) -> BinaryIO:
        path = self._path(key)
        with _named_errors(key):
            self._refuse_links(path, key)
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                os.close(descriptor)
                raise BlobNotFound(f"no blob {key!r}")
            return os.fdopen(descriptor, "rb")

    def _make_durable_folder(self, folder: Path) -> None:
        """Create a folder, and have its name on the disk even if another thread created it."""
        if folder in self._durable_folders and folder.is_dir():
            return
        if folder == self._root:  # an unmounted volume, which must not be papered over
            raise FileNotFoundError(errno.ENOENT, "the blob folder is gone", str(folder))
        self._make_durable_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        fsync_folder(folder.parent)
        self._durable_folders.add(folder)

    def _files(self, folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
        """Regular files in the shards at and below a folder; links are not followed."""
        if folder.resolve() != folder:
            return
        for parent, _, names in os.walk(folder):
            if not Path(parent).name.startswith(SHARD_MARK):
                continue
            for name in names:
                path = Path(parent, name)
                with suppress(FileNotFoundError):  # deleted since it was listed
                    status = path.lstat()
                    if stat.S_ISREG(status.st_mode):
                        yield path, status


def _write_synced(path: Path, data: bytes) -> None:
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(path, flags, 0o600)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _chunks(file: BinaryIO, key: str, start: int, end: int | None) -> Iterator[bytes]:
    with file:
        file.seek(start)
        left = float("inf") if end is None else end - start
        while left > 0:
            with _named_errors(key):
                chunk = file.read(int(min(CHUNK_BYTES, left)))
            if not chunk:
                return
            left -= len(chunk)
            yield chunk


@contextmanager
def _named_errors(what: str, missing: type[StoreError] = BlobNotFound) -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, NotADirectoryError) as error:
        reason = f"no blob {what!r}" if missing is BlobNotFound else f"{what}: {error.strerror}"
        raise missing(reason) from error
    except OSError as error:
        if error.errno in NO_ROOM:
            raise StorageFull(f"no room left to write {what}") from error
        if error.errno == errno.ELOOP:
            raise InvalidBlobKey(f"a link, not a blob: {what!r}") from error
        raise StoreUnavailable(f"{what}: {error.strerror}") from error

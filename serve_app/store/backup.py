"""A whole service in one file, written while it serves, and put back into an empty data folder.

The database is copied first, in one read transaction; then the files that the copy names. A file
that was deleted in between is left out, and counted. What is read back is checked byte for byte
before any of it is in place. PostgreSQL and S3 have tools of their own (docs/operate.md).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import apsw

from serve_app.store.blobs import check_key
from serve_app.store.errors import BlobNotFound, InvalidBlobKey, StoreError
from serve_app.store.files import create_private_file, fsync_folder, make_private_folder
from serve_app.store.folder import FolderBlobs
from serve_app.store.foreign import fault_of
from serve_app.store.inherited import LeftOut, leave_out
from serve_app.store.opening import FOLDER_NAME, SQLITE_FILE

KIND = "phonex-backup-1"
MANIFEST = "manifest.json"  # the last member: it has the sums of all others
MOST_MANIFEST_BYTES = 2**29
CHUNK_BYTES = 2**20
BESIDE = ("-wal", "-shm", "-journal")  # how the names end of what SQLite writes beside a database
# What reading a tar raises: the library's own errors, and those of headers that it takes on trust.
UNREADABLE = (
    *(tarfile.TarError, EOFError, ValueError),
    *(OverflowError, MemoryError, RecursionError),
)
NOTHING = LeftOut()
MOST_S = 253_402_300_800.0  # since the epoch: the year 10000


class BackupUnusable(StoreError):
    """A backup that cannot be made, or cannot be put back, and why."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in a backup."""

    made_at: float  # seconds since the epoch
    voices: int
    jobs: int
    files: int
    size_bytes: int
    missing: int  # files that were deleted while it was made


def write_backup(data_dir: Path, target: Path, *, audio: bool = True) -> Contents:
    """Write what a data folder holds into one file, which only its owner may read: it holds voices.

    Args:
        target: the file, which is there whole or not at all.
        audio: with the audio of jobs; without it, jobs that have ended are left out.
    Raises:
        BackupUnusable: there is nothing to back up, or already such a file.
        OSError: it cannot be written.
    """
    database = data_dir / SQLITE_FILE
    if not database.is_file():
        raise BackupUnusable(f"there is no {database}: no service has run with this data folder")
    if target.exists():
        raise BackupUnusable(f"{target} is there already")
    with tempfile.TemporaryDirectory(
        prefix=".phonex-backup-", dir=target.absolute().parent
    ) as name:
        partial, copy = Path(name, "backup"), Path(name, SQLITE_FILE)
        _copy_database(database, copy, audio=audio)
        contents = _write(partial, copy, FolderBlobs(data_dir / FOLDER_NAME))
        os.link(partial, target)  # never over a file that came meanwhile
    fsync_folder(target.absolute().parent)
    return contents


def restore_backup(source: Path, data_dir: Path, left_out: LeftOut = NOTHING) -> Contents:
    """Put a backup into a data folder without records. The caller holds the folder.

    Args:
        left_out: what of it acts, and is not put back.
    Raises:
        BackupUnusable: it is none, is damaged, is of a newer release, or the folder has records.
        OSError: it cannot be read, or the folder not be written.
    """
    # What a database leaves beside itself counts: SQLite would write it into another one.
    for name in (SQLITE_FILE, *(f"{SQLITE_FILE}{end}" for end in BESIDE)):
        if os.path.lexists(data_dir / name):
            raise BackupUnusable(
                f"{data_dir} has records already, {name}: name a folder without any, or move away "
                f"all that begin with {SQLITE_FILE}"
            )
    make_private_folder(data_dir)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=data_dir) as name:
        staged = Path(name)
        try:
            contents = _read(source, staged)
        except UNREADABLE as error:
            raise BackupUnusable(f"{source} is no backup, or was cut short: {error}") from None
        if fault := fault_of(staged / SQLITE_FILE, staged / "new.db"):
            raise BackupUnusable(f"the backup's records are none of ours: {fault}")
        try:
            leave_out(staged / SQLITE_FILE, left_out)
        except apsw.Error as error:
            raise BackupUnusable(f"the backup's records cannot be changed: {error}") from error
        _put_in_place(staged, data_dir)
    return contents


# Writing


def _copy_database(database: Path, copy: Path, *, audio: bool) -> None:
    try:
        with closing(apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READWRITE)) as source:
            source.set_busy_timeout(30_000)
            source.execute("VACUUM INTO ?", (str(copy),))
        copy.chmod(0o600)
        if audio:
            return
        with closing(apsw.Connection(str(copy))) as copied:
            copied.execute("PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON")
            copied.execute("DELETE FROM jobs WHERE finished_at IS NOT NULL; VACUUM")
    except apsw.Error as error:
        raise BackupUnusable(f"the records could not be copied: {error}") from error


def _write(partial: Path, copy: Path, blobs: FolderBlobs) -> Contents:
    with closing(apsw.Connection(str(copy), flags=apsw.SQLITE_OPEN_READONLY)) as copied:
        keys = [str(key) for (key,) in copied.execute(KEYS)]
        ((voices,),) = copied.execute("SELECT count(*) FROM voices")
        ((jobs,),) = copied.execute("SELECT count(*) FROM jobs")
    sums: dict[str, str] = {}
    size, missing = 0, 0
    descriptor = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w") as archive:
        with copy.open("rb") as records:
            sums[SQLITE_FILE] = hashlib.file_digest(records, "sha256").hexdigest()
            size = records.tell()
            records.seek(0)
            archive.addfile(_member(SQLITE_FILE, size), records)
        for key in keys:
            try:
                data = blobs.read(key)
            except BlobNotFound:
                missing += 1
                continue
            sums[f"{FOLDER_NAME}/{key}"] = hashlib.sha256(data).hexdigest()
            archive.addfile(_member(f"{FOLDER_NAME}/{key}", len(data)), BytesIO(data))
            size += len(data)
        contents = Contents(time.time(), int(voices), int(jobs), len(sums) - 1, size, missing)
        manifest = json.dumps(
            {"kind": KIND, "sha256": sums}
            | {name: getattr(contents, name) for name in Contents.__slots__}
        ).encode()
        archive.addfile(_member(MANIFEST, len(manifest)), BytesIO(manifest))
        file.flush()
        os.fsync(file.fileno())
    return contents


KEYS = """
SELECT blob_key FROM voices
UNION SELECT blob_key FROM jobs WHERE blob_key IS NOT NULL AND deleted_at IS NULL
"""


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = size, 0o600, int(time.time())
    return member


# Putting back


def _read(source: Path, staged: Path) -> Contents:
    sums: dict[str, str] = {}
    manifest: dict[str, Any] | None = None
    with tarfile.open(source, mode="r:") as archive:
        for member in archive:
            # A sparse file has holes: a few bytes here would be as many as it says there.
            plain = member.isreg() and not member.issparse()
            file = archive.extractfile(member) if plain else None
            if file is None or manifest is not None or member.name in sums:
                raise BackupUnusable(f"{source} holds {member.name[:80]!r}, which no backup has")
            if member.name == MANIFEST:
                manifest = _read_manifest(source, file, member.size)
            else:
                sums[member.name] = _extract(source, file, staged, member.name)
    if manifest is None:
        raise BackupUnusable(f"{source} is no backup, or was cut short: it has no {MANIFEST}")
    if manifest["sha256"] != sums or SQLITE_FILE not in sums:
        wanted = manifest["sha256"]
        changed = [one for one in sorted({*wanted, *sums}) if wanted.get(one) != sums.get(one)]
        raise BackupUnusable(f"{source} is damaged: {(changed or [SQLITE_FILE])[0]!r}")
    return _contents(source, manifest)


def _contents(source: Path, manifest: dict[str, Any]) -> Contents:
    """What a manifest says beside the sums; it is shown, so it is numbers and nothing else."""
    made_at, *counts = (manifest.get(name) for name in Contents.__slots__)
    if isinstance(made_at, int | float) and 0 <= made_at < MOST_S:
        numbers = [one for one in counts if isinstance(one, int)]
        if len(numbers) == len(counts):
            return Contents(made_at, *numbers)
    raise BackupUnusable(f"{source} has a {MANIFEST} that says too little")


def _read_manifest(source: Path, file: IO[bytes], size: int) -> dict[str, Any]:
    try:
        if size > MOST_MANIFEST_BYTES:
            raise ValueError
        manifest = json.loads(file.read())
        if manifest["kind"] != KIND or not isinstance(manifest["sha256"], dict):
            raise ValueError
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BackupUnusable(f"{source} is no backup that this release knows") from None
    return dict(manifest)


def _extract(source: Path, file: IO[bytes], staged: Path, name: str) -> str:
    """Keep a member where its name says, which is no other than one of ours; its sum."""
    if name == SQLITE_FILE:
        digest = hashlib.sha256()
        create_private_file(staged / name)
        with (staged / name).open("wb") as written:
            while chunk := file.read(CHUNK_BYTES):
                digest.update(chunk)
                written.write(chunk)
            written.flush()
            os.fsync(written.fileno())
        return digest.hexdigest()
    folder, _, key = name.partition("/")
    try:
        if folder != FOLDER_NAME:
            raise InvalidBlobKey(name)
        check_key(key)
    except InvalidBlobKey:
        raise BackupUnusable(f"{source} holds {name[:80]!r}, which no backup has") from None
    data = file.read()
    FolderBlobs(staged / FOLDER_NAME).put(key, data)
    return hashlib.sha256(data).hexdigest()


def _put_in_place(staged: Path, data_dir: Path) -> None:
    """The files first, then the records that name them."""
    folder = staged / FOLDER_NAME
    for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
        target = data_dir / FOLDER_NAME / path.relative_to(folder)
        if path.is_dir():
            make_private_folder(target)
        else:
            make_private_folder(target.parent)
            path.replace(target)
    for end in BESIDE:
        Path(f"{staged / SQLITE_FILE}{end}").unlink(missing_ok=True)
    shutil.move(staged / SQLITE_FILE, data_dir / SQLITE_FILE)
    fsync_folder(data_dir)

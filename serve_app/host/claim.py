"""One service to a data folder, however it was started.

The ingress replicas of one service share the database and the blobs there. Two services would do so
as well, and run each other's jobs by their own settings. So there are two locks. `service.lock` is
the supervisor's for as long as it lives. `replicas.lock` is held by the replicas of one application
together, those of `serve run` and `serve deploy`, too, which no supervisor knows of. The kernel
lets go of a lock with the process that holds it, so none is left behind by one that was killed.
"""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from config.service_config import ConfigError
from serve_app.store.files import make_private_folder

# In the data folder; they say who has the lock.
NAME = "service.lock"
REPLICAS = "replicas.lock"
UNLOCKABLE = (errno.ENOLCK, errno.EOPNOTSUPP)  # of file systems that know no locks
PATIENCE_S = 10.0  # for replicas that still end: of a killed node, of an application that went
LOOK_PERIOD_S = 0.1


class DataFolderTaken(Exception):
    """Another service uses the data folder: this replica does not start."""


@contextmanager
def claim(data_dir: Path, url: str) -> Iterator[None]:
    """Hold the data folder as its supervisor; it is made where there is none.

    Args:
        url: where the service answers, for whoever else asks for the folder.
    Raises:
        ConfigError: it cannot be made or written, or another service holds it.
    """
    with _open(data_dir, NAME) as file:
        if not _locked(file, fcntl.LOCK_EX):
            raise ConfigError(f"{_taken(data_dir, file)} Stop it, or pass another --data-dir.")
        _write(file, f"process {os.getpid()}, at {url}")
        yield


@contextmanager
def alone(data_dir: Path, patience_s: float | None = None) -> Iterator[None]:
    """Hold the data folder while no replica uses it, and none may begin to.

    Raises:
        ConfigError: it cannot be made or written, or replicas use it, who were waited for.
    """
    with _open(data_dir, REPLICAS) as file:
        deadline = time.monotonic() + (PATIENCE_S if patience_s is None else patience_s)
        while not _locked(file, fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                raise ConfigError(f"{_taken(data_dir, file)} Stop it, or pass another --data-dir.")
            time.sleep(LOOK_PERIOD_S)
        _write(file, f"process {os.getpid()}")
        yield


def share(data_dir: Path, application: str, patience_s: float | None = None) -> BinaryIO:
    """Hold the data folder with the other replicas of one application, until the file that is
    returned is closed. Whoever waits for it blocks.

    Args:
        application: its name, and the cluster's: the same for all of its replicas, and no other's.
    Raises:
        DataFolderTaken: another application holds it, which was waited for.
        ConfigError: it cannot be made or written.
    """
    file = _open(data_dir, REPLICAS)
    deadline = time.monotonic() + (PATIENCE_S if patience_s is None else patience_s)
    while not _joined(file, application):
        if time.monotonic() > deadline:
            with file:
                raise DataFolderTaken(
                    f"{_taken(data_dir, file)} Stop it, or set args.data_dir to another folder."
                )
        time.sleep(LOOK_PERIOD_S)
    return file


def _joined(file: BinaryIO, application: str) -> bool:
    """Whether the lock is had beside others of this application, or as its first."""
    # A replica that comes back to a full disk finds its own words there, and has none to write.
    if _locked(file, fcntl.LOCK_EX) and _holder(file) != application:
        _write(file, application)
    # The first gives up its own for the shared one, and another may be quicker in between.
    if _locked(file, fcntl.LOCK_SH) and _holder(file) == application:
        return True
    _locked(file, fcntl.LOCK_UN)
    return False


def _locked(file: BinaryIO, how: int) -> bool:
    """Whether nobody is in the way of this lock; with none to be had, nobody is."""
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno not in UNLOCKABLE:
            raise
    return True


def _holder(file: BinaryIO) -> str:
    return os.pread(file.fileno(), 1000, 0).decode(errors="replace").strip()


def _write(file: BinaryIO, holder: str) -> None:
    os.ftruncate(file.fileno(), 0)
    os.pwrite(file.fileno(), f"{holder}\n".encode(), 0)


def _taken(data_dir: Path, file: BinaryIO) -> str:
    holder = _holder(file) or "it is starting"
    return f"another service uses the data folder {data_dir}: {holder}."


def _open(data_dir: Path, name: str) -> BinaryIO:
    try:
        make_private_folder(data_dir)
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        return os.fdopen(os.open(data_dir / name, flags, 0o600), "r+b", buffering=0)
    except OSError as error:
        in_place = isinstance(error, FileExistsError | NotADirectoryError)
        reason = "it is no folder" if in_place else (error.strerror or str(error)).lower()
        raise ConfigError(
            f"the data folder {data_dir} cannot be used: {error.filename}: {reason}. Pass another "
            "--data-dir, or give this user write access to it."
        ) from error

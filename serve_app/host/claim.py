"""One service to a data folder: its supervisor holds a lock on it for as long as it lives.

The ingress replicas of one service share the database and the blobs there. Two services would do so
as well, and run each other's jobs by their own settings. The kernel lets go of the lock with the
process that holds it, so none is left behind by one that was killed.
"""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.service_config import ConfigError
from serve_app.store.files import make_private_folder

NAME = "service.lock"  # in the data folder; it says who has the lock
UNLOCKABLE = (errno.ENOLCK, errno.EOPNOTSUPP)  # of file systems that know no locks


@contextmanager
def claim(data_dir: Path, url: str) -> Iterator[None]:
    """Hold the data folder, which is made where there is none.

    Args:
        url: where the service answers, for whoever else asks for the folder.
    Raises:
        ConfigError: it cannot be made or written, or another service holds it.
    """
    descriptor = _open(data_dir)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 1000, 0).decode(errors="replace").strip()
            raise ConfigError(
                f"another service uses the data folder {data_dir}: {holder or 'it is starting'}. "
                "Stop it, or pass another --data-dir."
            ) from None
        except OSError as error:
            if error.errno not in UNLOCKABLE:
                raise
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"process {os.getpid()}, at {url}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _open(data_dir: Path) -> int:
    try:
        make_private_folder(data_dir)
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        return os.open(data_dir / NAME, flags, 0o600)
    except OSError as error:
        in_place = isinstance(error, FileExistsError | NotADirectoryError)
        reason = "it is no folder" if in_place else (error.strerror or str(error)).lower()
        raise ConfigError(
            f"the data folder {data_dir} cannot be used: {error.filename}: {reason}. Pass another "
            "--data-dir, or give this user write access to it."
        ) from error

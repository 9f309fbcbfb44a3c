"""Files in one folder, by names that come from a program: never outside of it, and nothing is
overwritten that nobody said may be."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath, PureWindowsPath

from serve_app.cli.client import ClientError

FORMATS = ("wav", "mp3", "flac", "opus", "ogg", "aac", "pcm", "ulaw", "alaw")
MAX_NAME_CHARS = 200
MAX_RECORDING_BYTES = 26 * 2**20  # what a service takes unless set otherwise


class SpokenFiles:
    """The one folder that may be read and written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.expanduser().absolute()

    @contextmanager
    def new(self, name: str, *, overwrite: bool) -> Iterator[tuple[Path, Path]]:
        """A place for a file, and the file next to it that takes its place in the end.

        The name is taken at once, by an empty file: nobody else gets it meanwhile.

        Raises:
            ClientError: the name is none for this folder, or taken.
        """
        target = self._place(name)
        if target.suffix[1:].lower() not in FORMATS:
            known = ", ".join(FORMATS)
            raise ClientError(f"{name!r} tells no format by its suffix: {known}.")
        self._check_inside(target, name)  # before a folder is made, which a link may lead out of
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ClientError(f"{name!r} in {self.folder}: {error.strerror}.") from error
        self._check_inside(target, name)
        reserved = _reserve(target, name, overwrite=overwrite)
        # Of a length that does not depend on the name, and like no other's.
        part = target.with_name(f".{secrets.token_hex(8)}.part")
        try:
            yield target, part
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
            with suppress(FileNotFoundError):
                if _identity(target) == reserved:  # not what another call has written there
                    target.unlink()

    def read_recording(self, name: str) -> bytes:
        """Raises ClientError where there is no such file, or one that no service would take."""
        source = self._place(name)
        self._check_inside(source, name)
        try:
            # Not through a link, and without waiting for whoever holds the other end of a pipe.
            careful = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
            descriptor = os.open(source, os.O_RDONLY | careful)
        except OSError as error:
            raise ClientError(f"{name!r} in {self.folder}: {error.strerror}.") from error
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_size > MAX_RECORDING_BYTES:
            os.close(descriptor)
            raise ClientError(f"{name!r} is no file, or larger than a recording may be.")
        with os.fdopen(descriptor, "rb") as file:
            return file.read(MAX_RECORDING_BYTES)  # though it may grow meanwhile

    def _place(self, name: str) -> Path:
        """Where a name would be, by its words alone."""
        written = PurePosixPath(name)
        is_odd = not name.isprintable() or "\\" in name or PureWindowsPath(name).drive
        if not name or len(name) > MAX_NAME_CHARS or is_odd or written.is_absolute():
            raise ClientError(f"{name[:64]!r} is no name of a file within {self.folder}.")
        if any(part == ".." or part.startswith(".") for part in written.parts):
            raise ClientError(f"{name[:64]!r} leads out of {self.folder}, or to a hidden file.")
        if not written.parts:
            raise ClientError(f"{name[:64]!r} is no name of a file within {self.folder}.")
        return self.folder.joinpath(*written.parts)

    def _check_inside(self, path: Path, name: str) -> None:
        """Whether links lead elsewhere."""
        if not path.parent.resolve().is_relative_to(self.folder.resolve()):
            raise ClientError(f"{name[:64]!r} leads out of {self.folder}.")


def _reserve(target: Path, name: str, *, overwrite: bool) -> tuple[int, int] | None:
    """Take the name by an empty file, which is told; None where there is a file to replace.

    Raises:
        ClientError: it may not be taken.
    """
    try:
        target.open("xb").close()
        return _identity(target)
    except FileExistsError:
        pass
    except OSError as error:
        raise ClientError(f"{name!r} cannot be written: {error.strerror}.") from error
    if not overwrite:
        raise ClientError(f"{name!r} is there already; say overwrite to replace it.")
    with suppress(FileNotFoundError):
        if not stat.S_ISREG(target.lstat().st_mode):
            raise ClientError(f"{name!r} is no file that could be replaced.")
    return None


def _identity(path: Path) -> tuple[int, int]:
    status = path.lstat()
    return status.st_dev, status.st_ino

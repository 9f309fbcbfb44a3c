"""Files in one folder, by names that come from a program: never outside of it, and nothing is
overwritten that nobody said may be.

Each folder of a name is opened from within the one before, and no link is followed: whoever swaps a
folder for a link meanwhile leads nobody elsewhere. Only the one folder itself may be a link.
"""

from __future__ import annotations

import errno
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

AS_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
AS_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
# Not through a link, and without waiting for whoever holds the other end of a pipe.
AS_RECORDING = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
LINKED = (errno.ELOOP, errno.EMLINK)  # how systems say that it is a link, which is not followed


class Part:
    """A file that is written before it takes the place of another."""

    def __init__(self, descriptor: int, name: str) -> None:
        self._descriptor = descriptor
        self._name = name

    def write_bytes(self, data: bytes) -> None:
        """Raises ClientError where there is no room."""
        try:
            with open(self._descriptor, "wb", closefd=False) as file:
                file.write(data)
        except OSError as error:
            raise ClientError(f"{self._name!r} cannot be written: {error.strerror}.") from error


class SpokenFiles:
    """The one folder that may be read and written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.expanduser().absolute()

    @contextmanager
    def new(self, name: str, *, overwrite: bool) -> Iterator[tuple[Path, Part]]:
        """A place for a file, and the file next to it that takes its place in the end.

        The name is taken at once, by an empty file: nobody else gets it meanwhile.

        Raises:
            ClientError: the name is none for this folder, or taken.
        """
        *folders, last = self._parts(name)
        target = self.folder.joinpath(*folders, last)
        if target.suffix[1:].lower() not in FORMATS:
            known = ", ".join(FORMATS)
            raise ClientError(f"{name!r} tells no format by its suffix: {known}.")
        with self._opened(folders, name, make=True) as within:
            reserved = _reserve(last, within, name, overwrite=overwrite)
            # Of a length that does not depend on the name, and like no other's.
            part = f".{secrets.token_hex(8)}.part"
            try:
                with _made(part, within, name) as descriptor:
                    yield target, Part(descriptor, name)
                    try:
                        os.replace(part, last, src_dir_fd=within, dst_dir_fd=within)
                    except OSError as error:
                        raise ClientError(
                            f"{name!r} cannot be written: {error.strerror}."
                        ) from error
            finally:
                with suppress(FileNotFoundError):
                    os.unlink(part, dir_fd=within)
                with suppress(FileNotFoundError):
                    # Not what another call has written there.
                    if _identity(last, within) == reserved:
                        os.unlink(last, dir_fd=within)

    def read_recording(self, name: str) -> bytes:
        """Raises ClientError where there is no such file, or one that no service would take."""
        *folders, last = self._parts(name)
        with self._opened(folders, name, make=False) as within:
            try:
                descriptor = os.open(last, AS_RECORDING, dir_fd=within)
            except OSError as error:
                raise self._refused(name, error) from error
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_size > MAX_RECORDING_BYTES:
            os.close(descriptor)
            raise ClientError(f"{name!r} is no file, or larger than a recording may be.")
        with os.fdopen(descriptor, "rb") as file:
            return file.read(MAX_RECORDING_BYTES)  # though it may grow meanwhile

    def _parts(self, name: str) -> tuple[str, ...]:
        """Where a name would be, by its words alone: folders, and the file's own name."""
        written = PurePosixPath(name)
        is_odd = not name.isprintable() or "\\" in name or PureWindowsPath(name).drive
        if not name or len(name) > MAX_NAME_CHARS or is_odd or written.is_absolute():
            raise ClientError(f"{name[:64]!r} is no name of a file within {self.folder}.")
        if any(part == ".." or part.startswith(".") for part in written.parts):
            raise ClientError(f"{name[:64]!r} leads out of {self.folder}, or to a hidden file.")
        if not written.parts:
            raise ClientError(f"{name[:64]!r} is no name of a file within {self.folder}.")
        return written.parts

    @contextmanager
    def _opened(self, folders: list[str], name: str, *, make: bool) -> Iterator[int]:
        """A descriptor of the folder that a name lies in, each one opened from within the last."""
        try:
            if make:
                self.folder.mkdir(parents=True, exist_ok=True)
            within = os.open(self.folder, AS_FOLDER)
        except OSError as error:
            raise self._refused(name, error) from error
        try:
            for one in folders:
                try:
                    if make:
                        with suppress(FileExistsError):
                            os.mkdir(one, dir_fd=within)
                    below = os.open(one, AS_FOLDER | os.O_NOFOLLOW, dir_fd=within)
                except OSError as error:
                    raise self._refused(name, error, one, within) from error
                os.close(within)
                within = below
            yield within
        finally:
            os.close(within)

    def _refused(
        self, name: str, error: OSError, part: str = "", within: int | None = None
    ) -> ClientError:
        linked = error.errno in LINKED
        if part and error.errno == errno.ENOTDIR:  # as Linux calls a link that is to be a folder
            with suppress(OSError):
                linked = stat.S_ISLNK(os.lstat(part, dir_fd=within).st_mode)
        if linked:
            return ClientError(f"{name[:64]!r} goes through a link in {self.folder}.")
        return ClientError(f"{name!r} in {self.folder}: {error.strerror}.")


@contextmanager
def _made(part: str, within: int, name: str) -> Iterator[int]:
    try:
        descriptor = os.open(part, AS_NEW, 0o666, dir_fd=within)
    except OSError as error:
        raise ClientError(f"{name!r} cannot be written: {error.strerror}.") from error
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _reserve(last: str, within: int, name: str, *, overwrite: bool) -> tuple[int, int] | None:
    """Take the name by an empty file, which is told; None where there is a file to replace.

    Raises:
        ClientError: it may not be taken.
    """
    try:
        os.close(os.open(last, AS_NEW, 0o666, dir_fd=within))
        return _identity(last, within)
    except FileExistsError:
        pass
    except OSError as error:
        raise ClientError(f"{name!r} cannot be written: {error.strerror}.") from error
    if not overwrite:
        raise ClientError(f"{name!r} is there already; say overwrite to replace it.")
    with suppress(FileNotFoundError):
        if not stat.S_ISREG(os.lstat(last, dir_fd=within).st_mode):
            raise ClientError(f"{name!r} is no file that could be replaced.")
    return None


def _identity(last: str, within: int) -> tuple[int, int]:
    status = os.lstat(last, dir_fd=within)
    return status.st_dev, status.st_ino

"""Texts as commands are given them: as an argument, in a file, or on standard input."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import Any

import typer

STANDARD = "-"  # input or output, by the custom of commands


def written(text: str | None, file: Path | None, ssml: Path | None) -> dict[str, Any]:
    """What is to be said, and what it is written in, as fields of a request."""
    if ssml is None:
        return {"text": read_text(text, file)}
    if file is not None:
        raise typer.BadParameter("give --file or --ssml, not both")
    return {"text": read_text(text, ssml), "input_type": "ssml"}


def read_text(text: str | None, file: Path | None) -> str:
    if file is not None:
        if text is not None:
            raise typer.BadParameter("give a text or a file, not both")
        return read_file(file)
    if text is None or text == STANDARD:
        if sys.stdin.isatty():
            raise typer.BadParameter("give a text, --file, or something on standard input")
        data = sys.stdin.buffer.read()
    else:
        return text
    return _decode(data)


def read_file(file: Path) -> str:
    """A text file in UTF-8."""
    return _decode(file.read_bytes())


def check_place(file: Path) -> None:
    """Raises the OSError of a file that cannot be written, before the work that it is for."""
    place = file if file.exists() else file.parent
    fault = errno.EISDIR if file.is_dir() else errno.EACCES
    if not place.exists():
        fault = errno.ENOENT
    elif not file.is_dir() and os.access(place, os.W_OK) and (place == file or place.is_dir()):
        return
    raise OSError(fault, os.strerror(fault), str(place))


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise typer.BadParameter(f"the text is not UTF-8 ({error.reason})") from error

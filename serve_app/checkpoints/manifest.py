"""What was pulled into one repository's folder: the commit, and every file's size and SHA-256."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from serve_app.checkpoints.errors import ModelsError

NAME = "phonex-manifest.json"


class FileRecord(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    size: int
    sha256: str


class Manifest(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    repo: str
    revision: str  # the commit, which never changes
    files: dict[str, FileRecord]

    def with_files(self, folder: Path, names: Iterable[str]) -> Manifest:
        """The same with these files recorded as they are now."""
        return self.model_copy(update={"files": self.files | record(folder, names)})

    def complete(self, folder: Path) -> bool:
        """Whether every file is there in its size. Reads none of them."""
        return all(
            (folder / name).is_file() and (folder / name).stat().st_size == file.size
            for name, file in self.files.items()
        )


def record(folder: Path, names: Iterable[str]) -> dict[str, FileRecord]:
    return {
        name: FileRecord(size=(folder / name).stat().st_size, sha256=sha256_of(folder / name))
        for name in names
    }


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_manifest(folder: Path) -> Manifest | None:
    """None where nothing was recorded.

    Raises:
        ModelsError: the record is there, and damaged.
    """
    path = folder / NAME
    try:
        return Manifest.model_validate_json(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError, ValidationError) as error:
        raise ModelsError(f"{path} is damaged. Delete it, and pull again.") from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Whole or not at all."""
    draft = folder / f".{NAME}.{os.getpid()}"
    draft.write_text(manifest.model_dump_json(indent=1), "utf-8")
    draft.replace(folder / NAME)


def differences(folder: Path, manifest: Manifest) -> Iterator[str]:
    """One sentence for each file that is not what was pulled. Reads all of them."""
    for name, file in manifest.files.items():
        path = folder / name
        if not path.is_file():
            yield f"{name} is missing"
        elif path.stat().st_size != file.size:
            yield f"{name} has {path.stat().st_size} bytes instead of {file.size}"
        elif sha256_of(path) != file.sha256:
            yield f"{name} was changed: its checksum differs"

"""Converts downloaded checkpoints to safetensors, once, in a process that may do nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from engines.neural.published import (
    BERT_WEIGHTS,
    CHECKPOINT,
    CONVERTER_FOLDER,
    OLD_BERT_WEIGHTS,
    OWN,
    Published,
)
from serve_app.checkpoints.errors import ModelsError
from serve_app.checkpoints.manifest import read_manifest, write_manifest

LIMIT_S = 900.0
# All that the child sees of our environment: no tokens, no database, no proxy.
KEPT = ("PATH", "LD_LIBRARY_PATH", "LANG")


@dataclass(frozen=True, slots=True)
class Conversion:
    """What becomes what. Paths from the repository's folder."""

    source: Path  # a folder with config.json and checkpoint.pth, or a BERT's file
    pickle: Path  # the file that is read
    target: Path


def conversion(published: Published, folder: Path) -> Conversion:
    if published.kind == "bert":
        old = folder / OLD_BERT_WEIGHTS
        return Conversion(old, old, folder / BERT_WEIGHTS)
    inner = folder / CONVERTER_FOLDER if published.kind == "converter" else folder
    return Conversion(inner, inner / CHECKPOINT, inner / OWN)


def convert(published: Published, models_dir: Path, force: bool = False) -> Path | None:
    """The file that was made; none where there is nothing to do.

    Raises:
        ModelsError: the checkpoint is damaged, unsafe, or not of this network.
    """
    folder = models_dir / published.repo
    task = conversion(published, folder)
    if not task.pickle.is_file():
        return None
    made = task.target.is_file() and task.target.stat().st_mtime >= task.pickle.stat().st_mtime
    if made and not force:
        return None
    with tempfile.TemporaryDirectory(dir=folder, prefix=".convert-") as scratch:
        draft = Path(scratch) / task.target.name
        run(published, task, draft)
        draft.replace(task.target)
    manifest = read_manifest(folder)
    if manifest:
        name = task.target.relative_to(folder).as_posix()
        write_manifest(folder, manifest.with_files(folder, [name]))
    return task.target


def run(published: Published, task: Conversion, draft: Path) -> None:
    command = [sys.executable, "-m", "engines.neural.convert", published.kind]
    try:
        done = subprocess.run(  # noqa: S603
            [*command, str(task.source.resolve()), str(draft.resolve())],
            env=environment(),
            cwd=draft.parent,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ModelsError(f"{published.repo}: not converted in {LIMIT_S:.0f} s.") from error
    if done.returncode or not draft.is_file():
        said = done.stderr.decode(errors="replace").strip()[:500]
        reason = said or f"the conversion ended with status {done.returncode}"
        raise ModelsError(f"{published.repo}: {reason}")


def environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return kept | {"PYTHONPATH": os.pathsep.join(str(Path(one).resolve()) for one in sys.path)}

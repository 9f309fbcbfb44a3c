"""The files of a service that was shot at, and which of them should not be there any more."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from clusterbox.cluster import Cluster

OLD_S = 7200.0  # the sweep spares what is younger than 3600
VOICES = "voices"


class Files(Protocol):
    """What lies there beside the voices that were there from the beginning."""

    def left(self) -> list[str]: ...

    def make_old(self) -> None:
        """As if hours had passed, for the sweep."""


class FolderFiles:
    """In a folder; the service sweeps it by itself."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stay = {path for path in self._all() if VOICES in path.parts}

    def left(self) -> list[str]:
        return [str(path) for path in self._others()]

    def make_old(self) -> None:
        for path in self._others():
            with contextlib.suppress(FileNotFoundError):
                os.utime(path, (time.time() - OLD_S,) * 2)

    def _others(self) -> set[Path]:
        return self._all() - self._stay

    def _all(self) -> set[Path]:
        return {path for path in self._folder.rglob("*") if path.is_file()}


class BucketFiles:
    """In the bucket of a cluster in a box. What lies in a bucket cannot be made to look older:
    the service's own sweep is run with another idea of what is young."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._stay = {key for key in cluster.stored() if key.startswith(f"{VOICES}/")}

    def left(self) -> list[str]:
        return [key for key in self._cluster.stored() if key not in self._stay]

    def make_old(self) -> None:
        self._cluster.sweep()

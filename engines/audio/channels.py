"""Whether the channels of a recording cancel one another when they are averaged."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engines.base import Samples

# Of the power that the mean of channels with nothing in common would keep. Two channels fall below
# when their correlation is below -0.75, as that of opposite ones is, each with noise of its own.
CANCELLED = 0.25

Doubles = npt.NDArray[np.float64]


class Channels:
    """Powers of the channels and of their mean, added up block by block. Offsets don't count."""

    def __init__(self) -> None:
        self._count = 0
        self._sums: Doubles = np.zeros(0)  # (C,)
        self._products: Doubles = np.zeros((0, 0))  # (C, C)

    def add(self, block: Samples) -> None:
        """One block (T, C). Where the number of channels changes, those that follow are judged."""
        doubles = block.astype(np.float64)
        if doubles.shape[1] != len(self._sums):
            self._count, self._sums, self._products = 0, np.zeros(1), np.zeros((1, 1))
        self._count += len(doubles)
        self._sums = self._sums + doubles.sum(axis=0)
        self._products = self._products + doubles.T @ doubles

    def cancel(self) -> bool:
        covariance = self._covariance()
        return float(covariance.sum()) < CANCELLED * float(np.trace(covariance))

    def loudest(self) -> int:
        return int(np.argmax(np.diag(self._covariance())))

    def _covariance(self) -> Doubles:
        """(C, C)"""
        means = self._sums / max(self._count, 1)
        return self._products / max(self._count, 1) - np.outer(means, means)

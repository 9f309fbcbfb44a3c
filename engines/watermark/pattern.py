"""The signs of a mark: for each band in each stretch of time, whether it is made louder or softer.

Time and frequency are cut into tiles, `BANDS` bands by `CELLS` cells, which begin anew every
`PERIOD_S`. The signs of most tiles follow from the secret alone: by these a recording is known as
marked, wherever it was cut. Those of the others spell a payload in four symbols of a byte each, and
each symbol is a row of signs of its own for all of its tiles, so that a symbol is heard where most
of its tiles are lost.

Nothing but SHAKE-256 makes them: no library's random numbers, which may change with its version.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

CELL_S = 0.16
CELLS = 32
PERIOD_S = CELL_S * CELLS
LOW_HZ = 400.0  # below lies most of a voice's power, where a change costs most
BAND_HZ = 46.875
BANDS = 136  # up to 6,775 Hz
SYMBOLS = 4
CHOICES = 256  # values of a symbol
PAYLOAD_BITS = 32
PAYLOAD_SHARE = 4  # one in so many tiles
SYMBOL_TILES = CELLS * BANDS // PAYLOAD_SHARE // SYMBOLS

Signs = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Pattern:
    """What one secret makes.

    `sync` is 0 where a tile belongs to a symbol; `tiles` are those tiles as indices into the
    flattened period, `codes` their signs for each value of each symbol.
    """

    sync: Signs  # (CELLS, BANDS) of -1, 0 and 1
    tiles: npt.NDArray[np.intp]  # (SYMBOLS, SYMBOL_TILES)
    codes: Signs  # (SYMBOLS, CHOICES, SYMBOL_TILES) of -1 and 1

    def signs(self, payload: int) -> Signs:
        """All signs of a period (CELLS, BANDS) that carries a payload of `PAYLOAD_BITS`."""
        signs = self.sync.flatten()
        for symbol, value in enumerate(payload.to_bytes(SYMBOLS, "big")):
            signs[self.tiles[symbol]] = self.codes[symbol, value]
        return signs.reshape(CELLS, BANDS)


@lru_cache(maxsize=4)
def pattern_of(secret: bytes) -> Pattern:
    """The signs that follow from a secret."""
    count = CELLS * BANDS
    order = np.argsort(np.frombuffer(_stream(secret, "tiles", 8 * count), "<u8"), kind="stable")
    tiles = order[: SYMBOLS * SYMBOL_TILES].reshape(SYMBOLS, SYMBOL_TILES)
    sync = _signs(secret, "sync", count)
    sync[tiles.ravel()] = 0.0
    codes = _signs(secret, "codes", SYMBOLS * CHOICES * SYMBOL_TILES)
    return Pattern(sync.reshape(CELLS, BANDS), tiles, codes.reshape(SYMBOLS, CHOICES, SYMBOL_TILES))


def _signs(secret: bytes, purpose: str, count: int) -> Signs:
    bits = np.unpackbits(np.frombuffer(_stream(secret, purpose, -(-count // 8)), np.uint8))
    return bits[:count].astype(np.float32) * 2.0 - 1.0


def _stream(secret: bytes, purpose: str, size: int) -> bytes:
    label = f"phonex watermark 1 {purpose}".encode()
    return hashlib.shake_256(len(label).to_bytes(2, "big") + label + secret).digest(size)

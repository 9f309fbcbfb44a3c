"""Finds a mark in a recording, however it was cut, encoded or, a little, sped up.

The levels of all tiles, what speech itself has of them taken out as well as can be, are summed with
the secret's signs. In a recording that knows nothing of the secret, the sum is one of random signs
about fixed numbers, whatever the recording is: by that its probability is known, without any
statistics of speech. Every place that was looked at counts against the find.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from config.settings import LimitSettings
from engines.audio.decode import decode
from engines.audio.resample import resample
from engines.base import Samples, Waveform
from engines.watermark.pattern import (
    BAND_HZ,
    BANDS,
    CELL_S,
    CELLS,
    CHOICES,
    LOW_HZ,
    SYMBOL_TILES,
    SYMBOLS,
    Pattern,
    Signs,
    pattern_of,
)

RATE = 16_000  # Hz
FRAME, HOP = 1024, 256  # samples
BIN_HZ = RATE / FRAME
BINS = 456  # that are looked at: up to 7.1 kHz, for audio that was sped up
OFFSETS = 8  # within one cell
NEIGHBOURS = 5  # bands on both sides that a level is compared with
MOST_DB = 8.0  # that one frame may weigh
FLOOR = 1e-9  # of the loudest bin: lower levels are no sound
SPEEDS = tuple(1 + step / 200 for step in range(-8, 9) if step)  # 4% either way
WARPED_S = 20.0  # that are searched for other speeds; longer ones drift
LEAST_S = 1.0  # shorter recordings have too few tiles
FOUND_P = 1e-3
MOST_EVIDENCE = 9.0  # nats, of one symbol

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Finding:
    """The best place of a mark in a recording.

    Where nothing was put in, `p_value` is below x in fewer than x of all cases.
    """

    p_value: float
    speed: float  # of the recording, next to what was marked
    pitch: float  # the same, of its frequencies
    symbols: Doubles  # (SYMBOLS, CHOICES): how clearly each value of each symbol is heard
    expected: float  # how clearly the right values should be

    @property
    def found(self) -> bool:
        return self.p_value <= FOUND_P

    def heard_among(self, payloads: Sequence[int]) -> int | None:
        """Which of these payloads the mark spells, as its index; None where none is clear.

        How clear the symbols of the right one must be follows from how clear the mark itself is.
        Each gives evidence, in nats, for the payload or against it. One symbol can give only so
        much: of many payloads some share several with any mark.
        """
        if not payloads:
            return None
        spelled = np.array([list(one.to_bytes(SYMBOLS, "big")) for one in payloads])
        scores = self.symbols[np.arange(SYMBOLS), spelled]  # (N, SYMBOLS)
        evidence = self.expected * scores - self.expected**2 / 2
        total = np.minimum(evidence, MOST_EVIDENCE).sum(axis=1)
        best = int(total.argmax())
        return best if total[best] >= math.log(len(payloads) / FOUND_P) else None


NOTHING = Finding(1.0, 1.0, 1.0, np.zeros((SYMBOLS, CHOICES)), 0.0)


def find_in_file(data: bytes, limits: LimitSettings, secret: bytes) -> tuple[float, Finding]:
    """Look for a secret's mark in a recording as it was uploaded: its seconds, and what was found.

    Raises:
        AudioError: it cannot be read.
    """
    waveform = decode(data, limits)
    return waveform.seconds, find_mark(waveform, pattern_of(secret))


def find_mark(waveform: Waveform, pattern: Pattern) -> Finding:
    """Look for a secret's mark. Takes about 20 ms a second of audio, and a second for speeds."""
    if waveform.seconds < LEAST_S:
        return NOTHING
    power = _power(resample(waveform, RATE).samples)  # (N, BINS)
    best = _best_place(power, pattern, 1.0, 1.0)
    searched = 2 * CELLS * OFFSETS
    if _p_value(best, searched) <= FOUND_P:
        return _finding(best, pattern, searched)
    warps = list(_warps())
    short = power[: round(WARPED_S * RATE / HOP)]
    warped = [_best_place(short, pattern, speed, pitch) for speed, pitch in warps]
    bent = max(warped, key=lambda place: place.score)
    found = _finding(bent, pattern, searched * len(warps))
    straight = _finding(best, pattern, searched)
    return found if found.p_value < straight.p_value else straight


@dataclass(frozen=True, slots=True)
class _Place:
    score: float  # standard deviations
    tiles: Doubles  # (CELLS, BANDS), turned so that the pattern begins where it was put in
    speed: float
    pitch: float


def _warps() -> Iterator[tuple[float, float]]:
    for speed in SPEEDS:
        yield speed, speed  # a tape that runs faster
        yield speed, 1.0  # a player that keeps the pitch


def _power(samples: Samples) -> npt.NDArray[np.float32]:
    """(T,) -> (N, BINS)"""
    window = np.hanning(FRAME).astype(np.float32)
    padded = np.pad(samples, FRAME // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, FRAME)[::HOP]
    blocks = [
        np.square(np.abs(np.fft.rfft(frames[at : at + 512] * window)[:, :BINS]))
        for at in range(0, len(frames), 512)
    ]
    return np.concatenate(blocks).astype(np.float32)


def _best_place(
    power: npt.NDArray[np.float32], pattern: Pattern, speed: float, pitch: float
) -> _Place:
    levels = _whitened(_levels(power, pitch))
    sums = np.pad(np.cumsum(levels, axis=0), ((1, 0), (0, 0)))  # (N + 1, BANDS)
    cell = CELL_S * RATE / HOP / speed  # frames
    best = _Place(0.0, np.zeros((CELLS, BANDS)), speed, pitch)
    for offset in range(OFFSETS):
        tiles = _tiles(sums, offset * cell / OFFSETS, cell)
        # By each turn other tiles are those of symbols, which have no part in score or spread.
        spread = np.sqrt(np.maximum(_at_all_turns(np.square(tiles), np.abs(pattern.sync)), FLOOR))
        scores = _at_all_turns(tiles, pattern.sync) / spread
        turn = int(scores.argmax())
        if scores[turn] > best.score:
            best = _Place(float(scores[turn]), np.roll(tiles, -turn, axis=0), speed, pitch)
    return best


def _at_all_turns(tiles: Doubles, weights: Signs) -> Doubles:
    """The weighted sum of all tiles, for each cell that the weights may begin with: (CELLS,)"""
    product = np.fft.rfft(tiles, axis=0) * np.conj(np.fft.rfft(weights, axis=0))
    sums: Doubles = np.fft.irfft(product.sum(axis=1), CELLS)
    return sums


def _levels(power: npt.NDArray[np.float32], pitch: float) -> Doubles:
    """The mean level of each band in dB, in each frame: (N, BINS) -> (N, BANDS)"""
    decibels = 10 * np.log10(power + max(float(power.max()) * FLOOR, 1e-30))
    sums = np.pad(np.cumsum(decibels, axis=1, dtype=np.float64), ((0, 0), (1, 0)))
    edges = (LOW_HZ + BAND_HZ * np.arange(BANDS + 1.0)) * pitch / BIN_HZ + 0.5
    levels: Doubles = np.diff(_between(sums.T, edges).T, axis=1) / (BAND_HZ * pitch / BIN_HZ)
    return levels


def _whitened(levels: Doubles) -> Doubles:
    """Levels next to those of neighbouring bands, and to the recording's own colour."""
    width = 2 * NEIGHBOURS + 1
    padded = np.pad(levels, ((0, 0), (NEIGHBOURS + 1, NEIGHBOURS)), mode="edge")
    sums = np.cumsum(padded, axis=1)
    relative = levels - (sums[:, width:] - sums[:, :-width]) / width
    relative -= relative.mean(axis=0)
    return relative.clip(-MOST_DB, MOST_DB)


def _tiles(sums: Doubles, start: float, cell: float) -> Doubles:
    """Sums over the cells, those of all periods on one another: (N + 1, BANDS) -> (CELLS, BANDS)"""
    count = int((len(sums) - 1 - start) / cell)
    edges = start + cell * np.arange(count + 1.0)
    tiles = np.diff(_between(sums, edges), axis=0)
    periods = -(-count // CELLS)
    whole = np.pad(tiles, ((0, periods * CELLS - count), (0, 0)))
    folded: Doubles = whole.reshape(periods, CELLS, BANDS).sum(axis=0)
    return folded


def _between(rows: Doubles, places: Doubles) -> Doubles:
    """Rows at places that are no integers."""
    below = np.minimum(places.astype(np.intp), len(rows) - 2)
    share = (places - below)[:, None]
    between: Doubles = rows[below] * (1 - share) + rows[below + 1] * share
    return between


def _finding(place: _Place, pattern: Pattern, searched: int) -> Finding:
    heard = place.tiles.ravel()[pattern.tiles]  # (SYMBOLS, SYMBOL_TILES)
    spread = np.sqrt(np.maximum(np.square(heard).sum(axis=1), FLOOR))[:, None]
    symbols = np.einsum("sct,st->sc", pattern.codes, heard) / spread
    expected = place.score * math.sqrt(SYMBOL_TILES / np.count_nonzero(pattern.sync))
    return Finding(_p_value(place, searched), place.speed, place.pitch, symbols, expected)


def _p_value(place: _Place, searched: int) -> float:
    return min(1.0, searched * _tail(place.score))


def _tail(score: float) -> float:
    """How often a standard normal number is larger."""
    return 0.5 * math.erfc(score / math.sqrt(2))

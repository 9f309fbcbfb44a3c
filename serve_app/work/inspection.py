"""Every piece is listened to before anybody hears it; a faulty one is made once more.

What comes of it depends on the piece and its order alone, so that a stream is the same as its file
and a job that goes on after a death the same as one that was never disturbed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from config.settings import QualitySettings
from engines.audio.faults import Fault, find_faults
from engines.base import EngineInfo, Waveform
from serve_app.threads import Threads
from telemetry import metrics
from telemetry.meter import Meter

Make = Callable[[int], Awaitable[Waveform]]
"""A piece's audio, by the number of the attempt at it."""


class Inspection:
    """Looks for faults in pieces.

    Args:
        engines: of the stages, which say whether another attempt could be better.
    """

    def __init__(
        self,
        settings: QualitySettings,
        engines: Mapping[str, EngineInfo],
        threads: Threads,
        meter: Meter,
    ) -> None:
        self._settings = settings
        self._engines = engines
        self._threads = threads
        self._meter = meter

    async def make(
        self,
        make: Make,
        number: int,
        expected_s: float,
        stages: Sequence[str],
        owner: str,
        *,
        seed_is_fixed: bool,
    ) -> Waveform:
        """A piece with a warning where it is faulty, after a second attempt where one may help.

        Args:
            number: of the piece, as warnings name it.
            expected_s: seconds that its text should take.
            stages: that it goes through.
        Raises:
            EngineError: of the first attempt.
        """
        wave = await make(0)
        engines = [self._engines[stage] for stage in stages if stage in self._engines]
        if not self._settings.inspect or any(one.random_weights for one in engines):
            return wave
        faults = await self._threads.apart(owner, find_faults, wave, expected_s)
        if not faults:
            return wave
        for fault in faults:
            self._meter.count(metrics.PIECES_FAULTY, fault=fault.name.lower())
        again = self._settings.remake and any(one.seeded for one in engines) and not seed_is_fixed
        if not again:
            return _warned(wave, f"Piece {number} has {_words(faults)}.")
        second = await make(1)
        others = await self._threads.apart(owner, find_faults, second, expected_s)
        mended = len(others) < len(faults)
        self._meter.count(metrics.PIECES_REMADE, outcome="mended" if not others else "faulty")
        told = f"Piece {number} was made again: it had {_words(faults)}"
        if others:
            told += f", and now has {_words(others if mended else faults)}"
        return _warned(second if mended else wave, f"{told}.")


def _words(faults: Sequence[Fault]) -> str:
    return " and ".join(fault.value for fault in faults)


def _warned(wave: Waveform, warning: str) -> Waveform:
    """The piece with its warning, and with silence for what is no number and cannot be played."""
    return replace(
        wave,
        samples=np.nan_to_num(wave.samples, posinf=0.0, neginf=0.0),
        warnings=(*wave.warnings, warning),
    )

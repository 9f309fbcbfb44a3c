"""The pitch that requests ask for, applied to a batch that the networks are done with."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from engines.audio.pitch import shift
from engines.base import Waveform
from engines.errors import EngineError

MAX_SEMITONES = 24

Answers = list[Waveform | EngineError]


class PitchShifter:
    """Shifts in threads of its own, a few: a batch waits for them, the next one computes."""

    def __init__(self, workers: int) -> None:
        self.pool = ThreadPoolExecutor(workers, thread_name_prefix="pitch")

    def apply(self, answers: Answers, semitones: Sequence[float]) -> Answers:
        """`semitones` of each answer; most are 0, and the very same object comes back."""
        return list(self.pool.map(attempt, answers, semitones)) if any(semitones) else answers

    def close(self) -> None:
        self.pool.shutdown(wait=False, cancel_futures=True)


def attempt(answer: Waveform | EngineError, semitones: float) -> Waveform | EngineError:
    if isinstance(answer, EngineError) or semitones == 0:
        return answer
    if not abs(semitones) <= MAX_SEMITONES:
        return EngineError(f"pitch {semitones:g} is beyond {MAX_SEMITONES} semitones")
    try:
        return shift(answer, semitones)
    except EngineError as error:
        return error

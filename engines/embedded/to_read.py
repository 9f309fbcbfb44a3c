"""What a worker process is asked when words are wanted, and no audio."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from engines.base import Utterance
from engines.errors import EngineError
from engines.reading.words import Reading
from engines.workers.pool import WorkerPool

TOGETHER = 32  # utterances: to start eSpeak NG takes longer than the words of one


@dataclass(frozen=True, slots=True)
class ToRead:
    """Utterances of one voice; the worker answers with a `Reading` for each."""

    utterances: tuple[Utterance, ...]


def read_by(
    pool: WorkerPool,
    batch: Sequence[Utterance],
    refusal: Callable[[Utterance], EngineError | None],
) -> list[Reading | EngineError]:
    """What is said for each utterance, or the error in its place."""
    refused = [refusal(utterance) for utterance in batch]
    accepted = [one for one, error in zip(batch, refused, strict=True) if error is None]
    items = list(_together(accepted))
    read: list[Reading | EngineError] = []
    for item, answer in zip(items, pool.map(items), strict=True):
        failed = isinstance(answer, EngineError)
        read += [answer] * len(item.utterances) if failed else answer
    left = iter(read)
    return [next(left) if error is None else error for error in refused]


def _together(batch: Sequence[Utterance]) -> list[ToRead]:
    items: list[ToRead] = []
    for _, group in groupby(batch, key=lambda one: (one.language, one.speaker)):
        utterances = tuple(group)
        items += [
            ToRead(utterances[start : start + TOGETHER])
            for start in range(0, len(utterances), TOGETHER)
        ]
    return items

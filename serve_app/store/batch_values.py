"""The values of batches. Times are seconds since the epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from serve_app.store.values import AudioFile, Failure, JobKind, Json

BatchState = Literal["processing", "ended"]
ItemState = Literal[
    "waiting",  # in the batch, until there is room for its job
    "queued",
    "processing",
    "completed",
    "failed",
    "cancelled",
    "deleted",  # its audio was, or is past its retention
    "refused",  # it cannot become a job
]
UNFINISHED: tuple[ItemState, ...] = ("waiting", "queued", "processing")


@dataclass(frozen=True, slots=True)
class NewItem:
    """One of the jobs that a batch asks for, as it came."""

    kind: JobKind
    chars: int  # of its text
    request: Json  # what its job will be asked for with
    client_id: str = ""  # as its client calls it
    title: str = ""
    problem: Failure | None = None  # why there will be no job


@dataclass(frozen=True, slots=True)
class NewBatch:
    """Many jobs that are asked for at once."""

    id: str  # UUID
    owner: str
    title: str
    request_id: str
    items: Sequence[NewItem]


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as a whole."""

    id: str
    owner: str
    title: str
    request_id: str
    items: int
    created_at: float
    deleted_at: float | None
    counts: Mapping[ItemState, int]  # of those states that some are in
    progress: float  # 0 to 1, by characters

    @property
    def state(self) -> BatchState:
        return "processing" if any(state in self.counts for state in UNFINISHED) else "ended"


@dataclass(frozen=True, slots=True)
class BatchItem:
    """How one item of a batch stands."""

    position: int  # from 0
    state: ItemState
    kind: JobKind
    client_id: str
    title: str
    job_id: str | None  # once it is a job
    problem: Failure | None  # of a refused item, or of its job
    pieces_done: int = 0
    pieces_total: int = 0
    audio: AudioFile | None = None  # of what is completed
    warnings: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a batch a job belongs."""

    batch_id: str
    position: int


@dataclass(frozen=True, slots=True)
class WaitingItem:
    """The next item of a batch that is to become a job."""

    place: Place
    kind: JobKind
    chars: int
    request: Json


@dataclass(frozen=True, slots=True)
class OpenBatch:
    """What a feeder must know of a batch that has not ended."""

    id: str
    owner: str
    request_id: str
    deleted: bool
    held: bool  # by the feeder that asks, for more than half of its lease
    waiting: int  # items
    unfinished: int  # jobs
    pieces: int  # of those jobs that are made

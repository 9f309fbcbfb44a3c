"""What the answers about batches look like."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from serve_app.problems import BY_NAME, INTERNAL, TYPE_PREFIX
from serve_app.store.batch_values import Batch, BatchItem, BatchState, ItemState
from serve_app.store.values import Failure, JobKind

EXAMPLE: dict[str, Any] = {
    "batch_id": "2f0a4c1e-6f3a-4a55-9a39-54b8b3a1f0aa",
    "title": "Two tides",
    "state": "processing",
    "total": 2,
    "counts": {"waiting": 1, "completed": 1},
    "progress": 50.0,
    "created_at": 1795350000.0,
    "status_url": "/batch/2f0a4c1e-6f3a-4a55-9a39-54b8b3a1f0aa",
    "audio_url": "/batch/2f0a4c1e-6f3a-4a55-9a39-54b8b3a1f0aa/audio",
}
ITEM: dict[str, Any] = {
    "index": 0,
    "id": "p1",
    "title": "The tide",
    "kind": "tts",
    "status": "completed",
    "progress": 100,
    "audio_id": "0b5c9e0a-6a0e-4c1f-8f5b-0d6a2f1f7f5e",
    "audio_url": "/audio/0b5c9e0a-6a0e-4c1f-8f5b-0d6a2f1f7f5e",
    "seconds": 1.42,
    "warnings": [],
}


class ItemProblem(BaseModel):
    """Why an item was not made, in the terms of a problem document."""

    type: str
    title: str
    status: int = Field(description="with which a request for this item alone would be answered")
    detail: str


class BatchItemResponse(BaseModel):
    """How one item stands."""

    model_config = ConfigDict(json_schema_extra={"examples": [ITEM]})

    index: int = Field(description="its place in the batch, from 0")
    id: str = Field(description="as its client called it")
    title: str
    kind: JobKind
    status: ItemState = Field(
        description="waiting: in the batch; refused: it cannot be made, see problem; deleted: its "
        "audio was; the others are its job's"
    )
    progress: int = Field(description="percent of its pieces that are finished")
    audio_id: str | None = Field(None, description="and job_id, once it has one")
    audio_url: str | None = Field(None, description="once the audio is there")
    seconds: float | None = Field(None, description="of finished audio")
    size_bytes: int | None = None
    format: str | None = None
    problem: ItemProblem | None = None
    warnings: list[str] = []


class ItemCounts(BaseModel):
    """How many items are in which state."""

    waiting: int = 0
    queued: int = 0
    processing: int = 0
    completed: int = 0
    failed: int = 0
    cancelled: int = 0
    deleted: int = 0
    refused: int = 0


class BatchResponse(BaseModel):
    """A batch as a whole."""

    batch_id: str
    title: str
    state: BatchState = Field(description="ended: nothing more will be made")
    total: int = Field(description="items")
    counts: ItemCounts
    progress: float = Field(description="percent, by characters")
    created_at: float = Field(description="seconds since 1970, UTC")
    status_url: str
    audio_url: str


class AcceptedBatchResponse(BatchResponse):
    """A batch as it was taken in."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE | {"refused": []}]})

    refused: list[BatchItemResponse] = Field(description="items that will not be made, and why")


class BatchPageResponse(BatchResponse):
    """A batch, and a page of its items."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE | {"items": [ITEM]}]})

    items: list[BatchItemResponse]
    next: int | None = Field(None, description="`start` of the next page; null on the last")


def batch_view(batch: Batch, prefix: str) -> dict[str, object]:
    """The fields of a BatchResponse."""
    url = f"{prefix}/batch/{batch.id}"
    return {
        "batch_id": batch.id,
        "title": batch.title,
        "state": batch.state,
        "total": batch.items,
        "counts": batch.counts,
        "progress": round(100 * batch.progress, 1),
        "created_at": batch.created_at,
        "status_url": url,
        "audio_url": f"{url}/audio",
    }


def item_view(item: BatchItem, prefix: str) -> BatchItemResponse:
    audio = item.audio
    done = item.pieces_total if item.state == "completed" else item.pieces_done
    return BatchItemResponse(
        index=item.position,
        id=item.client_id,
        title=item.title,
        kind=item.kind,
        status=item.state,
        progress=round(100 * done / max(1, item.pieces_total)),
        audio_id=item.job_id,
        audio_url=f"{prefix}/audio/{item.job_id}" if audio else None,
        seconds=round(audio.seconds, 3) if audio else None,
        size_bytes=audio.size_bytes if audio else None,
        format=audio.format if audio else None,
        problem=_problem_view(item.problem) if item.problem else None,
        warnings=list(item.warnings),
    )


def _problem_view(failure: Failure) -> ItemProblem:
    return ItemProblem(
        type=TYPE_PREFIX + failure.type,
        title=failure.title,
        status=BY_NAME.get(failure.type, INTERNAL).status,
        detail=failure.detail,
    )

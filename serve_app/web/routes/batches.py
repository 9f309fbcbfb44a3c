"""POST /batch; GET and DELETE /batch/{id}."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response

from serve_app.errors import BatchesExceeded, BatchNotFound
from serve_app.store.batch_values import Batch
from serve_app.store.errors import StorageFull
from serve_app.web.batch_bodies import Title, media_type_of, read_batch, request_schema
from serve_app.web.batch_schemas import (
    AcceptedBatchResponse,
    BatchPageResponse,
    batch_view,
    item_view,
)
from serve_app.web.bodies import BATCH_PATH, read_small_body
from serve_app.web.routes.common import (
    CallerDep,
    OwnerDep,
    PrefixDep,
    ServiceDep,
    Wait,
    problems,
    repeat_of,
)
from serve_app.web.schemas import DeletedResponse
from serve_app.web.strict import StrictRoute

router = APIRouter(tags=["batches"], route_class=StrictRoute)

MOST_LISTED = 1_000
RETRY_AFTER_S = 2  # between two looks at a batch

BatchId = Annotated[
    str,
    Path(
        description="what POST /batch answered", examples=["2f0a4c1e-6f3a-4a55-9a39-54b8b3a1f0aa"]
    ),
]
ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"description": "A repetition by its key: the batch has ended already"},
    202: {
        "model": AcceptedBatchResponse,
        "description": "Accepted; poll the Location",
        "headers": {
            "Location": {"schema": {"type": "string"}, "description": "where its status is"},
            "Retry-After": {"schema": {"type": "integer"}, "description": "seconds"},
        },
    },
    **problems(404, 408, 413, 415, 422, 429, 503, 507),
}


@router.post(
    BATCH_PATH,
    response_model=AcceptedBatchResponse,
    responses=ANSWERS,
    openapi_extra={"requestBody": request_schema()},
)
async def create_batch(
    request: Request,
    response: Response,
    service: ServiceDep,
    caller: CallerDep,
    prefix: PrefixDep,
    title: Annotated[
        Title | None, Query(description="of the whole, where no object says it")
    ] = None,
) -> AcceptedBatchResponse:
    """Speak many texts. An item that is not valid does not refuse the others: its problem stands
    in the answer and in the state."""
    media_type = media_type_of(request.headers)
    batches, owner = service.batches, caller.owner
    if caller.key is None:
        await _check_room(service, owner, request)
    body = await request.body()
    parts = (media_type, title or "", body)
    repeat = await repeat_of(service, owner, caller.key, BATCH_PATH, *parts)
    batch = await batches.earlier(owner, repeat) if repeat else None
    if batch is None:
        if repeat:
            await batches.check_room(owner)
        said = await service.threads.compute(
            owner, read_batch, body, media_type, title, service.settings.limits.max_batch_items
        )
        batch = await batches.accept(owner, caller.request_id, said.title, said.items, repeat)
    if batch.deleted_at is not None:
        raise BatchNotFound("The batch was deleted.", batch_id=batch.id)
    _point_to_status(batch, response, prefix)
    refused = [
        item_view(item, prefix)
        for item in await batches.items(batch, 0, batch.items if batch.counts.get("refused") else 0)
        if item.state == "refused"
    ]
    return AcceptedBatchResponse.model_validate(batch_view(batch, prefix) | {"refused": refused})


@router.get(BATCH_PATH + "/{batch_id}", responses=problems(404, 422))
async def get_batch(
    batch_id: BatchId,
    response: Response,
    service: ServiceDep,
    owner: OwnerDep,
    prefix: PrefixDep,
    start: Annotated[int, Query(ge=0, lt=2**31, description="`next` of the page before")] = 0,
    limit: Annotated[int, Query(ge=0, le=MOST_LISTED, description="items of one page")] = 100,
    wait: Wait = 0.0,
) -> BatchPageResponse:
    """Where a batch stands, and a page of its items; with `?wait=` as soon as it has ended."""
    wait_s = min(wait, service.settings.jobs.max_wait_s)
    batch = await service.batches.get(parse_batch_id(batch_id), owner, wait_s)
    if batch.state != "ended":
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    items = await service.batches.items(batch, start, limit) if limit else []
    more = bool(limit) and start + limit < batch.items
    return BatchPageResponse.model_validate(
        batch_view(batch, prefix)
        | {
            "items": [item_view(item, prefix) for item in items],
            "next": start + limit if more else None,
        }
    )


@router.delete(BATCH_PATH + "/{batch_id}", responses=problems(404))
async def delete_batch(batch_id: BatchId, service: ServiceDep, owner: OwnerDep) -> DeletedResponse:
    """Make no more of a batch, and delete what was made."""
    await service.batches.delete(parse_batch_id(batch_id), owner)
    return DeletedResponse(message="The batch is deleted, with all its audio.")


def parse_batch_id(batch_id: str) -> str:
    """The id in canonical form; one that cannot exist is simply not found."""
    try:
        return str(UUID(batch_id))
    except ValueError:
        raise BatchNotFound("No batch has this id.") from None


async def _check_room(service: ServiceDep, owner: str, request: Request) -> None:
    try:
        await service.batches.check_room(owner)
    except (BatchesExceeded, StorageFull):
        await read_small_body(request.scope, request.receive)
        raise


def _point_to_status(batch: Batch, response: Response, prefix: str) -> None:
    if batch.state != "ended":
        response.status_code = 202
        response.headers["Location"] = f"{prefix}{BATCH_PATH}/{batch.id}"
        response.headers["Retry-After"] = str(RETRY_AFTER_S)

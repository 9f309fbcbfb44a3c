"""GET and HEAD /batch/{id}/audio: what a batch made, as one file."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from starlette.responses import Response, StreamingResponse

from engines.audio.book import MEDIA_TYPE as BOOK_TYPE
from serve_app.errors import AudioFailed, BatchNotReady
from serve_app.store.batch_values import UNFINISHED, Batch
from serve_app.web.batch_schemas import item_view
from serve_app.web.bodies import BATCH_PATH
from serve_app.web.routes.batches import BatchId, parse_batch_id
from serve_app.web.routes.common import OwnerDep, PrefixDep, ServiceDep, Wait, problems
from serve_app.web.urls import UrlRoute
from serve_app.work.archives import chunks_of, make_book, stream_archive

router = APIRouter(tags=["batches"], route_class=UrlRoute)

ARCHIVE_TYPE = "application/zip"
MEDIA_TYPES = {"zip": ARCHIVE_TYPE, "m4b": BOOK_TYPE}
BINARY = {"schema": {"type": "string", "format": "binary"}}
ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "content": dict.fromkeys(MEDIA_TYPES.values(), BINARY),
        "description": "The file",
    },
    **problems(404, 409, 410, 422, 507),
}
FORMAT_HELP = (
    "zip: a file for each item, and batch.json; m4b: one file, with a chapter at each item that "
    "has a title, or at each item where none has"
)
PARTIAL_HELP = "take what is finished, though something else is not, or never will be"


@router.api_route(
    BATCH_PATH + "/{batch_id}/audio", methods=["GET"], response_class=Response, responses=ANSWERS
)
@router.api_route(BATCH_PATH + "/{batch_id}/audio", methods=["HEAD"], include_in_schema=False)
async def get_batch_audio(
    batch_id: BatchId,
    request: Request,
    service: ServiceDep,
    owner: OwnerDep,
    prefix: PrefixDep,
    format: Annotated[Literal["zip", "m4b"], Query(description=FORMAT_HELP)] = "zip",  # noqa: A002
    partial: Annotated[bool, Query(description=PARTIAL_HELP)] = False,
    wait: Wait = 0.0,
) -> Response:
    """All that a batch made, as an archive or as a book with chapters."""
    wait_s = min(wait, service.settings.jobs.max_wait_s)
    batch = await service.batches.get(parse_batch_id(batch_id), owner, wait_s)
    _check_made(batch, whole=format == "m4b", partial=partial)
    headers = {
        "Cache-Control": "private, no-cache",
        "Content-Disposition": _disposition(batch, format),
        "X-Content-Type-Options": "nosniff",
    }
    media_type = MEDIA_TYPES[format]
    if request.method == "HEAD":
        return Response(headers=headers, media_type=media_type)
    records, blobs = service.records, service.blobs
    if format == "m4b":
        book = await service.threads.compute(
            owner, make_book, records, blobs, batch, service.manifests
        )
        chunks = chunks_of(book)
    else:
        chunks = stream_archive(
            records, blobs, batch, lambda item: item_view(item, prefix).model_dump()
        )
    return StreamingResponse(chunks, headers=headers, media_type=media_type)


def _check_made(batch: Batch, *, whole: bool, partial: bool) -> None:
    """Raises:
    BatchNotReady: something is still to be made, and the client wants no part.
    AudioFailed: nothing was made, or a book would lack something.
    """
    made = batch.counts.get("completed", 0)
    left = sum(batch.counts.get(state, 0) for state in UNFINISHED)
    if left and not (partial and made):
        raise BatchNotReady(
            f"{left:,} of {batch.items:,} items are not finished. partial=true takes the others.",
            retry_after_s=2.0,
            status_url=f"{BATCH_PATH}/{batch.id}",
        )
    lost = batch.items - made - left
    if not made or (whole and lost and not partial):
        raise AudioFailed(
            f"{lost:,} of {batch.items:,} items were not made, or deleted: see the batch."
            + (" partial=true joins the others." if made else "")
        )


def _disposition(batch: Batch, extension: str) -> str:
    plain = f'attachment; filename="{batch.id}.{extension}"'
    if not batch.title:
        return plain
    return f"{plain}; filename*=UTF-8''{quote(f'{batch.title}.{extension}', safe='')}"

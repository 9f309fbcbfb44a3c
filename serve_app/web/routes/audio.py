"""GET, HEAD and DELETE /audio/{id}: files with ETag and Range."""

from __future__ import annotations

from typing import Annotated, Any, cast

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from serve_app.errors import AudioCancelled, AudioNotFound, AudioNotReady
from serve_app.store.values import AudioFile, Job
from serve_app.web.answers import failure_of
from serve_app.web.conditions import is_conditional, is_not_modified, require_version
from serve_app.web.quality_schemas import AudioQualityResponse, similarity_view
from serve_app.web.ranges import ByteRange, parse_range
from serve_app.web.routes.common import (
    ETAG,
    FILE,
    AudioId,
    OwnerDep,
    ServiceDep,
    Wait,
    parse_audio_id,
    problems,
    wait_for_job,
)
from serve_app.web.schemas import DeletedResponse
from serve_app.web.streaming import send_file, stream_job
from serve_app.web.urls import UrlRoute

router = APIRouter(prefix="/audio", tags=["audio"], route_class=UrlRoute)

NOT_A_CLONE = "the audio has a base speaker's voice, and no other was asked for"
UNHEARD = "it was made before clones were scored"
STREAM_HELP = (
    "from the first byte on, or from that of a Range, while the job runs; the bytes are those of "
    "the file, but for a header that tells no length"
)
AUDIO_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"content": FILE, "description": "The file", "headers": ETAG},
    206: {
        "content": FILE,
        "description": "The requested range",
        "headers": ETAG
        | {"Content-Range": {"schema": {"type": "string"}, "example": "bytes 0-99/48044"}},
    },
    304: {"description": "If-None-Match names the current ETag", "headers": ETAG},
}


@router.api_route(
    "/{audio_id}",
    methods=["GET"],
    response_class=Response,
    responses={**AUDIO_ANSWERS, **problems(404, 409, 410, 412, 416, 422)},
)
@router.api_route("/{audio_id}", methods=["HEAD"], include_in_schema=False)
async def get_audio(
    audio_id: AudioId,
    request: Request,
    service: ServiceDep,
    owner: OwnerDep,
    wait: Wait = 0.0,
    stream: Annotated[bool, Query(description=STREAM_HELP)] = False,
) -> Response:
    """Download finished audio, or hear it while it is made."""
    job_id = parse_audio_id(audio_id)
    if stream and request.method == "GET":
        running = await service.jobs.get(job_id, owner)
        if running is None:
            raise AudioNotFound(f"No audio has the id {audio_id[:64]!r}.")
        return await stream_job(service, running, request)
    job = await wait_for_job(service, owner, job_id, wait)
    audio = audio_of(job, audio_id)
    etag = _etag(audio)
    headers = {
        "ETag": etag,
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",  # deleted audio must not live on in caches
        "Content-Disposition": f'attachment; filename="{job_id}.{_extension(audio)}"',
        "X-Content-Type-Options": "nosniff",
    }
    if is_not_modified(request.headers, etag):
        return Response(status_code=304, headers=headers)
    wanted = None
    if request.method == "GET":  # the one method that a range means anything for
        asked, if_range = (request.headers.getlist(name) for name in ("range", "if-range"))
        wanted = parse_range(asked, if_range, etag, audio.size_bytes)
    if wanted:
        headers["Content-Range"] = f"bytes {wanted.start}-{wanted.end - 1}/{audio.size_bytes}"
    span = wanted or ByteRange(0, audio.size_bytes)
    headers["Content-Length"] = str(span.end - span.start)
    if request.method == "HEAD":
        return Response(headers=headers, media_type=audio.media_type)
    return await send_file(service, audio, span, 206 if wanted else 200, headers)


@router.get("/{audio_id}/quality", responses=problems(404, 409, 410, 422))
async def get_audio_quality(
    audio_id: AudioId, service: ServiceDep, owner: OwnerDep, wait: Wait = 0.0
) -> AudioQualityResponse:
    """What was heard in finished audio: how alike a clone is to its voice, and faults."""
    job = await wait_for_job(service, owner, parse_audio_id(audio_id), wait)
    audio_of(job, audio_id)
    finished = cast("Job", job)  # `audio_of` refuses what is none
    missing = NOT_A_CLONE if finished.kind == "tts" else UNHEARD
    return AudioQualityResponse(
        audio_id=finished.id,
        similarity=similarity_view(finished.report, missing),
        warnings=list(finished.warnings),
    )


@router.delete("/{audio_id}", responses=problems(404, 412))
async def delete_audio(
    audio_id: AudioId, request: Request, service: ServiceDep, owner: OwnerDep
) -> DeletedResponse:
    """Remove finished audio, or cancel the job that makes it. With If-Match, only the file with
    this ETag."""
    job_id = parse_audio_id(audio_id)
    if is_conditional(request.headers) and (job := await service.jobs.wait(job_id, owner, 0.0)):
        require_version(request.headers, _etag(job.audio) if job.audio else None)
    deleted = await service.jobs.delete(job_id, owner)
    if deleted is None:
        raise AudioNotFound(f"No audio has the id {audio_id[:64]!r}.")
    cancelled = deleted.job.state == "cancelled"
    return DeletedResponse(
        message="The job was cancelled." if cancelled else "The audio is deleted."
    )


def audio_of(job: Job | None, audio_id: str) -> AudioFile:
    if job is None:
        raise AudioNotFound(f"No audio has the id {audio_id[:64]!r}.")
    if job.state == "failed":
        raise failure_of(job)
    if job.state == "cancelled":
        raise AudioCancelled("The job was cancelled; there will be no audio.", audio_id=job.id)
    if job.audio is None:
        raise AudioNotReady(
            f"The job is {job.state}: {job.pieces_done} of {job.pieces_total} pieces are done.",
            retry_after_s=1.0,
            audio_id=job.id,
            status_url=f"/status/{job.id}",
        )
    return job.audio


def _etag(audio: AudioFile) -> str:
    return f'"{audio.sha256[:32]}"'


def _extension(audio: AudioFile) -> str:
    return audio.blob_key.rsplit(".", 1)[-1]

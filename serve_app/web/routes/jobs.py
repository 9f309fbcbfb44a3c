"""GET /jobs; GET /job/{id} and its other name, GET /status/{id}."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from serve_app.errors import AudioNotFound
from serve_app.problems import TYPE_PREFIX
from serve_app.service import Service
from serve_app.store.callbacks import CallbackState
from serve_app.store.values import Job, JobKind, JobState
from serve_app.web.answers import words_of
from serve_app.web.caption_schemas import WordTimeResponse
from serve_app.web.routes.common import (
    AudioId,
    OwnerDep,
    PrefixDep,
    ServiceDep,
    Wait,
    parse_audio_id,
    problems,
    wait_for_job,
)
from serve_app.web.schemas import CallbackResponse, JobListResponse, JobResponse
from serve_app.web.urls import UrlRoute

router = APIRouter(tags=["jobs"], route_class=UrlRoute)

MOST_LISTED = 200


@router.get("/jobs", responses=problems(404, 422))
async def list_jobs(
    service: ServiceDep,
    owner: OwnerDep,
    prefix: PrefixDep,
    state: Annotated[JobState | None, Query(description="only those in this state")] = None,
    kind: Annotated[JobKind | None, Query(description="only those of this route")] = None,
    before: Annotated[
        str | None, Query(max_length=64, description="`next` of the page before")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_LISTED, description="of one page")] = 50,
) -> JobListResponse:
    """Your jobs, the newest first; deleted ones are not among them."""
    last_seen = parse_audio_id(before) if before else None
    # One more than is shown tells whether there is another page.
    found = await service.jobs.list(owner, limit + 1, state=state, kind=kind, before=last_seen)
    shown = found[:limit]
    return JobListResponse(
        jobs=[view_job(job, service, None, prefix) for job in shown],
        count=len(shown),
        next=shown[-1].id if len(found) > limit else None,
    )


@router.get("/job/{audio_id}", responses=problems(404, 422), operation_id="getJob")
@router.get("/status/{audio_id}", responses=problems(404, 422))
async def get_status(
    audio_id: AudioId,
    response: Response,
    service: ServiceDep,
    owner: OwnerDep,
    prefix: PrefixDep,
    wait: Wait = 0.0,
) -> JobResponse:
    """Where a job stands; with `?wait=` as soon as it has ended."""
    job_id = parse_audio_id(audio_id)
    job = await wait_for_job(service, owner, job_id, wait)
    if job is None:
        raise AudioNotFound(f"No job has the id {audio_id[:64]!r}.")
    if job.state in ("queued", "processing"):
        response.headers["Retry-After"] = "1"
    ahead = await service.jobs.count_ahead(job.id) if job.state == "queued" else None
    view = view_job(job, service, ahead, prefix, await words_of(service, job))
    if service.callbacks.enabled:
        view.callback = _view_callback(await service.callbacks.state_of(job))
    return view


def _view_callback(state: CallbackState | None) -> CallbackResponse | None:
    if state is None:
        return None
    told = state.delivered_at is not None
    return CallbackResponse(
        state="told" if told else "given_up" if state.given_up else "pending",
        attempts=state.attempts,
        answer=state.answer,
        told_at=state.delivered_at,
    )


def view_job(
    job: Job,
    service: Service,
    jobs_ahead: int | None,
    prefix: str,
    words: list[WordTimeResponse] | None = None,
) -> JobResponse:
    """A job as its owner sees it."""
    done = job.pieces_total if job.state == "completed" else job.pieces_done
    unfinished = job.state in ("queued", "processing")
    failure = job.failure
    return JobResponse(
        job_id=job.id,
        audio_id=job.id,
        kind=job.kind,
        status=job.state,
        progress=round(100 * done / max(1, job.pieces_total)),
        pieces_done=done,
        pieces_total=job.pieces_total,
        audio_url=f"{prefix}/audio/{job.id}" if job.state == "completed" else None,
        error=failure.detail if failure else None,
        problem=TYPE_PREFIX + failure.type if failure else None,
        estimated_time=f"{max(1, round(service.jobs.admission.estimate_s(job.kind, job.owner)))} s"
        if unfinished
        else None,
        jobs_ahead=jobs_ahead,
        created_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        attempts=job.attempts,
        speaker=job.request.get("speaker"),
        seconds=round(job.audio.seconds, 3) if job.audio else None,
        size_bytes=job.audio.size_bytes if job.audio else None,
        format=job.audio.format if job.audio else job.request.get("format"),
        similarity=job.report.get("similarity"),
        warnings=list(job.warnings),
        marks=job.report.get("marks", []),
        words=words,
        provenance=job.report.get("provenance"),
    )

"""GET /jobs/{id}/events: where a job stands, told as it changes; GET /webhooks/secret."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Any

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from serve_app.errors import AudioNotFound
from serve_app.service import Service
from serve_app.store.errors import StoreError
from serve_app.store.values import Job
from serve_app.web.answers import words_of
from serve_app.web.routes.common import (
    AudioId,
    OwnerDep,
    PrefixDep,
    ServiceDep,
    parse_audio_id,
    problems,
)
from serve_app.web.routes.jobs import view_job
from serve_app.web.schemas import JobResponse, WebhookSecretResponse
from serve_app.web.urls import UrlRoute
from serve_app.work.jobs import ENDED

router = APIRouter(tags=["jobs"], route_class=UrlRoute)

LOOK_S = 0.5  # how often a job that makes progress is looked at
KEEP_ALIVE_S = 15.0  # after which proxies and clients would take silence for the end
EVENTS: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"text/event-stream": {}},
        "description": "Events `progress`, and at last `completed`, `failed`, `cancelled` or "
        "`deleted`; the data of each is the job as /job/{audio_id} has it",
    },
    **problems(404),
}


@router.get("/jobs/{audio_id}/events", response_class=StreamingResponse, responses=EVENTS)
async def follow_job(
    audio_id: AudioId, service: ServiceDep, owner: OwnerDep, prefix: PrefixDep
) -> StreamingResponse:
    """Follow a job to its end: server-sent events, the first at once, then one for each change."""
    job = await service.jobs.get(parse_audio_id(audio_id), owner)
    if job is None:
        raise AudioNotFound(f"No job has the id {audio_id[:64]!r}.")
    return StreamingResponse(
        _events(service, job, prefix),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


@router.get("/webhooks/secret")
async def get_webhook_secret(service: ServiceDep, owner: OwnerDep) -> WebhookSecretResponse:
    """What the calls to your callback URLs are signed with. Yours alone, and always the same."""
    return WebhookSecretResponse(secret=await service.callbacks.secret_of(owner))


async def _events(service: Service, job: Job, prefix: str) -> AsyncGenerator[str]:
    told, silent_s = "", 0.0
    while True:
        data = await _view(service, job, prefix)
        if data != told:
            told, silent_s = data, 0.0
            name = job.state if job.state in ENDED else "progress"
            yield f"event: {name}\nid: {job.pieces_done}\ndata: {data}\n\n"
        if job.state in ENDED or service.jobs.runner.waiting.over:  # it asks again elsewhere
            return
        with service.jobs.runner.waiting.listen(job.id) as changed, suppress(TimeoutError):
            async with asyncio.timeout(LOOK_S):
                await changed.wait()
        await asyncio.sleep(LOOK_S / 10)  # a stream's audio signals every chunk
        silent_s += LOOK_S
        if silent_s >= KEEP_ALIVE_S:
            silent_s = 0.0
            yield ": still there\n\n"
        try:
            found = await service.jobs.get(job.id, job.owner)
        except StoreError:
            continue  # away for a moment: the next look may be luckier
        if found is None:
            yield "event: deleted\ndata: {}\n\n"
            return
        job = found


async def _view(service: Service, job: Job, prefix: str) -> str:
    """Without the estimate, which changes by itself."""
    view: JobResponse = view_job(job, service, None, prefix, await words_of(service, job))
    return view.model_copy(update={"estimated_time": None}).model_dump_json()

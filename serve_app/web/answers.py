"""How the routes that make audio answer: at once, or when the job has ended."""

from __future__ import annotations

import re

from fastapi import Response

from serve_app.errors import AudioCancelled, AudioFailed, AudioNotFound
from serve_app.problems import TYPE_PREFIX
from serve_app.service import Service
from serve_app.store.values import Job
from serve_app.web.caption_schemas import WordTimeResponse, heard_view
from serve_app.web.schemas import SpeechResponse

# Of a list whose members may have parameters: `respond-async; a=b, wait="10"`.
PREFERENCE = re.compile(
    r"""(?:^|,)\s*([!#$%&'*+.^_`|~\w-]+)(?:\s*=\s*("[^"]*"|[^\s,;]*))?""", re.ASCII
)
MAX_WAIT_DIGITS = 6


async def answer(
    service: Service,
    owner: str,
    job: Job,
    prefer: str | None,
    response: Response,
    prefix: str = "",
) -> SpeechResponse:
    """Wait as the client prefers, then say where the job stands.

    Args:
        prefix: of the URLs in the answer.
    Raises:
        AudioFailed: it failed while the client waited; answered as the failure's own problem.
        AudioCancelled: somebody else deleted it.
    """
    if job.deleted_at is not None:  # a repetition by its key
        raise AudioNotFound("The audio was deleted.", audio_id=job.id)
    wait_s = _wait_of(prefer, service)
    if wait_s > 0:
        waited = await service.jobs.wait(job.id, owner, wait_s)
        if waited is None:
            raise AudioNotFound("The audio was deleted while it was being made.")
        job = waited
    if job.state == "failed":
        raise own_failure_of(job)
    if job.state == "cancelled":
        raise AudioCancelled("The job was cancelled.", audio_id=job.id)
    if job.state != "completed":
        _point_to_status(service, job, response, prefix)
    if is_async(prefer):
        response.headers["Preference-Applied"] = "respond-async"
    return _view(job, prefix, await words_of(service, job))


async def words_of(service: Service, job: Job) -> list[WordTimeResponse] | None:
    """When the words of a finished job are heard, where its request asked for that."""
    if job.state != "completed" or not job.request.get("timestamps"):
        return None
    return heard_view(await service.jobs.heard(job))


def is_async(prefer: str | None) -> bool:
    """Whether a client wants the answer at once, not the audio (RFC 7240)."""
    return "respond-async" in _preferences(prefer)


def _preferences(prefer: str | None) -> dict[str, str]:
    """What a client prefers, by names in small letters. Of one that comes twice the first counts;
    parameters of a preference mean nothing here."""
    found: dict[str, str] = {}
    for name, value in PREFERENCE.findall(prefer or ""):
        found.setdefault(name.lower(), value.strip('"'))
    return found


def failure_of(job: Job) -> AudioFailed:
    """A failed job as the error its audio is answered with."""
    failure = job.failure
    detail = failure.detail if failure else "The audio could not be made."
    cause = TYPE_PREFIX + failure.type if failure else None
    return AudioFailed(detail, audio_id=job.id, cause=cause)


def own_failure_of(job: Job) -> AudioFailed:
    """The same, answered as the failure's own problem: to who asked for the audio just now."""
    failed = failure_of(job)
    failed.kind = job.failure.type if job.failure else None
    return failed


def _point_to_status(service: Service, job: Job, response: Response, prefix: str) -> None:
    wait_s = service.jobs.admission.estimate_s(job.kind, job.owner)
    response.status_code = 202
    response.headers["Location"] = f"{prefix}/status/{job.id}"
    response.headers["Retry-After"] = str(max(1, round(wait_s)))


def _view(job: Job, prefix: str, words: list[WordTimeResponse] | None) -> SpeechResponse:
    finished = job.state == "completed"
    return SpeechResponse(
        audio_id=job.id,
        job_id=job.id,
        status=job.state,
        audio_url=f"{prefix}/audio/{job.id}",
        status_url=f"{prefix}/status/{job.id}",
        message="The audio is ready." if finished else "The job is accepted. Poll its status.",
        seconds=round(job.audio.seconds, 3) if job.audio else None,
        seed=job.request.get("seed"),
        speaker=job.request.get("speaker"),
        warnings=list(job.warnings),
        marks=job.report.get("marks", []),
        words=words,
        provenance=job.report.get("provenance"),
    )


def _wait_of(prefer: str | None, service: Service) -> float:
    """Seconds to wait for the audio, by RFC 7240's `respond-async` and `wait`."""
    jobs = service.settings.jobs
    if is_async(prefer):
        return 0.0
    wait = _preferences(prefer).get("wait", "")
    asked = wait.isascii() and wait.isdecimal() and len(wait) <= MAX_WAIT_DIGITS
    return min(float(wait), jobs.max_wait_s) if asked else jobs.default_wait_s

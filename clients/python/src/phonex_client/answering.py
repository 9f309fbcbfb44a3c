"""What httpx tells, as values and errors of this package."""

from __future__ import annotations

from typing import Any

import httpx

from phonex_client.addresses import Address
from phonex_client.answers import Job
from phonex_client.errors import (
    UNNAMED,
    ConnectionLost,
    PhonexError,
    ProblemError,
    ServiceUnreachable,
    UnexpectedAnswer,
)
from phonex_client.problems import BY_TYPE, AudioCancelled, AudioFailed, AudioNotFound
from phonex_client.retries import seconds_of
from phonex_client.version import __version__

CONNECT_S = 10.0
NO_USE = (httpx.LocalProtocolError, httpx.UnsupportedProtocol)  # to try again
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError)


def options_for(address: Address, api_key: str | None, timeout_s: float) -> dict[str, Any]:
    """How the HTTP client of a service is made."""
    headers = {"User-Agent": f"phonex-client/{__version__}"}
    if api_key:
        headers["Authorization"] = f"Bearer {api_key}"
    return {
        "base_url": address.url,
        "headers": headers,
        "timeout": httpx.Timeout(timeout_s, connect=min(CONNECT_S, timeout_s)),
        "trust_env": not address.is_here,
    }


def error_of(error: httpx.HTTPError | httpx.InvalidURL, shown: str) -> PhonexError:
    """
    Args:
        shown: the service's address, as people may see it.
    """
    if isinstance(error, NEVER_SENT):
        return ServiceUnreachable(f"nobody answers at {shown}: {error}")
    if isinstance(error, httpx.TransportError) and not isinstance(error, NO_USE):
        return ConnectionLost(f"{shown} did not answer: {error or type(error).__name__}")
    return UnexpectedAnswer(f"{shown} did not answer as a service does: {error}")


def problem_of(response: httpx.Response, shown: str) -> PhonexError:
    """An answer that is no success, whose body was read."""
    if response.is_redirect:
        to = response.headers.get("Location", "elsewhere")
        return UnexpectedAnswer(f"{shown} points to {to}: give that address, if you trust it.")
    try:
        told = response.json()
    except ValueError:
        told = None
    members = told if isinstance(told, dict) else {}
    kind = BY_TYPE.get(str(members.get("type") or UNNAMED), ProblemError)
    retry_after_s = seconds_of(response.headers.get("Retry-After", ""))
    return kind(members, response.status_code, retry_after_s)


def failure_of(job: Job) -> ProblemError:
    """Why a job that has ended has no audio, as the service would answer it."""
    if job.status == "cancelled":
        members = {"type": AudioCancelled.type, "detail": "There will be no audio."}
        return _own(AudioCancelled, members)
    kind = BY_TYPE.get(job.problem or AudioFailed.type, AudioFailed)
    return _own(kind, {"type": job.problem or kind.type, "detail": job.error})


def gone() -> ProblemError:
    """That a job was deleted while somebody followed it."""
    return _own(AudioNotFound, {"type": AudioNotFound.type, "detail": "The job was deleted."})


def _own(kind: type[ProblemError], members: dict[str, Any]) -> ProblemError:
    title = (kind.__doc__ or "").rstrip(".")
    return kind({"title": title, "status": kind.status} | members, kind.status, 0.0)


def check_begins_at(response: httpx.Response, heard: int) -> int:
    """How many bytes of an answer were heard before: of one that is no part.

    Raises:
        UnexpectedAnswer: it is another part than was asked for.
    """
    if response.status_code != httpx.codes.PARTIAL_CONTENT:
        return heard
    told = response.headers.get("Content-Range", "")
    if not told.startswith(f"bytes {heard}-"):
        raise UnexpectedAnswer(f"the service answered another part than byte {heard} on: {told!r}")
    return 0

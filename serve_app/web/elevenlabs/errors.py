"""What ElevenLabs' clients read of a problem: `detail` with a `status` and a `message`.

A program that reads problem+json must overlook a `detail` that is no text (RFC 9457, 3.1), and
finds all else where it always is.
"""

from __future__ import annotations

from collections.abc import Mapping

SPEECH = "/v1/text-to-speech/"
VOICES = "/v1/voices"
VOICES_V2 = "/v2/voices"

STATUSES: Mapping[str, str] = {
    "unauthorized": "invalid_api_key",
    "text-too-long": "max_character_limit_exceeded",
    "queue-full": "system_busy",
    "key-concurrency-exceeded": "too_many_concurrent_requests",
    "key-rate-exceeded": "rate_limit_exceeded",
}
"""Problems by the names that their clients know; all others keep ours, with underscores."""


def is_theirs(path: str) -> bool:
    """Whether a path is of ElevenLabs' API alone."""
    return path.startswith((SPEECH, f"{VOICES}/")) or path in (VOICES, VOICES_V2)


def status_of(problem: str) -> str:
    """What their clients call one of our problems."""
    return STATUSES.get(problem, problem.replace("-", "_"))


def with_detail(document: Mapping[str, object], problem: str) -> dict[str, object]:
    """A problem document that their clients read, too."""
    detail = {"status": status_of(problem), "message": document["detail"]}
    return {**document, "detail": detail}

"""What clients of OpenAI's API read of a problem: the `error` member of its body, and two headers.

Their SDK retries 408, 409, 429 and everything from 500 on; it waits as long as `Retry-After` says,
but gives up at once where that is more than two minutes (openai-python, `_base_client.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import cast

from starlette.datastructures import MutableHeaders

PREFIX = "/v1/"
MOST_RETRY_AFTER_S = 120  # above it their SDK does not come back
SHOULD_RETRY = "X-Should-Retry"

TYPES: Mapping[int, str] = {
    HTTPStatus.UNAUTHORIZED: "authentication_error",
    HTTPStatus.FORBIDDEN: "permission_error",
    HTTPStatus.NOT_FOUND: "not_found_error",
    HTTPStatus.TOO_MANY_REQUESTS: "rate_limit_error",
}
RETRIED = (408, 409, 429)  # and all from 500 on
POINTLESS = frozenset(
    ("voice-name-taken", "audio-not-ready", "storage-full", "unreadable-voice", "engine-error")
)
"""Problems that the same request would meet again, with a status that their SDK retries."""


def is_theirs(path: str) -> bool:
    """Whether a path is of OpenAI's API."""
    return path.startswith(PREFIX)


def with_error(document: Mapping[str, object], code: str) -> dict[str, object]:
    """A problem document that their clients read, too."""
    return {**document, "error": error_of(document, code)}


def error_of(document: Mapping[str, object], code: str) -> dict[str, object]:
    """All four members, as their schema wants them."""
    status = cast(int, document["status"])
    kind = "server_error" if status >= 500 else "invalid_request_error"
    return {
        "message": document["detail"],
        "type": TYPES.get(status, kind),
        "param": _param(document.get("errors")),
        "code": code,
    }


def advise(headers: MutableHeaders, status: int, code: str) -> None:
    """Say in headers whether and when to try again."""
    if code in POINTLESS:
        headers[SHOULD_RETRY] = "false"
    elif status in RETRIED or status >= 500:
        headers[SHOULD_RETRY] = "true"
    wait = headers.get("Retry-After", "")
    if wait.isdecimal() and int(wait) > MOST_RETRY_AFTER_S:
        headers["Retry-After"] = str(MOST_RETRY_AFTER_S)


def _param(errors: object) -> str | None:
    """The field that is wrong, where one is."""
    if isinstance(errors, Sequence) and errors and isinstance(errors[0], Mapping):
        field = str(errors[0].get("field", ""))
        return field.removeprefix("body.") or None
    return None

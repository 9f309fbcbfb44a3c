"""Problems as HTTP answers: `application/problem+json` (RFC 9457), and on the paths of OpenAI's API
with the `error` member that its clients read, in the same body; on those of ElevenLabs' with their
`detail`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from serve_app import errors as service
from serve_app.problems import MEDIA_TYPE, RETRY_AFTER_S, ProblemKind, detail_of, kind_of
from serve_app.web import openai_errors
from serve_app.web.elevenlabs import errors as elevenlabs_errors
from serve_app.web.prefix import route_path


class ProblemAnswer(Response):
    """Says in the request's state which problem it was answered with, for who counts and logs."""

    media_type = MEDIA_TYPE

    def __init__(
        self,
        kind: ProblemKind,
        document: Mapping[str, object],
        status: int,
        headers: dict[str, str],
    ) -> None:
        super().__init__(_to_bytes(document), status, headers)
        self.kind = kind
        self.document = document

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["problem"] = self.kind.name
        if scope["type"] == "http":
            self._speak_as_theirs(route_path(scope))
        await super().__call__(scope, receive, send)

    def _speak_as_theirs(self, path: str) -> None:
        """On a path of another API, with what its clients read."""
        if elevenlabs_errors.is_theirs(path):
            self._replace(elevenlabs_errors.with_detail(self.document, self.kind.name))
        elif openai_errors.is_theirs(path):
            self._replace(openai_errors.with_error(self.document, self.kind.name))
            openai_errors.advise(self.headers, self.status_code, self.kind.name)

    def _replace(self, document: Mapping[str, object]) -> None:
        self.body = _to_bytes(document)
        self.headers["Content-Length"] = str(len(self.body))


def _to_bytes(document: Mapping[str, object]) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode(errors="replace")  # lone surrogates


def problem_response(
    kind: ProblemKind,
    detail: str,
    request_id: str,
    *,
    status: int | None = None,
    retry_after_s: float | None = None,
    headers: Mapping[str, str] | None = None,
    extensions: Mapping[str, object] | None = None,
) -> Response:
    """An `application/problem+json` answer, with `Retry-After` where trying again can help: as a
    header, and as `retry_after_s` for who reads the body alone."""
    status = status or kind.status
    retry_after_s = retry_after_s if retry_after_s is not None else RETRY_AFTER_S.get(status)
    body: dict[str, object] = {
        "type": kind.type,
        "title": kind.title,
        "status": status,
        "detail": detail,
        "request_id": request_id,
        **(extensions or {}),
    }
    if retry_after_s is not None:
        body["retry_after_s"] = max(1, math.ceil(retry_after_s))
    response = ProblemAnswer(kind, body, status, dict(headers or {}))
    if retry_after_s is not None:
        response.headers["Retry-After"] = str(body["retry_after_s"])
    return response


def error_response(error: Exception, request_id: str, prefix: str = "") -> Response:
    """The answer to any error of ours.

    Args:
        prefix: of the URLs that the error names.
    """
    extensions: dict[str, object] = {}
    headers: dict[str, str] = {}
    retry_after_s = None
    if isinstance(error, service.ServiceError):
        extensions = {
            name: f"{prefix}{value}" if name.endswith("_url") else value
            for name, value in error.extensions.items()
        }
        retry_after_s = error.retry_after_s
    if isinstance(error, service.Unauthorized):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, service.UnsupportedMediaType) and "accept_encoding" in extensions:
        headers["Accept-Encoding"] = str(extensions["accept_encoding"])  # RFC 9110, 15.5.16
    if isinstance(error, service.RangeNotSatisfiable):
        headers["Content-Range"] = f"bytes */{extensions.get('size_bytes', '*')}"
    return problem_response(
        kind_of(error),
        detail_of(error),
        request_id,
        retry_after_s=retry_after_s,
        headers=headers,
        extensions=extensions,
    )

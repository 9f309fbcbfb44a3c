"""What is answered in the service's place while it is away: 503, and when to come back."""

from __future__ import annotations

from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from config.settings import HttpSettings
from serve_app.errors import ServiceError, ServiceStarting
from serve_app.web.cors import with_cors
from serve_app.web.origins import check_host, check_origin
from serve_app.web.problem_answers import error_response
from serve_app.web.request_ids import sane_request_id


class Away:
    """Refuses whom the proxy would refuse, and asks everybody else to come back.

    Args:
        http: who may call.
        why: what the answer says, asked for each.
        retry_after_s: when it makes sense to ask again.
    """

    def __init__(self, http: HttpSettings, why: Callable[[], str], retry_after_s: float) -> None:
        self._http = http
        self._why = why
        self._retry_after_s = retry_after_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = sane_request_id(Headers(scope=scope))
        try:
            if self._http.allowed_hosts:
                check_host(Headers(scope=scope), self._http.allowed_hosts)
            check_origin(scope, self._http.cors_origins)
            error: ServiceError = ServiceStarting(self._why(), retry_after_s=self._retry_after_s)
            readable = bool(self._http.cors_origins)
        except ServiceError as refusal:
            error, readable = refusal, False
        response = error_response(error, request_id)
        response.headers["X-Request-ID"] = request_id
        answer: ASGIApp = with_cors(response, self._http) if readable else response
        await answer(scope, receive, send)

"""The gate before the body of a request for work."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response

from serve_app.errors import QueueFull
from serve_app.web.bodies import read_small_body
from serve_app.web.routes.common import get_service
from serve_app.web.shedding import GATED
from serve_app.web.strict import StrictRoute
from serve_app.work.limits import LIMITS


class GatedRoute(StrictRoute):
    """Turns work away before its body is read, where there is no room for more of it, or of its
    owner's.

    A request with an idempotency key passes: it may be the repetition of one that was accepted.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()
        kind = GATED[self.path]

        async def gated(request: Request) -> Response:
            if "idempotency-key" in request.headers:
                return await handler(request)
            owner: str = request.state.owner
            try:
                get_service(request).intake.check_room(kind, owner)
            except (QueueFull, *LIMITS.values()):
                await read_small_body(request.scope, request.receive)
                raise
            return await handler(request)

        return gated

"""Refusals at the door: in Ray Serve's proxy, without the way to the ingress and back.

While the service is full for whoever asks, or asks for more than its key may have, every answer of
the ingress says in headers for how long each line will refuse, and what the key was told
(`Informed`). The proxy (`serve_app.proxy`) believes that for a second
at most, refuses in the ingress's place what would be refused anyhow (`door.py`), and sends the
count along with the client's next request that passes. So a refusal costs next to nothing, and its
answer waits behind no conversion, however many clients come.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Sequence
from dataclasses import asdict
from typing import Literal

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serve_app.store.values import JobKind
from serve_app.work.admission import Admission
from telemetry import metrics
from telemetry.meter import Meter

logger = logging.getLogger(__name__)

STANDING_HEADER = "x-phonex-standing"  # from the ingress: {line: Standing}
HOLDS_FOR_HEADER = "x-phonex-holds-for"  # from the ingress: whom the standing holds for
LIMIT_HEADER = "x-phonex-limit"  # from the ingress: Told
REFUSED_HEADER = "x-phonex-refusals"  # to the ingress: [[path, problem, how many]]
QUEUE_FULL = "queue-full"  # the problem
MOST_REFUSED = 100_000  # believed of one report
PROXY_VARIABLE = "RAY_SERVE_HTTP_PROXY_CALLBACK_IMPORT_PATH"
PROXY = "serve_app.proxy.middlewares"

HoldsFor = Literal["everyone", "asker", "nobody"]
KINDS: dict[str, JobKind] = {"/tts": "tts", "/clone": "clone", "/clone/quick": "clone_quick"}
PATHS: dict[JobKind, str] = {kind: path for path, kind in KINDS.items()}
OPENAI_SPEECH = "/v1/audio/speech"
ELEVENLABS_SPEECH = "/v1/text-to-speech/{voice_id}"
ELEVENLABS_WAYS = ("", "/stream", "/with-timestamps", "/stream/with-timestamps")
GATED: dict[str, JobKind] = {
    **KINDS,
    OPENAI_SPEECH: "tts",
    **{ELEVENLABS_SPEECH + way: "tts" for way in ELEVENLABS_WAYS},
}
"""What a route asks for, as far as it tells before its body is read: those of other APIs may ask
for a clone, which waits in the line of speech, too, for its first half."""


def gated_route(path: str) -> str | None:
    """The route in GATED that a path is of; None where it is of none."""
    above, _, rest = ELEVENLABS_SPEECH.partition("{voice_id}")
    if path.startswith(above):
        voice, slash, way = path.removeprefix(above).partition("/")
        path = ELEVENLABS_SPEECH + slash + way + rest if voice else ""
    return path if path in GATED else None


class Informed:
    """In the ingress: says in every answer how the lines stand, and takes up what was refused."""

    def __init__(self, app: ASGIApp, admission: Admission, meter: Meter) -> None:
        self.app = app
        self.admission = admission
        self.meter = meter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refused = Headers(scope=scope).get(REFUSED_HEADER)
        scope.setdefault("state", {})  # where `Authentication` puts the owner

        async def informing(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start":
                owner: str | None = scope["state"].get("owner")
                if refused:
                    self._count(json.loads(refused), owner or "")
                    refused = None
                self._inform(MutableHeaders(scope=message), owner)
            await send(message)

        await self.app(scope, receive, informing)

    def _inform(self, headers: MutableHeaders, owner: str | None) -> None:
        holds_for: HoldsFor = "asker" if owner else "everyone" if owner == "" else "nobody"
        headers[HOLDS_FOR_HEADER] = holds_for
        if owner is not None and (standing := self.admission.standing(owner)):
            said = {name: asdict(one) for name, one in standing.items()}
            headers[STANDING_HEADER] = json.dumps(said)
        if owner and (told := self.admission.limits.told(owner)):
            headers[LIMIT_HEADER] = json.dumps(asdict(told))

    def _count(self, refused: Sequence[tuple[str, str, int]], owner: str) -> None:
        for path, problem, count in refused:
            number = min(count, MOST_REFUSED)
            if problem == QUEUE_FULL:  # what one key may not have says nothing of the demand
                self.admission.count_refused(GATED[path], number, owner)
            self.meter.count(metrics.REQUESTS, number, method="POST", route=path, status="429")
            self.meter.count(metrics.PROBLEMS, number, route=path, type=problem)
            fields = {"route": path, "problem": problem, "refused": number}
            logger.info("requests refused at the door", extra=fields)


def is_there() -> bool:
    """Whether the proxies run our code: else those headers would come from anybody."""
    return os.environ.get(PROXY_VARIABLE) == PROXY

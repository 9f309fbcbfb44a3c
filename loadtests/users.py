"""Locust users that behave like real ones.

Each does one errand and goes: `visit`. Locust runs them in a closed loop as any of its users
(`locust -f loadtests/locustfile.py`), and `loadtests.session` in an open one.
"""

from __future__ import annotations

import contextlib
import functools
import os
import random
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import gevent
from gevent.threadpool import ThreadPool
from geventhttpclient.client import HTTPClientPool
from locust import FastHttpUser, between, task

from loadtests.checks import Asked, Tags, find_faults
from loadtests.ledger import Fate
from loadtests.outcomes import End, Outcome, Record, Refusal
from loadtests.texts import LONG_S, Text, draw_text

BUSY = (429, 503)
CONNECTIONS = 4000
LONG_POLL_S = 20
TIMEOUT_S = 90.0  # of one request
END_LIMIT_S = 600.0  # an accepted job that takes longer is lost
BATCH = 8  # texts a batch client sends at once
RECORDING_TEXT = (
    "This recording is long enough to learn a voice from. It tells of a quiet harbour, of boats "
    "that leave before dawn, and of the people who wait for them. In the evening they all return, "
    "the lamps are lit along the pier, and somebody begins to sing."
)


@dataclass
class World:
    """What the users of one run share."""

    record: Record = field(default_factory=Record)
    tags: Tags = field(default_factory=Tags)
    rng: random.Random = field(default_factory=random.Random)
    patience_s: float = 0.0  # how long a refused user keeps coming back, unless it has its own
    voice_id: str = ""
    recording: bytes = b""
    formats: tuple[str, ...] = ("wav", "wav", "mp3", "opus", "flac", "ogg")


class GaveUp(Exception):
    """The service refused for longer than the user's patience, or did not do what it promised."""


@functools.cache
def _checker() -> ThreadPool:
    # One thread only: the locks of the decoder's binding are gevent's, and threads that wait for
    # each other at one of those wait forever.
    return ThreadPool(1)


def check_apart(asked: Asked, data: bytes, headers: Mapping[str, str]) -> list[str]:
    """`find_faults` in a thread: while it decodes here, the answers of others would be late."""
    faults: list[str] = _checker().apply(find_faults, (asked, data, headers))
    return faults


def credentials() -> dict[str, str]:
    """Where the service asks for an API key: the one that the `phonex` command would send."""
    key = os.environ.get("PHONEX_API_KEY", "")
    return {"X-API-Key": key} if key else {}


def metrics_credentials() -> dict[str, str]:
    """A key that may read /metrics is another one (`phonex keys add NAME --metrics`)."""
    key = os.environ.get("PHONEX_METRICS_KEY", "")
    return {"X-API-Key": key} if key else credentials()


class PhonexUser(FastHttpUser):
    """Asks for audio, follows it, and checks what comes back."""

    abstract = True
    wait_time = between(0.5, 2.0)
    # A pool has its own limits, and those it comes with are shorter than a long poll.
    client_pool = HTTPClientPool(
        concurrency=CONNECTIONS, network_timeout=TIMEOUT_S, connection_timeout=TIMEOUT_S
    )
    default_headers = credentials()
    world: ClassVar[World] = World()
    pieces: ClassVar[int] = 1  # of audio that one errand asks for

    def __init__(self, environment: Any) -> None:
        self.host = self.host or environment.host  # locust sets it for the users it starts itself
        super().__init__(environment)

    @task
    def go(self) -> None:
        self.arrive(time.monotonic())

    def arrive(self, due: float) -> None:
        """Do one errand that was due at a time of `time.monotonic()`."""
        with contextlib.suppress(GaveUp):  # recorded where it happened
            self.visit(due)

    def visit(self, due: float) -> None:
        raise NotImplementedError

    # The steps that errands are made of

    def speak(
        self, due: float, text: Text, voice_id: str = "", *, wait: bool = False, keep: bool = False
    ) -> None:
        """Ask for one piece of audio, wait for it, download it, check it, delete it."""
        kind = "clone" if voice_id else "tts"
        world = self.world
        world.record.arrivals.append(due)
        refusals = 0

        def ended(end: End, audio_s: float = 0.0) -> None:
            at = time.monotonic()
            world.record.outcomes.append(Outcome(kind, due, at, end, audio_s, refusals))

        request: dict[str, Any] = {
            "text": text.text,
            "language": text.language,
            "format": world.rng.choice(world.formats),
        }
        if voice_id:
            request["voice_id"] = voice_id
        headers = {} if wait else {"Prefer": "respond-async"}
        answer, refusals = self.post(f"/{kind}", due, headers, json=request)
        if answer is None:
            ended("refused" if refusals else "failed")
            raise GaveUp
        audio_id: str = answer["audio_id"]
        world.record.ledger.accept(audio_id, kind)
        asked = Asked(audio_id, text, request["format"], voice=voice_id)
        try:
            audio_s = self.collect(asked, answer, keep)
        except GaveUp:
            ended("failed")
            raise
        ended("done", audio_s)

    def post(
        self, path: str, due: float, headers: dict[str, str], **body: Any
    ) -> tuple[dict[str, Any] | None, int]:
        """POST with an idempotency key, again when the service says, as long as patience lasts.

        Returns the answer, and how often the service refused.
        """
        headers = {"Idempotency-Key": uuid.uuid4().hex, **headers} if self.patience_s else headers
        refusals = 0
        while True:
            began = time.monotonic()
            with self.client.post(path, headers=headers, catch_response=True, **body) as response:
                if response.status_code in (200, 202):
                    return response.json(), refusals
                if response.status_code not in BUSY:
                    response.failure(f"{response.status_code}: {response.text}")
                    why = response.text or getattr(response, "error", "")
                    self.fault(f"POST {path}: {response.status_code} {str(why)[:200]}")
                    return None, 0
                response.success()  # to be refused in time is no failure
                response.request_meta["name"] = f"{path} (refused)"
            now = time.monotonic()
            retry_after = response.headers.get("retry-after")
            after_s = float(retry_after) if retry_after else None
            refusal = Refusal(now, now - began, response.status_code, after_s)
            self.world.record.refusals.append(refusal)
            refusals += 1
            # A little later than told, so that those told the same do not meet.
            sleep_s = (after_s or 1.0) + self.world.rng.uniform(0, 0.5)
            if now + sleep_s > due + self.patience_s:
                return None, refusals
            gevent.sleep(sleep_s)

    @property
    def patience_s(self) -> float:
        return self.world.patience_s

    def collect(self, asked: Asked, answer: dict[str, Any], keep: bool) -> float:
        """Wait for accepted audio, download and check it; its seconds."""
        state = self.follow(asked.audio_id, answer)
        asked = replace(asked, seconds=state["seconds"])
        with self.client.get(
            f"/audio/{asked.audio_id}", name="/audio/[id]", catch_response=True
        ) as response:
            if response.status_code != 200:
                self.lose(asked.audio_id, "lost", f"GET /audio: {response.status_code}")
            headers = {name.lower(): value for name, value in response.headers.items()}
            data: bytes = response.content
            faults = check_apart(asked, data, headers)
            faults += self.world.tags.find_fault(asked, headers.get("etag", ""))
            if faults:
                response.failure("; ".join(faults))
        for fault in faults:
            self.fault(f"{asked.audio_id}: {fault}")
        self.world.record.ledger.settle(asked.audio_id, "downloaded")
        self.check_tag(asked.audio_id, headers.get("etag", ""))
        if not keep:
            self.client.delete(f"/audio/{asked.audio_id}", name="/audio/[id]")
        seconds: float = state["seconds"]
        return seconds

    def follow(self, audio_id: str, state: dict[str, Any]) -> dict[str, Any]:
        """Poll a job until it has ended well."""
        deadline = time.monotonic() + END_LIMIT_S
        while state["status"] != "completed":
            if state["status"] in ("failed", "cancelled"):
                self.lose(audio_id, "failed", str(state.get("error")))
            if time.monotonic() > deadline:
                self.lose(audio_id, "lost", f"still {state['status']} after {END_LIMIT_S:.0f} s")
            with self.client.get(
                f"/status/{audio_id}?wait={LONG_POLL_S}", name="/status/[id]", catch_response=True
            ) as response:
                if response.status_code == 200:
                    state = response.json()
                    continue
                if response.status_code == 404:
                    self.lose(audio_id, "lost", "GET /status: 404")
            gevent.sleep(1.0)  # the service is busy or starts again: the job is kept
        return state

    def check_tag(self, audio_id: str, etag: str) -> None:
        """Now and then: the same file still has the same tag."""
        if self.world.rng.random() < 0.1:
            headers = {"If-None-Match": etag}
            with self.client.head(
                f"/audio/{audio_id}", headers=headers, name="/audio/[id]", catch_response=True
            ) as response:
                if response.status_code == 304:
                    response.success()
                else:
                    self.fault(f"{audio_id}: the ETag changed ({response.status_code})")

    def lose(self, audio_id: str, fate: Fate, why: str) -> None:
        self.world.record.ledger.settle(audio_id, fate, why)
        self.fault(f"{audio_id} is lost: {why}")
        raise GaveUp

    def fault(self, what: str) -> None:
        self.world.record.faults.append(what)


class Reader(PhonexUser):
    """Has a text read out by a base speaker, and waits for it."""

    weight = 6

    def visit(self, due: float) -> None:
        rng = self.world.rng
        self.speak(due, draw_text(rng), wait=rng.random() < 0.5, keep=rng.random() < 0.5)


class Cloner(PhonexUser):
    """Comes back to a voice that is registered, with a text of any length."""

    weight = 3

    def visit(self, due: float) -> None:
        self.speak(due, draw_text(self.world.rng), self.world.voice_id)


class Retrier(Cloner):
    """Wants its audio however long it takes, and comes back when it is told to."""

    weight = 0
    patience_s = END_LIMIT_S


class Newcomer(PhonexUser):
    """Registers a voice, clones a short and a long text with it, and takes it away again."""

    weight = 0.3
    pieces = 2

    def visit(self, due: float) -> None:
        voice_id = self.register()
        try:
            self.speak(time.monotonic(), draw_text(self.world.rng, 2.0), voice_id)
            self.speak(time.monotonic(), draw_text(self.world.rng, LONG_S), voice_id)
        finally:
            self.client.delete(f"/voice/{voice_id}", name="/voice/[id]")

    def register(self) -> str:
        answer, _ = self.post(
            "/voice/register",
            time.monotonic(),
            {},
            data={"voice_name": f"load {uuid.uuid4().hex[:12]}"},
            files={"voice_sample": ("voice.wav", self.world.recording, "audio/wav")},
        )
        if answer is None:
            raise GaveUp
        voice_id: str = answer["voice_id"]
        return voice_id


class BatchClient(PhonexUser):
    """Sends many texts at once and collects them when they are done."""

    weight = 0.3
    pieces = BATCH

    def visit(self, due: float) -> None:
        greenlets = [gevent.spawn(self.one, due, draw_text(self.world.rng)) for _ in range(BATCH)]
        gevent.joinall(greenlets)

    def one(self, due: float, text: Text) -> None:
        with contextlib.suppress(GaveUp):
            self.speak(due, text)


MIXES: dict[str, tuple[type[PhonexUser], ...]] = {
    "mixed": (Reader, Cloner, Newcomer, BatchClient),
    "tts": (Reader,),
    "clone": (Cloner,),
}

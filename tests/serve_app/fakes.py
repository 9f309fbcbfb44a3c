"""Stand-ins for what a test cannot start: Ray's stages, and a store that fails on demand."""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import Any, TypeVar, cast

import numpy as np

from config.settings import JobSettings, LimitSettings, QualitySettings
from deployments.batching import Urgency
from deployments.graph import (
    EMBEDDING_EXTRACTION,
    STAGES,
    ClonedUtterance,
    Graph,
    Path,
    Piece,
    missing_stages,
)
from engines.audio.encode import encode
from engines.base import EngineInfo, Utterance, VoiceEmbedding, Waveform
from engines.errors import EngineError
from engines.reading.rules import text_rules
from engines.reading.timing import WordTime
from engines.reading.words import Reading, read_piece
from serve_app.likeness import Likeness
from serve_app.store.blobs import Blobs
from serve_app.store.records import Records
from serve_app.store.values import AudioFile, Job, NewJob
from serve_app.threads import Threads
from serve_app.work.attempts import Speak
from serve_app.work.feeds import Feed
from serve_app.work.inspection import Inspection
from serve_app.work.jobs import Jobs
from serve_app.work.marks import Marks
from serve_app.work.orders import SpeechOrder
from serve_app.work.scripts import write_script
from serve_app.work.synthesis import Progress, Speech
from telemetry.meter import Meter
from telemetry.tracing import Tracer
from tests.engines.audio.signals import joined, silence, speech

T = TypeVar("T")
RATE = 16_000  # Hz
SPEAKERS = {"EN": ["EN-US", "EN-BR", "EN_INDIA"], "ES": ["ES"], "ZH": ["ZH"]}
INFO = EngineInfo("embedded", "1", "fake", "cpu", RATE, SPEAKERS)
FAST = {"lease_s": 10.0, "heartbeat_s": 0.05, "poll_s": 0.05, "drain_s": 5.0}


def run(coroutine: Awaitable[T]) -> T:
    """Run a scenario, which must not take long."""

    async def bounded() -> T:
        async with asyncio.timeout(30):
            return await coroutine

    return asyncio.run(bounded())


@lru_cache
def recording() -> bytes:
    """A file that a voice can be learnt from."""
    return encode(joined(silence(0.5), speech(6), silence(0.5)), "wav")


async def until(condition: Callable[[], object], limit_s: float = 10.0) -> None:
    async with asyncio.timeout(limit_s):
        while not condition():  # noqa: ASYNC110  it may come true in a thread
            await asyncio.sleep(0.01)


def order(text: str = "Hello there.", **changes: Any) -> SpeechOrder:
    language = changes.get("language", "EN")
    script = write_script(text, language, text_rules(INFO.text_rules), LimitSettings())
    values: dict[str, Any] = {
        "parts": script.parts,
        "language": language,
        "speaker": "EN-US",
        "speed": 1.0,
        "pitch": 0.0,
        "format": "wav",
        "seed": 7,
    }
    return SpeechOrder(**(values | changes))


def new_job(text: str = "Hello there.", cost: float = 2.0, **changes: Any) -> NewJob:
    request = order(text, **changes)
    return NewJob(
        id=str(uuid.uuid4()),
        kind="tts",
        owner="",
        request=request.to_request(),
        cost=cost,
        pieces_total=len(request.pieces()),
        request_id="request-1",
    )


class FakePipeline(Graph):
    """Answers every utterance with a tone as long as its text; `speak` may do otherwise."""

    engines: dict[str, EngineInfo] = {}  # noqa: RUF012  the graph's properties, as attributes
    replicas: dict[str, int] = {}  # noqa: RUF012
    resting: frozenset[str] = frozenset()
    rates: dict[str, float] = {}  # noqa: RUF012

    def __init__(
        self,
        engines: dict[str, EngineInfo] | None = None,
        replicas: dict[str, int] | None = None,
        speak: Callable[[Utterance], Awaitable[Waveform]] | None = None,
        resting: frozenset[str] = frozenset(),
        rates: dict[str, float] | None = None,
    ) -> None:
        super().__init__(Tracer())
        self.engines = dict.fromkeys(STAGES, INFO) if engines is None else engines
        self.replicas = dict.fromkeys(STAGES, 1) if replicas is None else replicas
        self.resting = resting
        self.rates = rates or {}
        self.speak = speak or spoken
        self.heard: list[Utterance] = []
        self.targets: list[VoiceEmbedding] = []
        self.embedded: list[Sequence[Waveform]] = []

    @property
    def ready(self) -> bool:
        there = not missing_stages(self.replicas, self.resting)
        return there and len(self.engines) == len(STAGES)

    async def start(self) -> None: ...

    async def close(self) -> None: ...

    async def submit(
        self,
        path: Path,
        piece: Piece[Any],
        cost: float,
        owner: str = "",
        urgency: Urgency = "none",
    ) -> Waveform | VoiceEmbedding:
        if path == "embedding":
            info = self.engines[EMBEDDING_EXTRACTION]
            return VoiceEmbedding(info.name, info.version, {"mean": np.ones(4, np.float32)})
        utterance = piece.item
        if isinstance(utterance, ClonedUtterance):
            self.targets.append(utterance.embedding)
            utterance = utterance.utterance
        self.heard.append(utterance)
        return await self.speak(utterance)

    async def read(self, batch: Sequence[Utterance]) -> list[Reading | EngineError]:
        return [read_piece(utterance.language, utterance.text) for utterance in batch]

    async def embed(
        self, segments: Sequence[Waveform], flow: str, owner: str = ""
    ) -> VoiceEmbedding:
        self.embedded.append(segments)
        return await super().embed(segments, flow, owner)

    async def mean(self, embeddings: Sequence[VoiceEmbedding]) -> VoiceEmbedding:
        return embeddings[0]


async def spoken(utterance: Utterance) -> Waveform:
    """Ten milliseconds a character, at a level that tells the texts apart."""
    level = (sum(utterance.text.encode()) % 90 + 5) / 100
    samples = np.full(len(utterance.text) * RATE // 100, level, np.float32)
    return Waveform(samples, RATE, (), timed(utterance) if utterance.timed else ())


def timed(utterance: Utterance) -> tuple[WordTime, ...]:
    """The words of an utterance, each heard while its characters are."""
    words = read_piece(utterance.language, utterance.text).words
    return tuple(WordTime(one.start / 100, one.end / 100, one.start, one.end) for one in words)


UNMARKED = Marks(bytes(32), put_in=False)
"""For tests that compare samples with those that a fake has made."""


def unheard() -> Feed:
    """What nobody listens to."""
    return Feed(lambda: None)


def deaf(threads: Threads) -> tuple[Likeness, Inspection]:
    """What listens to speech, and hears nothing: the tones of `spoken` are no voices."""
    meter = Meter(export_to_ray=False)
    inspection = Inspection(QualitySettings(inspect=False), {}, threads, meter)
    return Likeness(None, threads, meter), inspection


class Failing:
    """A store whose methods raise `errors[name]`, for as long as it is there."""

    def __init__(self, store: object) -> None:
        self._store = store
        self.errors: dict[str, Exception] = {}
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            self.calls.append(name)
            if name in self.errors:
                raise self.errors[name]
            return method(*args, **kwargs)

        return call

    def as_records(self) -> Records:
        return cast(Records, self)

    def as_blobs(self) -> Blobs:
        return cast(Blobs, self)


class SlowPut:
    """Blobs whose `put` waits, in its thread, until the test lets it go."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs
        self.began = threading.Event()
        self.gate = threading.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._blobs, name)

    def put(self, key: str, data: bytes) -> None:
        self.began.set()
        assert self.gate.wait(20)
        self._blobs.put(key, data)

    def as_blobs(self) -> Blobs:
        return cast(Blobs, self)


class Speaker:
    """What runs in place of `synthesis.speak`: keeps each job until its gate is open, raises the
    errors it is given, then writes a real file."""

    def __init__(self, blobs: Blobs, *errors: Exception, open_gate: bool = True) -> None:
        self._blobs = blobs
        self._errors: Iterator[Exception] = iter(errors)
        self.runs: list[Job] = []
        self.gate = asyncio.Event()
        if open_gate:
            self.gate.set()

    async def __call__(self, job: Job, progress: Progress) -> Speech:
        self.runs.append(job)
        await self.gate.wait()
        for error in self._errors:
            raise error
        audio = audio_of(job)
        await asyncio.to_thread(self._blobs.put, audio.blob_key, b"audio")
        return Speech(audio, [])


def audio_of(job: Job) -> AudioFile:
    key = f"audio/{job.id}.{(job.lease or '')[:8]}.wav"
    return AudioFile(key, "wav", "audio/wav", 5, "0" * 64, 2.0, RATE)


@asynccontextmanager
async def running(
    records: Records, blobs: Blobs, speak: Speak, **settings: float
) -> AsyncIterator[Jobs]:
    """A runner over real stores, drained at the end."""
    threads = Threads()
    values: dict[str, Any] = FAST | settings
    jobs = Jobs(records, blobs, JobSettings(**values), threads, Meter(export_to_ray=False), speak)
    await jobs.runner.start()
    try:
        yield jobs
    finally:
        await jobs.runner.close()
        threads.close()

"""Listening to a job while it is made, wherever it runs, from any byte on.

The bytes come from the run in this process; or from the pieces that another replica has kept, put
together here in the same way; or from the finished file. They are the same everywhere, so a
listener may change from one source to the next at any byte.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import ExitStack, aclosing, suppress

from config.settings import JobSettings
from engines.audio.encode import StreamStart, stream_start
from engines.base import EngineInfo
from serve_app.errors import AudioNotFound
from serve_app.store.blobs import Blobs
from serve_app.store.errors import BlobNotFound, StoreError
from serve_app.store.values import AudioFile, Job
from serve_app.threads import Threads
from serve_app.work.assembly import Assembly
from serve_app.work.feeds import Feed
from serve_app.work.jobs import ENDED, Jobs
from serve_app.work.marks import Marks
from serve_app.work.orders import SpeechOrder
from serve_app.work.pieces import Pieces, is_followed
from serve_app.work.word_times import HeardWord, Placing
from telemetry import metrics
from telemetry.meter import Meter

logger = logging.getLogger(__name__)

CHUNK_BYTES = 2**18  # at once, to a listener who may be slow
FOLLOW_S = 0.2  # between two looks for what another replica has kept


class Streams:
    """Lets clients hear jobs as they are made; one instance in each ingress replica.

    Args:
        engines: of the stages, by which pieces of other replicas are known as our own.
    """

    def __init__(
        self,
        jobs: Jobs,
        blobs: Blobs,
        threads: Threads,
        engines: Mapping[str, EngineInfo],
        settings: JobSettings,
        meter: Meter,
        marks: Marks,
    ) -> None:
        self._jobs = jobs
        self._marks = marks
        self._blobs = blobs
        self._threads = threads
        self._engines = engines
        self._settings = settings
        self._meter = meter
        self._leaving: set[asyncio.Task[None]] = set()

    def listen(self, job: Job, start: int = 0) -> Listener:
        """The bytes of a job's stream, from `start` on. To be closed by who asks."""
        return Listener(self, job, start)

    async def close(self) -> None:
        for task in self._leaving:
            task.cancel()

    # For listeners

    async def job(self, job: Job) -> Job | None:
        return await self._jobs.get(job.id, job.owner)

    def hold(self, job: Job, stack: ExitStack) -> Feed:
        feed = stack.enter_context(self._jobs.runner.feeds.hold(job.id))
        stack.enter_context(feed.listening())
        return feed

    def follower(self, job: Job, feed: Feed) -> Follower:
        pieces = Pieces(job, self._engines, self._blobs, self._threads, 0)
        return Follower(job, feed, pieces, self._threads, self._marks)

    async def wait_for_more(self, job: Job, feed: Feed, position: int, timeout_s: float) -> None:
        with self._jobs.runner.waiting.listen(job.id) as changed:
            if len(feed.data) > position:
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(timeout_s):
                    await changed.wait()

    def runs_here(self, job: Job) -> bool:
        return self._jobs.runner.holds(job)

    @property
    def poll_s(self) -> float:
        return self._settings.poll_s

    @property
    def over(self) -> bool:
        """Whether this replica makes no audio any more."""
        return self._jobs.runner.waiting.over

    def is_signed(self, job: Job) -> bool:
        """Whether nothing is heard before the whole file is there, for it is signed then."""
        if job.audio:
            return bool((job.report.get("provenance") or {}).get("manifest"))
        return self._marks.manifests.covers(SpeechOrder.from_request(job.request))

    async def stored(self, audio: AudioFile, start: int, signed: bool) -> AsyncGenerator[bytes]:
        """A finished file, from a byte of its stream on. A signed one is not changed by a byte."""
        begin = StreamStart(b"", 0) if signed else stream_start(audio.format, audio.sample_rate)
        if start < len(begin.prefix):
            yield begin.prefix[start:]
        at = begin.skip + max(0, start - len(begin.prefix))
        if at >= audio.size_bytes:
            return
        try:
            chunks = await self._threads.io(self._blobs.stream, audio.blob_key, at)
        except BlobNotFound:
            raise AudioNotFound("The audio file is gone.") from None
        while chunk := await self._threads.io(next, chunks, b""):
            yield chunk

    def count_first(self, job: Job, seconds: float) -> None:
        self._meter.observe(metrics.STREAM_FIRST_AUDIO, seconds, kind=job.kind)

    def count_end(self, how: str) -> None:
        self._meter.count(metrics.STREAMS_ENDED, how=how)

    def count_heard(self, job: Job, seconds: float, *, underrun: bool) -> None:
        """A stream from its beginning on."""
        self._meter.count(metrics.STREAMED_AUDIO, seconds, kind=job.kind)
        # By zero, too: on /metrics there is a series where none ever ran dry. Ray's has none.
        self._meter.count(metrics.STREAM_UNDERRUNS, float(underrun))

    def left(self, job: Job) -> None:
        """Somebody listens no more: what nobody will hear is not made."""
        order = job.request
        if not order.get("stream") or order.get("keep") or self.over:
            return
        task = asyncio.create_task(self._cancel_unheard(job))
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    async def _cancel_unheard(self, job: Job) -> None:
        await asyncio.sleep(self._settings.linger_s)
        if self._jobs.runner.feeds.is_heard(job.id):
            return
        with suppress(StoreError):
            if not await self._threads.io(is_followed, self._blobs, job.id):
                await self._jobs.cancel(job)


class Listener:
    """One client's way through one stream."""

    def __init__(self, streams: Streams, job: Job, start: int) -> None:
        self._streams = streams
        self._job = job
        self._position = start
        self._stack = ExitStack()
        self._feed = streams.hold(job, self._stack)
        self._follower: Follower | None = None
        self._from_start = start == 0
        self._began_at = time.monotonic()
        self._seconds = 0.0  # of audio that were given out, from the stream's beginning on
        self._failed = False
        self._waits_for_file = streams.is_signed(job)
        self._told = 0  # words of the feed
        self.stopped = False  # by this replica's end; the job goes on elsewhere
        self.complete = False  # the last byte has been given out
        self.satisfied = False  # all that was asked for has been, if not the last byte

    @property
    def sample_rate(self) -> int:
        """Hz, of what is encoded; known with the first bytes."""
        return self._job.audio.sample_rate if self._job.audio else self._feed.sample_rate

    @property
    def job(self) -> Job:
        """As it stood when the records were last asked."""
        return self._job

    @property
    def marks(self) -> Sequence[tuple[int, float]]:
        """How many parts of the order are in the audio so far, and the seconds to their end, as it
        went on here; nothing of what was made before anybody listened here."""
        return self._feed.marks

    async def chunks(self) -> AsyncGenerator[bytes]:
        """The bytes as they come. Ends after the last, or where the job failed or was cancelled
        or deleted, or where this replica stops: `job`, `complete` and `stopped` tell which."""
        while True:
            chunk = bytes(self._feed.data[self._position : self._position + CHUNK_BYTES])
            if chunk and not self._waits_for_file:
                self._give(chunk, self._feed.player.seconds)
                yield chunk
                continue
            found = await self._streams.job(self._job)
            if found is None:
                self._failed = True
                raise AudioNotFound("The audio was deleted.")
            self._job = found
            if found.audio:
                signed = self._streams.is_signed(found)
                stored = self._streams.stored(found.audio, self._position, signed)
                async with aclosing(stored) as rest:
                    async for chunk in rest:
                        self._give(chunk, found.audio.seconds)
                        yield chunk
                self.complete = True
                return
            if found.state in ENDED:
                self._failed = True
                return
            if self._streams.over:
                self.stopped = True
                return
            timeout_s = self._streams.poll_s
            if self._waits_for_file:
                await self._streams.wait_for_more(found, self._feed, sys.maxsize, timeout_s)
                continue
            if found.state == "processing" and not self._streams.runs_here(found):
                self._follower = self._follower or self._streams.follower(found, self._feed)
                await self._follower.look()
                timeout_s = min(timeout_s, FOLLOW_S)
            await self._streams.wait_for_more(found, self._feed, self._position, timeout_s)

    def new_words(self) -> tuple[str, list[HeardWord]] | None:
        """A text, and the words of it that came since the last call, where they are asked for."""
        told, self._told = self._told, len(self._feed.words)
        words = self._feed.words[told:]
        return (self._feed.text, words) if words else None

    def _give(self, chunk: bytes, seconds: float) -> None:
        if self._from_start and not self._position:
            self._streams.count_first(self._job, time.monotonic() - self._began_at)
        self._position += len(chunk)
        self._seconds = seconds

    def close(self) -> None:
        self._stack.close()
        if self.complete or self.satisfied:
            self._streams.count_end("complete")
        else:
            self._streams.count_end("failed" if self._failed else "left")
        if self._from_start and self._seconds:
            underrun = self._feed.player.stalls > 0
            self._streams.count_heard(self._job, self._seconds, underrun=underrun)
        if not self.complete:
            self._streams.left(self._job)


class Follower:
    """Puts together what another replica has kept of a job that it runs."""

    def __init__(
        self, job: Job, feed: Feed, pieces: Pieces, threads: Threads, marks: Marks
    ) -> None:
        self._job = job
        self._feed = feed
        self._pieces = pieces
        self._threads = threads
        self._order = SpeechOrder.from_request(job.request)
        self._assembly = Assembly(self._order, marks)
        self._placing = Placing(self._order)
        self._told = False

    async def look(self) -> None:
        """Take up what has been kept since the last look."""
        try:
            if not self._told:
                await self._pieces.follow()
                self._told = True
        except StoreError:
            return  # the next look may be luckier
        self._assembly.voiced |= await self._pieces.load()
        parts = self._assembly.take()
        if parts:
            made, owner = self._assembly, self._job.owner
            at, data = await self._threads.compute(owner, made.encode, parts)
            if self._order.timestamps:
                take = self._placing.take
                words = await self._threads.compute(owner, take, made.voiced)
                self._feed.tell(self._placing, words)
            self._feed.extend(at, data, made.sample_rate, made.seconds, made.taken)

"""One job, read top to bottom: text, pieces, base audio, conversion, file.

While somebody listens, the pieces are encoded in order as they are done. Each is kept in the store
before it is heard: whatever dies, the job goes on with the very same audio, and a listener that
comes back finds the bytes that it was about to get.
"""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from time import monotonic

from deployments.batching import Urgency
from deployments.concurrency import gather_all, to_the_end
from deployments.graph import Graph
from engines.base import Waveform
from engines.errors import EngineUnavailable, UnspeakableText
from serve_app.likeness import Likeness
from serve_app.store.blobs import Blobs
from serve_app.store.values import AudioFile, Job, Json
from serve_app.store.voiceprints import voiceprint_from_bytes
from serve_app.threads import Threads
from serve_app.work.assembly import Assembly, Voiced
from serve_app.work.feeds import Feed
from serve_app.work.head_start import head_start_s
from serve_app.work.inspection import Inspection
from serve_app.work.marks import Marks
from serve_app.work.orders import SpeechOrder, capped
from serve_app.work.pieces import Pieces
from serve_app.work.voicing import Voicing
from serve_app.work.word_times import Placing, heard_text, marks_report

logger = logging.getLogger(__name__)

Progress = Callable[[int, int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Speech:
    """What a job ended with."""

    audio: AudioFile
    warnings: list[str]
    report: Json = field(default_factory=dict)  # what was measured of it, a key a measure
    words: Json | None = None  # when each is heard


async def speak(
    job: Job,
    pipeline: Graph,
    blobs: Blobs,
    threads: Threads,
    progress: Progress,
    feed: Feed,
    likeness: Likeness,
    inspection: Inspection,
    marks: Marks,
    min_free_bytes: int = 0,
    *,
    word_times: bool = True,
) -> Speech:
    """Make a job's audio and store it. All pieces are in flight at once; the dispatcher shares
    the stages among jobs. What an earlier run has finished is taken up.

    Args:
        likeness: scores a clone, beside the encoding of its last part.
        inspection: hears every piece before anybody else.
        marks: puts the mark of generated speech into it, before it is encoded.
        word_times: keep when each word is heard.
        feed: who listens to the job here. A stream that was listened to, and is no more, stands
            still until somebody does.
    Raises:
        EngineError: where the job cannot or could not be done.
        StoreError: where the audio could not be stored.
    """
    run = _Run(
        job,
        pipeline,
        blobs,
        threads,
        progress,
        feed,
        likeness,
        inspection,
        marks,
        min_free_bytes,
        word_times=word_times,
    )
    return await run.finish()


class _Run:
    """One run of one job."""

    def __init__(
        self,
        job: Job,
        pipeline: Graph,
        blobs: Blobs,
        threads: Threads,
        progress: Progress,
        feed: Feed,
        likeness: Likeness,
        inspection: Inspection,
        marks: Marks,
        min_free_bytes: int,
        *,
        word_times: bool,
    ) -> None:
        self._job = job
        self._order = SpeechOrder.from_request(job.request)
        self._pieces = self._order.pieces()
        self._blobs = blobs
        self._threads = threads
        self._progress = progress
        self._feed = feed
        self._likeness = likeness
        self._voicing = Voicing(job, self._order, pipeline, inspection, word_times=word_times)
        self._keeper = Pieces(job, pipeline.engines, blobs, threads, min_free_bytes)
        self._assembly = Assembly(self._order, marks, threads.give_way)
        self._placing = Placing(self._order)
        self._marks = marks
        self._stops_unheard = self._order.stream and not self._order.keep
        self._releasing = asyncio.Lock()

    async def finish(self) -> Speech:
        voiced = self._assembly.voiced
        voiced |= await self._keeper.load()
        listening = asyncio.create_task(self._release_when_heard())
        try:
            while not await self._voice_missing():
                logger.info("a stream stands still", extra={"job_id": self._job.id})
                await self._wait_for_listener()
        except (asyncio.CancelledError, EngineUnavailable):
            await to_the_end(self._keeper.write_for_the_next())
            raise
        finally:
            listening.cancel()
        if not any(isinstance(piece, Waveform) for piece in voiced.values()):
            raise UnspeakableText("Nothing in the text can be said in this language.")
        scoring = asyncio.create_task(self._report())
        try:
            audio, data = await self._finish_file()
            await _store(audio.blob_key, data, self._blobs, self._threads)
            report = await scoring
            heard = await self._threads.compute(self._job.owner, heard_text, self._order, voiced)
        finally:
            scoring.cancel()
        warnings = capped([*_warnings(self._order, voiced), *self._assembly.warnings])
        provenance = self._marks.report(signed=self._assembly.signed)
        about = {**report, **marks_report(self._order, voiced), "provenance": provenance}
        return Speech(audio, warnings, about, heard.to_record() if heard else None)

    async def _report(self) -> Json:
        """How alike a clone is, by the pieces in its voice: a dialogue has others, too."""
        target = self._order.embedding
        if target is None:
            return {}
        voiced = [
            piece
            for index, piece in sorted(self._assembly.voiced.items())
            if isinstance(piece, Waveform) and self._order.embedding_for(index) == target
        ]
        engine = self._voicing.read_embedding(target).engine
        voiceprint = voiceprint_from_bytes(base64.b64decode(target))
        found = await self._likeness.score(voiceprint, voiced, self._job.owner, engine)
        return {"similarity": found}

    async def _voice_missing(self) -> bool:
        """Voice what is not there yet; whether it was done to its end."""
        missing = [n for n in range(len(self._pieces)) if n not in self._assembly.voiced]
        work = asyncio.ensure_future(gather_all(self._voice(n, n == missing[0]) for n in missing))
        if not self._stops_unheard:
            await work
            return True
        deserted = asyncio.ensure_future(self._feed.until_deserted())
        try:
            await asyncio.wait((work, deserted), return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                work.result()
            return work.done()
        finally:
            deserted.cancel()
            work.cancel()
            await asyncio.wait((work, deserted))

    async def _voice(self, index: int, first: bool) -> None:
        began = monotonic()
        urgency: Urgency = "none"
        if self._order.stream or self._feed.listeners:
            urgency = "first" if first and not self._feed.data else "stream"
        spoken = await self._voicing.make(index, self._pieces[index], urgency)
        self._keeper.add(index, spoken)
        self._assembly.voiced[index] = spoken
        await self._progress(len(self._assembly.voiced), len(self._pieces))
        if self._feed.wanted:
            if first and not self._feed.data and isinstance(spoken, Waveform):
                await self._hold_back(index, monotonic() - began, spoken.seconds)
            await self._release()
        else:
            await self._keeper.write_when_due()

    # While somebody listens

    async def _hold_back(self, index: int, took_s: float, seconds: float) -> None:
        """Wait with a first piece that was cut short, as long as the next ones need. The next one
        takes it along if it is done before."""
        if self._order.one_breath:
            expected = [self._order.cost_of(n, piece) for n, piece in enumerate(self._pieces)]
            await asyncio.sleep(head_start_s(took_s, seconds, expected[index:]))

    async def _release_when_heard(self) -> None:
        """Let the first listener have what was done before it came."""
        await self._feed.until_heard()
        await self._release()

    async def _release(self) -> None:
        """Let listeners have what is done and in order, once it is kept."""
        async with self._releasing:
            # Whoever hangs up now must not take parts along that are on their way.
            await to_the_end(self._release_next())

    async def _release_next(self) -> None:
        parts = self._assembly.take()
        if not parts:
            return
        await self._keeper.write()
        made = self._assembly
        at, data = await self._threads.compute(self._job.owner, made.encode, parts)
        await self._tell_words()
        self._feed.extend(at, data, made.sample_rate, made.seconds, made.taken)

    async def _tell_words(self) -> None:
        """Let listeners who asked for it know when the words of what they hear next are heard."""
        if self._order.timestamps:
            take, voiced = self._placing.take, self._assembly.voiced
            self._feed.tell(
                self._placing, await self._threads.compute(self._job.owner, take, voiced)
            )

    async def _wait_for_listener(self) -> None:
        """Until somebody listens here, or in another replica, which leaves a mark."""
        heard = asyncio.ensure_future(self._feed.until_heard())
        elsewhere = asyncio.ensure_future(self._keeper.until_followed())
        try:
            await asyncio.wait((heard, elsewhere), return_when=asyncio.FIRST_COMPLETED)
            self._stops_unheard = heard.done()
        finally:
            heard.cancel()
            elsewhere.cancel()

    async def _finish_file(self) -> tuple[AudioFile, bytes]:
        async with self._releasing:
            parts = self._assembly.take()
            audio, data, at, rest = await self._threads.compute(
                self._job.owner, self._encode_rest, parts
            )
            if self._feed.wanted:
                taken = self._assembly.taken
                await self._tell_words()
                self._feed.extend(at, rest, audio.sample_rate, audio.seconds, taken)
            return audio, data

    def _encode_rest(self, parts: list[Waveform | float]) -> tuple[AudioFile, bytes, int, bytes]:
        at, rest = self._assembly.encode(parts)
        rest += self._assembly.finish()[1]
        return *self._assembly.file(self._job), at, rest


def _warnings(order: SpeechOrder, voiced: Mapping[int, Voiced]) -> Iterator[str]:
    yield from order.warnings
    for _, piece in sorted(voiced.items()):
        yield from (piece,) if isinstance(piece, str) else piece.warnings


async def _store(key: str, data: bytes, blobs: Blobs, threads: Threads) -> None:
    try:
        await to_the_end(threads.io(blobs.put, key, data))
    except asyncio.CancelledError:
        # No record will ever name it. To the end: whoever stops may cancel a second time.
        await to_the_end(threads.io(blobs.delete, key))
        raise

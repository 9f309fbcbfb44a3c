"""Audio is heard while it is made: in order, to the last byte, from any byte on, whatever dies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from config.settings import Settings
from engines.audio.encode import FORMATS, stream_start
from engines.base import Utterance, Waveform
from engines.errors import EngineError, UnspeakableText
from serve_app.service import Service
from serve_app.store.values import AudioFile, Job, NewJob
from serve_app.work.streams import Listener
from telemetry.meter import Meter
from tests.serve_app.fakes import FAST, FakePipeline, new_job, run, spoken, until

TEXT = "The first sentence is here. [pause 200ms] The second is longer. And this is the third."
PIECES = 3


class Gate:
    """Lets pieces be spoken one by one, in the order of their texts."""

    def __init__(self) -> None:
        self._open = asyncio.Semaphore(0)
        self.spoken: list[str] = []
        self.asked: list[str] = []

    def let(self, pieces: int = 1) -> None:
        for _ in range(pieces):
            self._open.release()

    async def __call__(self, utterance: Utterance) -> Waveform:
        self.asked.append(utterance.text)
        await self._open.acquire()
        self.spoken.append(utterance.text)
        return await spoken(utterance)


@asynccontextmanager
async def service(
    data_dir: Path, speak: Callable[[Utterance], Awaitable[Waveform]] | None = None, **jobs: Any
) -> AsyncIterator[Service]:
    settings = Settings(data_dir=data_dir, jobs=FAST | {"linger_s": 60.0} | jobs)
    pipeline = FakePipeline(speak=speak)
    opened = await Service.open(settings, pipeline, Meter(export_to_ray=False))
    try:
        yield opened
    finally:
        await opened.close()


async def accepted(service: Service, text: str = TEXT, **order: Any) -> Job:
    new: NewJob = new_job(text, **{"stream": True} | order)
    return (await service.jobs.accept(new, None)).job


async def heard(listener: Listener, at_least: int | None = None) -> bytes:
    """What a listener gets, to the end or up to a number of bytes; it stays."""
    got = b""
    async for chunk in listener.chunks():
        got += chunk
        if at_least is not None and len(got) >= at_least:
            break
    return got


async def whole(service: Service, job: Job, start: int = 0) -> bytes:
    listener = service.streams.listen(job, start)
    try:
        return await heard(listener)
    finally:
        listener.close()


async def finished(service: Service, job: Job) -> AudioFile:
    await until(lambda: (now := service.records.get_job(job.id)) and now.audio)
    done = service.records.get_job(job.id)
    assert done
    assert done.audio
    return done.audio


def state_of(service: Service, job: Job) -> str | None:
    now = service.records.get_job(job.id)
    return now.state if now else None


@pytest.mark.parametrize("name", FORMATS)
def test_the_stream_is_the_file_that_is_stored(tmp_path: Path, name: str) -> None:
    async def scenario() -> None:
        async with service(tmp_path) as serving:
            job = await accepted(serving, format=name)
            stream = await whole(serving, job)
            audio = await finished(serving, job)
            file = serving.blobs.read(audio.blob_key)
            start = stream_start(name, audio.sample_rate)
            assert stream == start.prefix + file[start.skip :]
            assert await whole(serving, job) == stream  # once more, from the file

    run(scenario())


def test_a_piece_is_heard_before_the_next_is_made(tmp_path: Path) -> None:
    async def scenario() -> None:
        gate = Gate()
        async with service(tmp_path, gate) as serving:
            job = await accepted(serving)
            listener = serving.streams.listen(job)
            chunks = listener.chunks()
            gate.let()
            first = await anext(chunks)
            assert len(gate.spoken) == 1
            gate.let()
            second = await anext(chunks)
            assert len(gate.spoken) == 2
            gate.let()
            rest = b"".join([chunk async for chunk in chunks])
            listener.close()
            assert listener.complete
            assert first + second + rest == await whole(serving, job)

    run(scenario())


def test_whoever_comes_later_hears_it_from_the_first_byte_or_from_any(tmp_path: Path) -> None:
    async def scenario() -> None:
        gate = Gate()
        async with service(tmp_path, gate) as serving:
            job = await accepted(serving)
            early = asyncio.create_task(whole(serving, job))
            gate.let(2)
            await until(lambda: len(gate.spoken) == 2)
            late = asyncio.create_task(whole(serving, job))
            some = asyncio.create_task(whole(serving, job, 1000))
            await asyncio.sleep(0.05)
            gate.let()
            stream = await early
            assert await late == stream
            assert await some == stream[1000:]

    run(scenario())


def test_a_job_that_was_not_asked_for_as_a_stream_can_be_heard_as_one(tmp_path: Path) -> None:
    async def scenario() -> None:
        gate = Gate()
        async with service(tmp_path, gate) as serving:
            job = await accepted(serving, stream=False)
            gate.let()
            await until(lambda: gate.spoken)
            listener = serving.streams.listen(job)
            async with aclosing(listener.chunks()) as chunks:
                assert await anext(chunks)  # of what was done before it came
            assert len(gate.spoken) == 1
            listener.close()
            gate.let(2)
            assert await finished(serving, job)  # nobody listens, and it is made all the same

    run(scenario())


def test_what_nobody_hears_is_not_made_until_somebody_does(tmp_path: Path) -> None:
    async def scenario() -> None:
        gate = Gate()
        async with service(tmp_path, gate) as serving:
            job = await accepted(serving)
            gate.let()
            listener = serving.streams.listen(job)
            async with aclosing(listener.chunks()) as chunks:
                first = await anext(chunks)
            listener.close()
            asked = len(gate.asked)
            await asyncio.sleep(0.6)
            gate.let(PIECES)
            await asyncio.sleep(0.1)
            assert len(gate.spoken) == 1
            stands = serving.records.get_job(job.id)
            assert stands
            assert stands.state == "processing"
            stream = await whole(serving, job)
            assert stream.startswith(first)
            assert len(gate.asked) > asked
            assert gate.spoken.count(gate.spoken[0]) == 1  # what was done is not done again

    run(scenario())


@pytest.mark.parametrize("keep", [False, True])
def test_what_nobody_comes_back_for_is_cancelled_unless_it_is_kept(
    tmp_path: Path, keep: bool
) -> None:
    async def scenario() -> None:
        gate = Gate()
        async with service(tmp_path, gate, linger_s=0.4) as serving:
            job = await accepted(serving, keep=keep)
            gate.let()
            listener = serving.streams.listen(job)
            async with aclosing(listener.chunks()) as chunks:
                await anext(chunks)
            listener.close()
            if keep:
                await asyncio.sleep(0.8)
                gate.let(PIECES)
                assert await finished(serving, job)
                return
            await until(lambda: state_of(serving, job) == "cancelled")
            await until(lambda: not list(serving.blobs.list("pieces/")))

    run(scenario())


def test_another_replica_lets_its_listeners_hear_what_this_one_makes(tmp_path: Path) -> None:
    async def scenario() -> None:
        gate = Gate()
        async with service(tmp_path, gate) as running:
            job = await accepted(running)
            await until(lambda: running.jobs.runner.running())
            async with service(tmp_path) as other:
                here = asyncio.create_task(whole(running, job))
                there = other.streams.listen(job)
                chunks = there.chunks()
                gate.let()
                first = await anext(chunks)
                assert len(gate.spoken) == 1
                gate.let(2)
                rest = b"".join([chunk async for chunk in chunks])
                there.close()
                assert first + rest == await here

    run(scenario())


def test_listeners_are_told_the_words_of_what_they_hear_wherever_it_is_made(tmp_path: Path) -> None:
    async def scenario() -> None:
        gate = Gate()
        async with service(tmp_path, gate) as running:
            job = await accepted(running, timestamps="word")
            await until(lambda: state_of(running, job) == "processing")
            async with service(tmp_path) as other:
                listeners = [one.streams.listen(job) for one in (running, other)]
                there = asyncio.create_task(heard(listeners[1], at_least=1000))
                gate.let(2)
                await heard(listeners[0], at_least=1000)
                await there
                for listener in listeners:
                    told = listener.new_words()
                    assert told
                    text, words = told
                    shown = [text[slice(*word.shown)] for word in words]
                    assert shown[:3] == ["The", "first", "sentence"]
                    assert "third" not in shown  # it is not made yet
                    assert listener.new_words() is None
                    listener.close()
                gate.let(10)
                await finished(running, job)

    run(scenario())


def test_a_stream_stands_still_for_nobody_who_listens_elsewhere(tmp_path: Path) -> None:
    async def scenario() -> None:
        gate = Gate()
        async with service(tmp_path, gate, linger_s=60.0) as running:
            job = await accepted(running)
            gate.let()
            listener = running.streams.listen(job)
            async with aclosing(listener.chunks()) as chunks:
                await anext(chunks)
            async with service(tmp_path) as other:
                there = asyncio.create_task(whole(other, job))
                listener.close()  # the client's connection went to another replica
                gate.let(10)
                assert await there == await whole(other, job)

    run(scenario())


def test_a_run_that_dies_is_gone_on_with_to_the_same_bytes(tmp_path: Path) -> None:
    async def scenario() -> None:
        gate = Gate()
        async with service(tmp_path, gate, drain_s=0.0) as dying:
            job = await accepted(dying)
            gate.let()
            listener = dying.streams.listen(job)
            async with aclosing(listener.chunks()) as chunks:
                first = await anext(chunks)
            listener.close()
            said = gate.spoken[0]
        again = Gate()
        again.let(PIECES)
        async with service(tmp_path, again) as living:
            rest = await whole(living, job, len(first))
            assert said not in again.spoken  # it was kept before it was heard
            assert first + rest == await whole(living, job)

    run(scenario())


def test_a_failure_before_the_first_byte_is_told_and_one_after_it_cuts_the_stream_off(
    tmp_path: Path,
) -> None:
    async def scenario() -> None:
        begun = asyncio.Event()

        async def broken(utterance: Utterance) -> Waveform:
            if "third" in utterance.text:
                await begun.wait()
                raise EngineError("it broke")
            return await spoken(utterance)

        async with service(tmp_path, broken) as serving:
            job = await accepted(serving)
            listener = serving.streams.listen(job)
            async for chunk in listener.chunks():
                assert chunk
                begun.set()
            assert begun.is_set()
            listener.close()
            assert not listener.complete
            assert listener.job.state == "failed"

    run(scenario())


def test_pieces_without_anything_to_say_hold_nobody_up(tmp_path: Path) -> None:
    async def scenario() -> None:
        async def picky(utterance: Utterance) -> Waveform:
            if "second" in utterance.text:
                raise UnspeakableText("nothing")
            return await spoken(utterance)

        async with service(tmp_path, picky) as serving:
            job = await accepted(serving)
            stream = await whole(serving, job)
            audio = await finished(serving, job)
            assert serving.blobs.read(audio.blob_key)[44:] == stream[44:]

    run(scenario())


def test_a_deleted_stream_ends(tmp_path: Path) -> None:
    async def scenario() -> None:
        gate = Gate()
        async with service(tmp_path, gate) as serving:
            job = await accepted(serving)
            listener = serving.streams.listen(job)
            gate.let()
            hearing = asyncio.create_task(heard(listener))
            await until(lambda: gate.spoken)
            await serving.jobs.delete(job.id, job.owner)
            await hearing
            assert not listener.complete
            listener.close()

    run(scenario())


def counted(service: Service, name: str, **labels: str) -> float:
    return service.meter.registry.get_sample_value(name, labels) or 0.0


def ended(service: Service) -> dict[str, float]:
    ways = ("complete", "left", "failed")
    return {how: counted(service, "phonex_streams_ended_total", how=how) for how in ways}


def test_a_stream_is_counted_by_how_it_ended(tmp_path: Path) -> None:
    async def scenario() -> None:
        gate = Gate()
        async with service(tmp_path, gate) as serving:
            job = await accepted(serving)
            leaver = serving.streams.listen(job)
            gate.let()
            await heard(leaver, at_least=1)
            leaver.close()
            assert ended(serving) == {"complete": 0, "left": 1, "failed": 0}
            gate.let(PIECES)
            await whole(serving, job)
            assert ended(serving) == {"complete": 1, "left": 1, "failed": 0}
            deleted = await accepted(serving)
            listener = serving.streams.listen(deleted)
            gate.let()
            await heard(listener, at_least=1)
            await serving.jobs.cancel(deleted)
            await heard(listener)
            listener.close()
            assert ended(serving) == {"complete": 1, "left": 1, "failed": 1}
            first = "phonex_stream_first_audio_seconds_count"
            assert counted(serving, first, kind="tts") == 3

    run(scenario())


def test_the_audio_that_was_streamed_is_counted_once_and_only_from_the_beginning(
    tmp_path: Path,
) -> None:
    async def scenario() -> None:
        async with service(tmp_path) as serving:
            job = await accepted(serving)
            await whole(serving, job)
            await whole(serving, job, start=100)  # goes on where another connection broke
            audio = await finished(serving, job)
            streamed = counted(serving, "phonex_streamed_audio_seconds_total", kind="tts")
            assert streamed == pytest.approx(audio.seconds)

    run(scenario())


def test_a_stream_that_is_made_more_slowly_than_it_is_played_is_an_underrun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = 0.0
    monkeypatch.setattr("serve_app.work.feeds.monotonic", lambda: clock)

    async def scenario() -> None:
        nonlocal clock
        gate = Gate()
        async with service(tmp_path, gate) as serving:
            for late, underruns in ((False, 0), (True, 1)):
                job = await accepted(serving)
                listener = serving.streams.listen(job)
                gate.let()
                await heard(listener, at_least=1)
                clock += 3600.0 * late
                gate.let(PIECES)
                await heard(listener)
                listener.close()
                assert counted(serving, "phonex_stream_underruns_total") == underruns

    run(scenario())

"""One job from its text to its file, with stages that answer as the test wants."""

from __future__ import annotations

import asyncio
import io
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import soundfile

from engines.base import Utterance, VoiceEmbedding, Waveform
from engines.errors import EngineUnavailable, UnspeakableText
from serve_app.store.blobs import Blobs
from serve_app.store.embeddings import embedding_to_bytes
from serve_app.store.errors import StorageFull
from serve_app.store.records import Records
from serve_app.store.values import Job
from serve_app.threads import Threads
from serve_app.work.orders import SpeechOrder
from serve_app.work.synthesis import Progress, Speech, speak
from tests.serve_app.fakes import (
    RATE,
    UNMARKED,
    Failing,
    FakePipeline,
    deaf,
    new_job,
    order,
    run,
    spoken,
    unheard,
)

TEXT = "The first sentence is here. The second one is longer than it. And this is the third."


async def silent(done: int, total: int) -> None: ...


def leased(records: Records, text: str = TEXT, **changes: Any) -> Job:
    records.accept_job(new_job(text, **changes))
    (job,) = records.lease_jobs("runner", 1, 60, 3)
    return job


def make(
    job: Job, pipeline: FakePipeline, blobs: Blobs, progress: Progress = silent
) -> tuple[Speech, bytes]:
    async def scenario() -> Speech:
        threads = Threads()
        try:
            return await speak(
                job,
                pipeline,
                blobs,
                threads,
                progress,
                unheard(),
                *deaf(threads),
                UNMARKED,
            )
        finally:
            threads.close()

    speech = run(scenario())
    return speech, blobs.read(speech.audio.blob_key)


def samples_of(data: bytes) -> np.ndarray:
    samples, rate = soundfile.read(io.BytesIO(data), dtype="float32")
    assert rate == RATE
    return np.asarray(samples)


def test_pieces_are_joined_in_order_whatever_finishes_first(records: Records, blobs: Blobs) -> None:
    pieces = order(TEXT).pieces()
    assert len(pieces) == 3

    async def last_first(utterance: Utterance) -> Waveform:
        await asyncio.sleep(0.05 * (len(pieces) - pieces.index(utterance.text)))
        return await spoken(utterance)

    speech, data = make(leased(records), FakePipeline(speak=last_first), blobs)
    expected = [run(spoken(Utterance(piece, "EN", "EN-US"))).samples for piece in pieces]
    np.testing.assert_allclose(samples_of(data), np.concatenate(expected), atol=1e-4)
    assert speech.audio.seconds == pytest.approx(len(np.concatenate(expected)) / RATE)
    assert speech.audio.size_bytes == len(data)


def test_all_pieces_are_in_flight_at_once(records: Records, blobs: Blobs) -> None:
    waiting = 0
    together = asyncio.Event()

    async def all_together(utterance: Utterance) -> Waveform:
        nonlocal waiting
        waiting += 1
        if waiting == 3:
            together.set()
        async with asyncio.timeout(5):
            await together.wait()
        return await spoken(utterance)

    make(leased(records), FakePipeline(speak=all_together), blobs)
    assert waiting == 3


def test_a_piece_that_cannot_be_said_becomes_a_warning(records: Records, blobs: Blobs) -> None:
    second = order(TEXT).pieces()[1]

    async def speak_but_one(utterance: Utterance) -> Waveform:
        if utterance.text == second:
            raise UnspeakableText("no letters of this language")
        return await spoken(utterance)

    whole, _ = make(leased(records), FakePipeline(), blobs)
    speech, _ = make(leased(records), FakePipeline(speak=speak_but_one), blobs)
    assert speech.warnings == ["Piece 2 was left out: no letters of this language"]
    assert speech.audio.seconds == pytest.approx(whole.audio.seconds - len(second) / 100)


@pytest.mark.parametrize("text", [TEXT, "..."])
def test_a_text_of_which_nothing_can_be_said_fails(
    records: Records, blobs: Blobs, text: str
) -> None:
    async def mute(utterance: Utterance) -> Waveform:
        raise UnspeakableText("no letters of this language")

    with pytest.raises(UnspeakableText):
        make(leased(records, text), FakePipeline(speak=mute), blobs)
    assert list(blobs.list()) == []


def test_a_piece_that_fails_stops_the_others(records: Records, blobs: Blobs) -> None:
    cancelled = 0

    async def fail_one(utterance: Utterance) -> Waveform:
        nonlocal cancelled
        if utterance.text == order(TEXT).pieces()[0]:
            raise EngineUnavailable("its batch was lost")
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled += 1
            raise
        raise AssertionError

    with pytest.raises(EngineUnavailable):
        make(leased(records), FakePipeline(speak=fail_one), blobs)
    assert cancelled == 2


def test_each_piece_has_a_seed_of_its_own_and_the_job_repeats(
    records: Records, blobs: Blobs
) -> None:
    first, again, other = FakePipeline(), FakePipeline(), FakePipeline()
    for pipeline, seed in ((first, 7), (again, 7), (other, 8)):
        make(leased(records, "The same sentence. The same sentence.", seed=seed), pipeline, blobs)
    seeds = [[piece.seed for piece in pipeline.heard] for pipeline in (first, again, other)]
    assert seeds[0] == seeds[1]
    assert len({*seeds[0], *seeds[2]}) == 4


def test_a_pause_is_exact_silence_between_its_pieces(records: Records, blobs: Blobs) -> None:
    _, data = make(leased(records, "[pause 1s]One.[pause 300ms]Two."), FakePipeline(), blobs)
    one, two = (run(spoken(Utterance(text, "EN", "EN-US"))).samples for text in ("One.", "Two."))
    silence = np.zeros(RATE)
    expected = np.concatenate([silence, one, silence[: round(0.3 * RATE)], two])
    np.testing.assert_allclose(samples_of(data), expected, atol=1e-4)


def test_what_the_engine_could_not_say_is_told_once(records: Records, blobs: Blobs) -> None:
    async def warn(utterance: Utterance) -> Waveform:
        return replace(await spoken(utterance), warnings=("not spoken: 🍕",))

    job = leased(records, TEXT, warnings=["Pauses are cut to 10 s."])
    speech, _ = make(job, FakePipeline(speak=warn), blobs)
    assert speech.warnings == ["Pauses are cut to 10 s.", "not spoken: 🍕"]


def test_pronunciations_reach_the_pieces_with_their_words(records: Records, blobs: Blobs) -> None:
    pipeline = FakePipeline()
    make(leased(records, TEXT, pronunciations={"second": "S EH1"}), pipeline, blobs)
    heard = [piece.pronunciations for piece in pipeline.heard]
    assert heard == [(), (("second", "S EH1"),), ()]


def test_progress_counts_finished_pieces(records: Records, blobs: Blobs) -> None:
    reported: list[tuple[int, int]] = []

    async def progress(done: int, total: int) -> None:
        reported.append((done, total))

    make(leased(records), FakePipeline(), blobs, progress)
    assert reported == [(1, 3), (2, 3), (3, 3)]


def test_what_the_client_asked_for_reaches_the_engine(records: Records, blobs: Blobs) -> None:
    pipeline = FakePipeline()
    job = leased(records, "One.", language="ES", speaker="ES", speed=1.5, pitch=-3.0)
    make(job, pipeline, blobs)
    (heard,) = pipeline.heard
    assert replace(heard, seed=0) == Utterance("One.", "ES", "ES", 1.5, -3.0, 0, timed=True)


def test_a_clone_carries_its_voice_in_its_record(records: Records, blobs: Blobs) -> None:
    embedding = VoiceEmbedding("embedded", "1", {"mean": np.arange(3, dtype=np.float32)})
    asked = order("One.").with_voice("me", embedding_to_bytes(embedding))
    pipeline = FakePipeline()
    records.accept_job(replace(new_job(), request=asked.to_request()))
    (job,) = records.lease_jobs("runner", 1, 60, 3)
    make(job, pipeline, blobs)
    (target,) = pipeline.targets
    assert (target.engine, target.version) == ("embedded", "1")
    np.testing.assert_array_equal(target.tensors["mean"], [0, 1, 2])


def test_an_order_survives_its_record(records: Records) -> None:
    asked = order("Zoë 王 \U0001f600", pitch=-2.5, seed=2**32 - 1).with_voice("me", b"\0\xff")
    records.accept_job(replace(new_job(), request=asked.to_request()))
    (job,) = records.lease_jobs("runner", 1, 60, 3)
    assert SpeechOrder.from_request(job.request) == asked


def test_two_leases_of_a_job_write_two_files(records: Records, blobs: Blobs) -> None:
    job = leased(records)
    first, _ = make(job, FakePipeline(), blobs)
    second, _ = make(replace(job, lease="f" * 32), FakePipeline(), blobs)
    assert first.audio.blob_key != second.audio.blob_key
    assert first.audio.sha256 == second.audio.sha256


def test_a_full_store_is_told(records: Records, blobs: Blobs) -> None:
    full = Failing(blobs)
    full.errors["put"] = StorageFull("no room left")
    with pytest.raises(StorageFull):
        make(leased(records), FakePipeline(), full.as_blobs())

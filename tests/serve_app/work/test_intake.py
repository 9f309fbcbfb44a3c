"""What a request is asked before it is a job: repeated, allowed, room. Then one commit."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from deployments.graph import EMBEDDING_EXTRACTION, TONE_CONVERSION
from engines.base import VoiceEmbedding
from serve_app.errors import KeyRateExceeded, QueueFull, ServiceStarting, TextTooLong, VoiceNotFound
from serve_app.service import Service
from serve_app.store.errors import IdempotencyConflict
from serve_app.store.values import Idempotency, JobKind
from serve_app.work.intake import Asked
from serve_app.work.orders import Words
from tests.serve_app.applications import add_key, application, fill_queue
from tests.serve_app.fakes import FAST, INFO, FakePipeline, recording, run

Scenario = Callable[[Service], Awaitable[None]]
# No job is leased and no count is taken while a scenario runs.
UNATTENDED = FAST | {"max_running": 1, "poll_s": 60.0}
FEW = {"max_chars_per_minute": 100}


def asked(kind: JobKind = "tts", key: str | None = None, owner: str = "", body: str = "b") -> Asked:
    repeat = Idempotency(key, "/tts", body) if key else None
    return Asked(kind, owner, "request-1", repeat)


def words(text: str = "Hello there.") -> Words:
    return Words(text, "en-GB", None, 1.0, 0.0, "wav", None, {})


def play(tmp_path: Path, scenario: Scenario, pipeline: FakePipeline | None = None) -> None:
    async def played() -> None:
        async with application(tmp_path, pipeline, jobs=UNATTENDED, keys=FEW) as (service, _):
            await scenario(service)

    run(played())


def test_a_repetition_is_answered_however_full_it_is(tmp_path: Path) -> None:
    async def scenario(service: Service) -> None:
        intake = service.intake
        first = await intake.speak(asked(key="once"), words())
        fill_queue(service)
        again = await intake.earlier(asked(key="once"))
        assert again is not None
        assert again.id == first.id
        with pytest.raises(QueueFull):
            await intake.earlier(asked(key="another"))
        with pytest.raises(IdempotencyConflict):
            await intake.earlier(asked(key="once", body="of another request"))

    play(tmp_path, scenario)


def test_two_of_the_same_at_once_are_one_job_and_take_room_once(tmp_path: Path) -> None:
    async def scenario(service: Service) -> None:
        line = service.jobs.admission.lines["tts"]
        await service.jobs.admission.refresh()
        before_s = line.outstanding_s
        same = [service.intake.speak(asked(key="once"), words()) for _ in range(3)]
        jobs = await asyncio.gather(*same)
        assert len({job.id for job in jobs}) == 1
        assert line.outstanding_s - before_s <= jobs[0].cost * 1.01

    play(tmp_path, scenario)


def test_who_may_not_have_the_job_is_told_before_a_voice_is_learnt(tmp_path: Path) -> None:
    pipeline = FakePipeline()

    async def scenario(service: Service) -> None:
        add_key(service, "ada")
        asking = asked("clone_quick", owner="ada")
        await service.intake.clone_sample(asking, words("One hundred letters. " * 4), recording())
        with pytest.raises(KeyRateExceeded):
            await service.intake.clone_sample(asking, words("And more. " * 4), recording())
        assert len(pipeline.embedded) == 1

    play(tmp_path, scenario, pipeline)


@pytest.mark.parametrize(
    ("language", "speaker", "spoken_by"),
    [
        ("EN", None, "EN_INDIA"),
        ("en-GB", None, "EN-BR"),  # its region names a speaker
        ("EN", "EN-US", "EN-US"),
        ("ES", None, "ES"),  # the converter knows none of that language
    ],
)
def test_a_clone_starts_from_the_speaker_nearest_to_its_voice_unless_one_is_named(
    tmp_path: Path, language: str, speaker: str | None, spoken_by: str
) -> None:
    pipeline = FakePipeline()
    directions = {"en-us": (1, -1, 1, -1), "en-br": (1, 1, -1, -1), "en-india": (1, 1, 1, 0.5)}
    known = {
        name: VoiceEmbedding("openvoice", "2", {"mean": np.array(one, np.float32)})
        for name, one in directions.items()
    }
    converter = replace(INFO, name="openvoice", version="2", base_speakers={"EN": known})
    pipeline.engines |= {EMBEDDING_EXTRACTION: converter, TONE_CONVERSION: converter}
    said = replace(words(), language=language, speaker=speaker)

    async def scenario(service: Service) -> None:
        for name in ("ada", "bob"):
            job = await service.intake.clone_sample(asked("clone_quick"), said, recording())
            assert job.request["speaker"] == spoken_by
            added = await service.voices.register("", name, [recording()], None)
            job = await service.intake.clone(asked("clone"), said, added.voice.voice_id)
            assert job.request["speaker"] == spoken_by

    play(tmp_path, scenario, pipeline)


def test_nothing_is_committed_of_what_is_refused(tmp_path: Path) -> None:
    pipeline = FakePipeline()

    async def scenario(service: Service) -> None:
        intake = service.intake
        limit = service.settings.limits.max_text_chars
        with pytest.raises(TextTooLong):
            await intake.speak(asked(key="once"), words("a" * (limit + 1)))
        with pytest.raises(VoiceNotFound):
            await intake.clone(asked("clone", key="once"), words(), "nobody")
        pipeline.engines.clear()
        with pytest.raises(ServiceStarting):
            await intake.speak(asked(key="once"), words())
        fill_queue(service)
        with pytest.raises(QueueFull):
            intake.check_room("tts")
        assert service.records.find_replay("", Idempotency("once", "/tts", "b")) is None

    play(tmp_path, scenario, pipeline)

"""The whole HTTP application over real stores, with stages that answer as the test wants."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from config.settings import Settings
from deployments import scaling
from deployments.graph import TEXT_TO_SPEECH, TONE_CONVERSION
from engines.base import Utterance, Waveform
from engines.errors import EngineError, EngineUnavailable, UnspeakableText
from serve_app import ingress
from serve_app.ingress import create_app
from serve_app.proxy import Front
from serve_app.service import Service
from serve_app.store.errors import StorageFull, StoreUnavailable
from serve_app.store.values import Failure, Voice
from telemetry.meter import Meter
from tests.serve_app.applications import fill_queue
from tests.serve_app.fakes import FAST, Failing, FakePipeline, recording, run, spoken

Scenario = Callable[[Service, httpx.AsyncClient], Awaitable[None]]
ASYNC = {"Prefer": "respond-async"}
INSIDES = ("hunter2", "/srv", "Traceback", "postgresql", ".py", "RuntimeError", "phonex.db")
SECRET = "postgresql://phonex:hunter2@db/phonex and /srv/phonex.db"


@pytest.fixture
def play(tmp_path: Path) -> Callable[..., None]:
    """Run a scenario against an application of its own."""

    @asynccontextmanager
    async def opened(
        pipeline: FakePipeline, **settings: Any
    ) -> AsyncIterator[tuple[Service, httpx.AsyncClient]]:
        values = {"data_dir": tmp_path, "jobs": FAST} | settings
        meter = Meter(export_to_ray=False)
        service = await Service.open(Settings(**values), pipeline, meter)
        transport = httpx.ASGITransport(Front(create_app(service)), raise_app_exceptions=False)
        try:
            async with httpx.AsyncClient(
                transport=transport, base_url="http://localhost"
            ) as client:
                yield service, client
        finally:
            await service.close()

    def played(scenario: Scenario, pipeline: FakePipeline | None = None, **settings: Any) -> None:
        async def whole() -> None:
            async with opened(pipeline or FakePipeline(), **settings) as (service, client):
                await scenario(service, client)

        run(whole())

    return played


def check_problem(answer: httpx.Response, status: int, name: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["type"] == f"urn:phonex:problem:{name}"
    assert body["request_id"] == answer.headers["x-request-id"]
    assert not [inside for inside in INSIDES if inside in answer.text]
    return body


def test_an_unexpected_exception_tells_nothing_but_its_request_id(
    play: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        failing = Failing(service.records)
        failing.errors["list_voices"] = RuntimeError(SECRET)
        service.voices._records = failing.as_records()
        answer = await client.get("/voice/list", headers={"X-Request-ID": "trace-7"})
        assert check_problem(answer, 500, "internal-error")["request_id"] == "trace-7"
        metrics = (await client.get("/metrics")).text
        assert 'route="/voice/list",status="500"' in metrics
        problems = 'phonex_http_problems_total{route="/voice/list",type="internal-error"} 1.0'
        assert problems in metrics

    play(scenario)


@pytest.mark.usefixtures("quick_retries")
def test_a_job_whose_engine_is_away_waits_for_it(play: Callable[..., None]) -> None:
    away = iter(range(8))  # more often than a job has attempts

    async def speak(utterance: Utterance) -> Waveform:
        if next(away, None) is not None:
            raise EngineUnavailable(SECRET)
        return await spoken(utterance)

    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        answer = await client.post("/tts", json={"text": "Hello."})
        assert answer.status_code == 200, answer.text
        state = (await client.get(answer.json()["status_url"])).json()
        assert (state["status"], state["attempts"]) == ("completed", 1)

    play(scenario, FakePipeline(speak=speak))


@pytest.mark.parametrize(
    ("error", "status", "name"),
    [
        (StoreUnavailable(SECRET), 503, "store-unavailable"),
        (StorageFull(SECRET), 507, "storage-full"),
    ],
)
def test_a_store_that_fails_is_told_with_a_time(
    play: Callable[..., None], error: Exception, status: int, name: str
) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        failing = Failing(service.records)
        failing.errors["accept_job"] = error
        service.jobs._records = failing.as_records()
        answer = await client.post("/tts", json={"text": "Hello."})
        check_problem(answer, status, name)
        assert int(answer.headers["retry-after"]) >= 1

    play(scenario)


def test_too_little_disk_is_told_before_a_job_is_taken(play: Callable[..., None]) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        check_problem(await client.post("/tts", json={"text": "Hello."}), 507, "storage-full")
        assert service.records.count_jobs().by_state["queued"] == 0

    play(scenario, jobs=FAST | {"min_free_bytes": 2**60})


def test_the_records_being_away_is_not_ready(play: Callable[..., None]) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        assert (await client.get("/readyz")).status_code == 200
        failing = Failing(service.records)
        failing.errors["ping"] = StoreUnavailable(SECRET)
        service.records = failing.as_records()
        check_problem(await client.get("/readyz"), 503, "store-unavailable")
        assert (await client.get("/healthz")).status_code == 200

    play(scenario)


@pytest.mark.parametrize(
    ("method", "route", "request_"),
    [
        ("POST", "/tts", {"json": {"text": "Hello."}}),
        ("POST", "/clone", {"json": {"text": "Hello.", "voice_id": "a"}}),
        ("POST", "/clone/quick", {"data": {"text": "Hi."}, "files": {"voice_sample": b"RIFF"}}),
        ("POST", "/voice/register", {"data": {"voice_name": "a"},
                                     "files": {"voice_sample": b"RIFF"}}),
        ("GET", "/tts/read?text=Hi", {}),
        ("GET", "/tts/speakers", {}),
        ("GET", "/tts/speakers/EN", {}),
        ("GET", "/readyz", {}),
    ],
)  # fmt: skip
def test_what_needs_an_engine_waits_for_it_with_a_time_and_is_no_failure(
    play: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    route: str,
    request_: dict[str, Any],
) -> None:
    told: list[object] = []
    monkeypatch.setattr(ingress.logger, "error", lambda *words, **_: told.append(words))

    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        answer = await client.request(method, route, **request_)
        check_problem(answer, 503, "service-starting")
        assert int(answer.headers["retry-after"]) >= 1
        health = (await client.get("/health")).json()
        assert (health["status"], health["tts_ready"]) == ("degraded", False)
        assert (await client.get("/voice/list")).json()["voices"] == []
        assert told == []

    play(scenario, FakePipeline(engines={}, replicas=dict.fromkeys(FakePipeline().replicas, 0)))


def test_a_stage_that_rests_is_no_fault_and_requests_are_taken(play: Callable[..., None]) -> None:
    resting = FakePipeline(resting=frozenset({TONE_CONVERSION, TEXT_TO_SPEECH}))
    resting.replicas |= dict.fromkeys(resting.resting, 0)

    async def scenario(_: Service, client: httpx.AsyncClient) -> None:
        assert (await client.get("/readyz")).status_code == 200
        health = (await client.get("/health")).json()
        assert (health["status"], health["tts_ready"], health["voice_clone_ready"]) == (
            "healthy",
            True,
            True,
        )
        spoken = await client.post("/tts", json={"text": "Hello there."})
        assert spoken.status_code == 200

    play(scenario, resting)


def test_ray_is_told_what_waits_in_the_words_of_the_policy(play: Callable[..., None]) -> None:
    async def speak(utterance: Utterance) -> Waveform:
        await asyncio.sleep(60)
        return await spoken(utterance)

    pipeline = FakePipeline(speak=speak, rates={TEXT_TO_SPEECH: 2.5})

    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        await client.post("/tts", json={"text": "Hello there."}, headers=ASYNC)
        with pipeline.demand.waiting("embedding", 3.0):
            said = service.signals()
        now = 1000.0
        metrics = {key: {"one": [SimpleNamespace(timestamp=now, value=said[key])]} for key in said}
        heard = scaling.heard(metrics, now)
        assert heard is not None
        assert heard.target_wait_s == 7.0
        assert heard.rates == {TEXT_TO_SPEECH: 2.5}
        assert heard.loads["speech"].waiting_s > 0  # a job that is accepted
        assert heard.loads["cloning"] == scaling.Load()
        assert heard.loads["embedding"].waiting_s == 3.0
        assert heard.loads["embedding"].arriving > 0

    play(scenario, pipeline, scaling={"target_wait_s": 7.0})


def test_a_named_origin_is_allowed_and_reads_errors_too(play: Callable[..., None]) -> None:
    origin = {"Origin": "https://app.example"}

    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        failing = Failing(service.records)
        failing.errors["list_voices"] = RuntimeError("a bug")
        service.voices._records = failing.as_records()
        preflight = await client.options(
            "/tts",
            headers=origin
            | {
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "content-type,idempotency-key,prefer",
            },
        )
        assert preflight.status_code == 200
        assert preflight.headers["access-control-allow-origin"] == origin["Origin"]
        for answer in (
            await client.get("/healthz", headers=origin),
            await client.post("/tts", json={}, headers=origin),
            await client.post("/tts", content=b"x" * 3000, headers=origin),
            await client.get("/voice/list", headers=origin),  # 500
        ):
            assert answer.headers["access-control-allow-origin"] == origin["Origin"], answer.text
            assert "Retry-After" in answer.headers["access-control-expose-headers"]
        other = await client.get("/healthz", headers={"Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in other.headers

    play(
        scenario,
        http={"cors_origins": [origin["Origin"]], "cors_credentials": True},
        limits={"max_upload_bytes": 2000},
    )


@pytest.mark.parametrize(
    "body",
    [b'{"text": "a", "\\ud800": 1}', b'{"text": "\\ud800"}',
     b'{"text": "a", "language": "\\ud800"}', b'{"text": "a", "speaker": "\\udfff"}',
     b'{"text": 1e999}', b'{"text": "a", "seed": NaN}',
     b'{"text": "a", "seed": 1e400}', b'{"text": "a", "speed": -Infinity}'],
)  # fmt: skip
def test_odd_json_is_the_clients_fault(play: Callable[..., None], body: bytes) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        headers = {"Content-Type": "application/json"}
        answer = await client.post("/tts", content=body, headers=headers)
        assert answer.status_code == 422, answer.text
        assert answer.headers["content-type"] == "application/problem+json"

    play(scenario)


@pytest.mark.parametrize(
    ("error", "status", "name"),
    [
        (UnspeakableText("no letters of this language"), 422, "unspeakable-text"),
        (EngineError("the vocoder broke"), 500, "engine-error"),
    ],
)
@pytest.mark.usefixtures("quick_retries")
def test_a_job_that_fails_while_its_client_waits_is_answered_as_its_cause(
    play: Callable[..., None], error: Exception, status: int, name: str
) -> None:
    async def fail(utterance: Utterance) -> Waveform:
        raise error

    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        answer = await client.post("/tts", json={"text": "Hello."})
        audio_id = check_problem(answer, status, name)["audio_id"]
        gone = await client.get(f"/audio/{audio_id}")
        assert check_problem(gone, 410, "audio-failed")["cause"].endswith(name)
        state = (await client.get(f"/status/{audio_id}")).json()
        assert (state["status"], state["problem"]) == ("failed", f"urn:phonex:problem:{name}")

    play(scenario, FakePipeline(speak=fail))


def test_a_job_whose_runners_died_is_answered_as_given_up(play: Callable[..., None]) -> None:
    async def never(utterance: Utterance) -> Waveform:
        await asyncio.Event().wait()
        raise AssertionError

    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        waiting = asyncio.create_task(client.post("/tts", json={"text": "Hello."}))
        job = None
        while job is None or job.lease is None:
            await asyncio.sleep(0.02)
            ids = service.jobs.runner.running()
            job = service.records.get_job(ids[0]) if ids else None
        died = Failure("runner-died", "The job was given up", "its runner died 3 times")
        assert service.records.fail_job(job.id, job.lease, died)
        body = check_problem(await waiting, 500, "runner-died")
        assert body["detail"] == "its runner died 3 times"

    play(scenario, FakePipeline(speak=never))


def test_audio_that_was_deleted_is_not_promised_to_a_repetition(
    play: Callable[..., None],
) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        key = {"Idempotency-Key": uuid.uuid4().hex}
        body = {"text": "Only once."}
        first = (await client.post("/tts", json=body, headers=key)).json()
        again = (await client.post("/tts", json=body, headers=key | ASYNC)).json()
        assert again["audio_id"] == first["audio_id"]
        assert (await client.delete(first["audio_url"])).status_code == 200
        for headers in (key, key | ASYNC):
            answer = await client.post("/tts", json=body, headers=headers)
            told = check_problem(answer, 404, "audio-not-found")
            assert told["detail"] == "The audio was deleted."  # and not while it was being made

    play(scenario)


def test_a_clone_repeats_by_its_key_when_its_voice_is_gone(play: Callable[..., None]) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        registered = await client.post(
            "/voice/register", data={"voice_name": "Ada"}, files={"voice_sample": recording()}
        )
        assert registered.status_code == 200, registered.text
        key = {"Idempotency-Key": uuid.uuid4().hex}
        body = {"text": "Only once.", "voice_id": "ada"}
        first = (await client.post("/clone", json=body, headers=key)).json()
        await client.delete("/voice/ada")
        again = await client.post("/clone", json=body, headers=key)
        assert again.status_code == 200, again.text
        assert again.json()["audio_id"] == first["audio_id"]

    play(scenario)


def test_a_voice_of_another_engine_is_refused_at_the_door(play: Callable[..., None]) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        voice = Voice("id", "", "Ada", "openvoice", "2", "voices/id.safetensors", {}, 9.0)
        service.records.add_voice(voice)
        answer = await client.post("/clone", json={"text": "Hello.", "voice_id": "ada"})
        detail = check_problem(answer, 422, "embedding-mismatch")["detail"]
        assert "openvoice 2" in detail
        assert "Register it again" in detail

    play(scenario)


def test_a_file_that_is_gone_is_not_found(play: Callable[..., None]) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        made = (await client.post("/tts", json={"text": "Hello."})).json()
        job = service.records.get_job(made["audio_id"])
        assert job is not None
        assert job.audio is not None
        service.blobs.delete(job.audio.blob_key)
        check_problem(await client.get(made["audio_url"]), 404, "audio-not-found")

    play(scenario)


def test_a_wait_is_as_long_as_the_client_prefers(play: Callable[..., None]) -> None:
    async def slow(utterance: Utterance) -> Waveform:
        await asyncio.sleep(0.5)
        return await spoken(utterance)

    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        for lines, status in (
            (["wait=0"], 202),
            (["respond-async, wait=9"], 202),
            (["wait=9"], 200),
            (["wait=9", "Respond-Async"], 202),  # a list may come in several lines (RFC 7240, 2)
            (["handling=lenient; a=b", 'wait="0"'], 202),
            (['wait = "9"; a=b, wait=0'], 200),  # the first counts
            (["no-respond-async", "x=wait=0"], 200),  # which nobody here knows
            (['x="respond-async"'], 200),
        ):
            headers = [("Prefer", line) for line in lines]
            answer = await client.post("/tts", json={"text": "Hi."}, headers=headers)
            assert answer.status_code == status, lines
            assert ("location" in answer.headers) is (status == 202)

    play(scenario, FakePipeline(speak=slow))


@pytest.mark.parametrize(
    ("route", "request_", "status"),
    [
        ("/tts", {"json": {"text": "Hello."}}, 429),
        ("/tts", {"content": b"no JSON at all"}, 429),  # not even looked at
        ("/clone", {"json": {"text": "Hello.", "voice_id": "nobody"}}, 429),
        ("/clone/quick", {"content": b"x" * 2**20}, 429),
        ("/voice/list", None, 200),
    ],
)
def test_a_full_service_refuses_before_it_reads(
    play: Callable[..., None], route: str, request_: dict[str, Any] | None, status: int
) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        fill_queue(service)
        if request_ is None:
            assert (await client.get(route)).status_code == status
            return
        answer = await client.post(route, **request_)
        check_problem(answer, status, "queue-full")
        assert 60 < int(answer.headers["retry-after"]) < 70
        counted = (await client.get("/metrics")).text
        assert f'method="POST",route="{route}",status="429"' in counted

    play(scenario, jobs=FAST | {"poll_s": 60.0})


def test_a_repetition_is_answered_by_a_full_service(play: Callable[..., None]) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        headers = {"Idempotency-Key": "once"}
        first = await client.post("/tts", json={"text": "Hello."}, headers=headers)
        fill_queue(service)
        again = await client.post("/tts", json={"text": "Hello."}, headers=headers)
        assert again.json()["audio_id"] == first.json()["audio_id"]
        other = {"Idempotency-Key": "another"}
        refused = await client.post("/tts", json={"text": "Hello."}, headers=other)
        check_problem(refused, 429, "queue-full")

    play(scenario, jobs=FAST | {"poll_s": 60.0})


GIF = {"text": "A GIF. [pause 300ms] Done.", "pronunciations": {"gif": "jh ih1 f"}}


def test_pronunciations_and_the_lexicon_reach_the_engine(play: Callable[..., None]) -> None:
    pipeline = FakePipeline()
    lexicon = {"EN": {"GIF": "G IH1 F", "done": "D AH1 N", "nginx": "EH1 N"}}

    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        answer = await client.post("/tts", json=GIF)
        assert answer.status_code == 200, answer.text
        heard = {piece.text: dict(piece.pronunciations) for piece in pipeline.heard}
        assert heard == {"A GIF.": {"gif": "jh ih1 f"}, "Done.": {"done": "D AH1 N"}}
        form = {"text": "A GIF.", "pronunciations": '{"GIF": "JH IH1 F"}'}
        answer = await client.post(
            "/clone/quick", data=form, files={"voice_sample": ("me.wav", recording())}
        )
        assert answer.status_code == 200, answer.text
        assert pipeline.heard[-1].pronunciations == (("gif", "JH IH1 F"),)

    play(scenario, pipeline, lexicon=lexicon)


def test_a_pronunciation_that_cannot_be_used_is_told_before_a_job_is_taken(
    play: Callable[..., None],
) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        bad = {"text": "A GIF.", "pronunciations": {"GIF": "JH IH1 QQ"}}
        body = check_problem(await client.post("/tts", json=bad), 422, "invalid-pronunciation")
        assert (body["word"], body["phone"]) == ("GIF", "QQ")
        listed = (await client.get(body["phones_url"])).json()
        assert listed["notation"] == "ARPAbet"
        assert {"JH", "IH"} <= set(listed["phones"])
        chinese = {"text": "重庆", "language": "ZH", "pronunciations": {"重庆": "chong2 qing4"}}
        answer = await client.post("/tts", json=chinese)
        check_problem(answer, 422, "pronunciations-unsupported")
        check_problem(await client.get("/tts/phones/zh"), 422, "pronunciations-unsupported")
        for wrong in ({"x" * 65: "EH1"}, {str(i): "EH1" for i in range(101)}, {"a": ""}, ["a"]):
            answer = await client.post("/tts", json={"text": "A.", "pronunciations": wrong})
            check_problem(answer, 422, "invalid-request")
        for form in ("no json", '["a"]', '{"GIF": 1}'):
            answer = await client.post(
                "/clone/quick",
                data={"text": "A GIF.", "pronunciations": form},
                files={"voice_sample": ("me.wav", recording())},
            )
            check_problem(answer, 422, "invalid-request")
        assert service.records.count_jobs().by_state["queued"] == 0

    play(scenario)


def test_a_lexicon_the_engine_cannot_use_is_a_warning(play: Callable[..., None]) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        answer = await client.post("/tts", json={"text": "重庆", "language": "ZH"})
        assert any("lexicon" in warning for warning in answer.json()["warnings"])

    play(scenario, lexicon={"ZH": {"重庆": "chong2 qing4"}})

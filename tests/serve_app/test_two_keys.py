"""Two owners, every route: nobody reads, lists, deletes or infers what is another's.

`MATRIX` has one entry a route. A route without an entry fails the first test: whoever adds one
says here what a stranger's key may see of it.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from engines.audio.decode import decode
from engines.audio.encode import encode
from engines.base import Utterance, Waveform
from engines.errors import UnspeakableText
from serve_app import ingress
from serve_app.service import Service
from serve_app.store.errors import QuotaExceeded
from serve_app.voice_names import RESERVED
from serve_app.web.shedding import ELEVENLABS_SPEECH, ELEVENLABS_WAYS
from serve_app.work.marks import open_marks
from serve_app.work.orders import SpeechOrder
from tests.conftest import REAL_VOICE
from tests.serve_app.applications import add_key, application, routes_of
from tests.serve_app.fakes import Failing, FakePipeline, recording, run, spoken, until

ASYNC = {"Prefer": "respond-async"}
SLOW = "Slowly, slowly."
IDEMPOTENCY = {"Idempotency-Key": "order-1"}


@dataclass
class World:
    """What Ada has, and two ways to ask for it."""

    service: Service
    client: httpx.AsyncClient
    ada: dict[str, str]
    bob: dict[str, str]
    done: str = ""  # audio ids of Ada's
    failed: str = ""
    unfinished: str = ""
    voice: str = "ada_lovelace"  # and its record's id:
    voice_record: str = ""
    consent: str = ""
    batch: str = ""
    deleted: str = ""  # the record's id of a voice that is gone
    etag: str = ""

    async def ask(
        self, key: dict[str, str], method: str, path: str, **request: Any
    ) -> httpx.Response:
        headers = key | request.pop("headers", {})
        async with asyncio.timeout(10):
            return await self.client.request(method, path, headers=headers, **request)

    @property
    def audio_ids(self) -> tuple[str, ...]:
        return self.done, self.done.upper(), self.failed, self.unfinished

    @property
    def voice_ids(self) -> tuple[str, ...]:
        return self.voice, "Ada Lovelace", self.voice_record


Check = Callable[[World, str, str], Awaitable[None]]


def seen(answer: httpx.Response, asked: str) -> tuple[int, str, list[tuple[str, str]]]:
    """All there is to see, with the id that was asked for taken out."""
    body = answer.text.replace(asked, "ID").replace(answer.headers["x-request-id"], "REQUEST")
    varying = ("x-request-id", "content-length")
    headers = sorted(item for item in answer.headers.items() if item[0] not in varying)
    return answer.status_code, body, headers


async def audio_of_another(world: World, method: str, template: str) -> None:
    """Whatever is asked, however: as if it did not exist, at once."""
    variants: list[dict[str, Any]] = [
        {},
        {"params": {"wait": 30}},
        {"headers": {"Range": "bytes=0-3"}},
        {"headers": {"Range": "bytes=999999999-"}},
        {"headers": {"If-None-Match": world.etag}},
        {"headers": {"If-None-Match": "*"}},
    ]
    for request in variants:
        missing = str(uuid.uuid4())
        nowhere = await world.ask(world.bob, method, template.format(audio_id=missing), **request)
        for audio_id in world.audio_ids:
            foreign = await world.ask(
                world.bob, method, template.format(audio_id=audio_id), **request
            )
            assert foreign.status_code == 404
            assert seen(foreign, audio_id) == seen(nowhere, missing)


async def voice_of_another(world: World, method: str, template: str) -> None:
    for voice_id in world.voice_ids:
        nowhere = await world.ask(world.bob, method, template.format(voice_id="nobody"))
        foreign = await world.ask(world.bob, method, template.format(voice_id=voice_id))
        assert foreign.status_code == 404
        assert seen(foreign, voice_id) == seen(nowhere, "nobody")


async def clone_of_anothers_voice(world: World, method: str, template: str) -> None:
    for voice_id in world.voice_ids:
        answers = [
            await world.ask(world.bob, method, template, json={"text": "Hi.", "voice_id": name})
            for name in ("nobody", voice_id)
        ]
        assert answers[1].status_code == 404
        assert seen(answers[1], voice_id) == seen(answers[0], "nobody")


async def speech_by_the_same_idempotency_key(world: World, method: str, template: str) -> None:
    """Neither Ada's job nor a word that the key was used."""
    body = {"text": "Hello from Ada."}
    hers = await world.ask(world.ada, method, template, json=body, headers=IDEMPOTENCY | ASYNC)
    assert hers.json()["audio_id"] == world.done  # a repetition of her own
    for text in ("Hello from Ada.", "Something else."):
        his = await world.ask(
            world.bob,
            method,
            template,
            json={"text": text},
            headers={"Idempotency-Key": f"order-{1 + (text != body['text'])}"},
        )
        assert his.status_code == 200
        assert his.json()["audio_id"] != world.done


async def quick_clone_by_the_same_idempotency_key(world: World, method: str, template: str) -> None:
    ids = set()
    for key in (world.ada, world.bob, world.ada):
        answer = await world.ask(
            key,
            method,
            template,
            data={"text": "Hello there."},
            files={"voice_sample": ("a.wav", recording())},
            headers={"Idempotency-Key": "quick-1"},
        )
        assert answer.status_code == 200, answer.text
        ids.add(answer.json()["audio_id"])
    assert len(ids) == 2


async def registration_under_the_same_name(world: World, method: str, template: str) -> None:
    """A name that another has taken is free, by the same idempotency key too."""
    answer = await world.ask(
        world.bob,
        method,
        template,
        data={"voice_name": "Ada Lovelace"},
        files={"voice_sample": ("a.wav", recording())},
        headers={"Idempotency-Key": "voice-1"},
    )
    assert answer.status_code == 200, answer.text
    mine = world.service.records.get_voice(world.voice, "bob")
    assert mine is not None
    assert mine.id != world.voice_record
    assert mine.blob_key != f"voices/{world.voice_record}.safetensors"
    # Deleted again, by its owner: the other's is still there, as the end of the test finds.
    deleted = await world.ask(world.bob, "DELETE", f"/voice/{world.voice}")
    assert deleted.status_code == 200


async def own_voices_only(world: World, method: str, template: str) -> None:
    answer = await world.ask(world.bob, method, template)
    assert answer.json() == {"voices": [], "count": 0, "items": []}
    hers = await world.ask(world.ada, method, template)
    assert hers.json()["voices"] == [world.voice]


async def own_numbers_only(world: World, method: str, template: str) -> None:
    his = (await world.ask(world.bob, method, template)).json()
    assert (his["registered_voices"], sum(his["jobs"].values())) == (0, 0)
    assert his["queued_audio_seconds"] == 0
    hers = (await world.ask(world.ada, method, template)).json()
    assert (hers["registered_voices"], sum(hers["jobs"].values())) == (1, 1)


async def no_numbers(world: World, method: str, template: str) -> None:
    answer = await world.client.request(method, template)
    assert answer.status_code == 200
    body = answer.json()
    assert (body["registered_voices"], body["jobs"], body["stages"]) == (0, {}, [])
    assert body["queued_audio_seconds"] == 0


async def closed_to_both(world: World, method: str, template: str) -> None:
    for key in (world.ada, world.bob):
        assert (await world.ask(key, method, template)).status_code == 403


async def same_for_all(world: World, method: str, template: str) -> None:
    path = template.replace("{language}", "EN").replace("{model_id}", "tts-1")
    answers = [await world.ask(key, method, path) for key in (world.ada, world.bob)]
    assert answers[0].status_code == 200
    assert answers[0].content == answers[1].content


async def speech_in_anothers_voice(world: World, method: str, template: str) -> None:
    for voice_id in world.voice_ids:
        answers = [
            await world.ask(world.bob, method, template, json={"input": "Hi.", "voice": name})
            for name in ("nobody", voice_id)
        ]
        assert answers[1].status_code == 404
        assert seen(answers[1], voice_id) == seen(answers[0], "nobody")


async def elevenlabs_speech_in_anothers_voice(world: World, method: str, template: str) -> None:
    for voice_id in world.voice_ids:
        answers = [
            await world.ask(world.bob, method, template.format(voice_id=name), json={"text": "Hi."})
            for name in ("nobody", voice_id)
        ]
        assert answers[1].status_code == 404
        assert seen(answers[1], voice_id) == seen(answers[0], "nobody")


async def own_voices_before_those_of_all(world: World, method: str, template: str) -> None:
    params = {"page_size": 100} if template.startswith("/v2") else {}
    hers, his = [
        (await world.ask(key, method, template, params=params)).json()["voices"]
        for key in (world.ada, world.bob)
    ]
    assert hers[0]["voice_id"] == world.voice
    assert hers[1:] == his
    nobody = await world.ask({"xi-api-key": "wrong"}, method, template)
    assert nobody.json()["detail"]["status"] == "invalid_api_key"
    shown = {"xi-api-key": world.ada["Authorization"].removeprefix("Bearer ")}
    assert (await world.ask(shown, method, template, params=params)).json()["voices"] == hers


async def own_voices_among_those_of_all(world: World, method: str, template: str) -> None:
    hers, his = [
        (await world.ask(key, method, template)).json()["voices"] for key in (world.ada, world.bob)
    ]
    assert hers[0]["id"] == world.voice
    assert hers[1:] == his


async def same_reading(world: World, method: str, path: str) -> None:
    asked: dict[str, Any] = {"text": "It cost $3.50."}
    how = {"params": asked} if method == "GET" else {"json": asked}
    answers = [await world.ask(key, method, path, **how) for key in (world.ada, world.bob)]
    assert answers[0].status_code == 200
    assert answers[0].content == answers[1].content


async def own_jobs_only(world: World, method: str, path: str) -> None:
    mine = (await world.ask(world.ada, method, path)).json()
    assert {job["job_id"] for job in mine["jobs"]} >= {world.done, world.failed, world.unfinished}
    for before in ("", world.done):  # not by naming another's as the page before, either
        theirs = await world.ask(world.bob, method, path, params={"before": before})
        assert theirs.json() == {"jobs": [], "count": 0, "next": None}


async def own_consents_only(world: World, method: str, template: str) -> None:
    hers = (await world.ask(world.ada, method, template)).json()
    assert [one["id"] for one in hers["data"]] == [world.consent]
    theirs = await world.ask(world.bob, method, template)
    assert (theirs.json()["data"], theirs.json()["has_more"]) == ([], False)
    # Not by naming another's as the last one seen, either.
    foreign, nowhere = [
        await world.ask(world.bob, method, template, params={"after": after})
        for after in (world.consent, "nothing")
    ]
    assert foreign.status_code == 404
    assert seen(foreign, world.consent) == seen(nowhere, "nothing")


async def consent_of_another(world: World, method: str, template: str) -> None:
    body: dict[str, Any] = {"json": {"name": "Mine"}} if method == "POST" else {}
    nowhere = await world.ask(world.bob, method, template.format(consent_id="nothing"), **body)
    path = template.format(consent_id=world.consent)
    foreign = await world.ask(world.bob, method, path, **body)
    assert foreign.status_code == 404
    assert seen(foreign, world.consent) == seen(nowhere, "nothing")


async def new_consent_of_ones_own(world: World, method: str, template: str) -> None:
    answer = await world.ask(
        world.bob,
        method,
        template,
        data={"name": "Ada Lovelace", "language": "en"},
        files={"recording": ("a.wav", recording())},
    )
    assert answer.status_code == 200, answer.text
    consent_id = answer.json()["id"]
    assert world.service.records.get_consent(consent_id, "ada") is None
    deleted = await world.ask(world.bob, "DELETE", f"{template}/{consent_id}")
    assert deleted.status_code == 200


async def voice_by_anothers_consent(world: World, method: str, template: str) -> None:
    answers = [
        await world.ask(
            world.bob,
            method,
            template,
            data={"name": "Ada", "consent": consent_id},
            files={"audio_sample": ("a.wav", recording())},
        )
        for consent_id in ("nothing", world.consent)
    ]
    assert answers[1].status_code == 404
    assert seen(answers[1], world.consent) == seen(answers[0], "nothing")


async def imported_under_the_same_name(world: World, method: str, template: str) -> None:
    """Where Ada gives her file away, the voice of it is Bob's own."""
    file = await world.ask(world.ada, "GET", f"/voice/{world.voice}/export")
    answer = await world.ask(
        world.bob, method, template, files={"voice_file": ("ada.voice", file.content)}
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["voice_id"] == world.voice
    assert answer.json()["record_id"] != world.voice_record
    deleted = await world.ask(world.bob, "DELETE", f"/voice/{world.voice}")
    assert deleted.status_code == 200


async def own_deleted_voices_only(world: World, method: str, template: str) -> None:
    hers, his = [(await world.ask(key, method, template)).json() for key in (world.ada, world.bob)]
    assert [one["record_id"] for one in hers["items"]] == [world.deleted]
    assert world.deleted not in str(his)


async def own_jobs_named_in_a_recording(world: World, method: str, template: str) -> None:
    """Both hear that it was generated here; by whose job, she alone."""
    job = world.service.records.get_job(world.unfinished)
    assert job is not None
    marks = open_marks(world.service.settings.provenance, world.service.records)
    speech = decode(REAL_VOICE, world.service.settings.limits)
    marker = marks.marker(SpeechOrder.from_request(job.request), speech.sample_rate)
    assert marker is not None
    marked = np.concatenate([marker.mark(speech.samples), marker.finish()])
    file = encode(Waveform(marked, speech.sample_rate), "flac")
    hers, his = [
        (await world.ask(key, method, template, files={"audio": ("a.flac", file)})).json()
        for key in (world.ada, world.bob)
    ]
    assert hers["generated"]
    assert his["generated"]
    assert hers["audio_id"] == world.unfinished
    assert his["audio_id"] is None
    assert world.unfinished not in str(his)


ELEVENLABS = tuple(ELEVENLABS_SPEECH + way for way in ELEVENLABS_WAYS)


async def a_secret_of_ones_own(world: World, method: str, template: str) -> None:
    hers, his = [(await world.ask(key, method, template)).json() for key in (world.ada, world.bob)]
    assert hers["secret"] != his["secret"]


async def batch_of_another(world: World, method: str, template: str) -> None:
    variants: list[dict[str, Any]] = [{}, {"params": {"wait": 30}}, {"params": {"partial": True}}]
    for request in variants:
        missing = str(uuid.uuid4())
        nowhere = await world.ask(world.bob, method, template.format(batch_id=missing), **request)
        for batch_id in (world.batch, world.batch.upper()):
            path = template.format(batch_id=batch_id)
            foreign = await world.ask(world.bob, method, path, **request)
            assert foreign.status_code == 404
            assert seen(foreign, batch_id) == seen(nowhere, missing)


async def batch_by_the_same_idempotency_key(world: World, method: str, path: str) -> None:
    for key, text in ((world.ada, "Of Ada's."), (world.bob, "Of Ada's."), (world.bob, "Else.")):
        number = {"Idempotency-Key": f"batch-{text}"}
        answer = await world.ask(key, method, path, json=[{"text": text}], headers=number)
        assert answer.status_code in (200, 202), answer.text
        assert (answer.json()["batch_id"] == world.batch) is (key is world.ada)


MATRIX: dict[tuple[str, str], Check] = {
    ("GET", "/jobs/{audio_id}/events"): audio_of_another,
    ("GET", "/webhooks/secret"): a_secret_of_ones_own,
    ("POST", "/verify"): own_jobs_named_in_a_recording,
    ("GET", "/audio/{audio_id}"): audio_of_another,
    ("HEAD", "/audio/{audio_id}"): audio_of_another,
    ("DELETE", "/audio/{audio_id}"): audio_of_another,
    ("GET", "/audio/{audio_id}/quality"): audio_of_another,
    ("GET", "/audio/{audio_id}/captions.vtt"): audio_of_another,
    ("GET", "/audio/{audio_id}/captions.srt"): audio_of_another,
    ("GET", "/audio/{audio_id}/captions.json"): audio_of_another,
    ("GET", "/status/{audio_id}"): audio_of_another,
    ("GET", "/job/{audio_id}"): audio_of_another,
    ("GET", "/voice/{voice_id}"): voice_of_another,
    ("DELETE", "/voice/{voice_id}"): voice_of_another,
    ("GET", "/voice/{voice_id}/export"): voice_of_another,
    ("POST", "/voice/import"): imported_under_the_same_name,
    ("GET", "/voice/list"): own_voices_only,
    ("GET", "/voice/list/deleted"): own_deleted_voices_only,
    ("GET", "/jobs"): own_jobs_only,
    ("POST", "/batch"): batch_by_the_same_idempotency_key,
    ("GET", "/batch/{batch_id}"): batch_of_another,
    ("DELETE", "/batch/{batch_id}"): batch_of_another,
    ("GET", "/batch/{batch_id}/audio"): batch_of_another,
    ("HEAD", "/batch/{batch_id}/audio"): batch_of_another,
    ("POST", "/clone"): clone_of_anothers_voice,
    ("POST", "/tts"): speech_by_the_same_idempotency_key,
    ("POST", "/clone/quick"): quick_clone_by_the_same_idempotency_key,
    ("POST", "/voice/register"): registration_under_the_same_name,
    ("GET", "/health"): own_numbers_only,
    ("GET", "/"): no_numbers,
    ("GET", "/metrics"): closed_to_both,
    ("GET", "/tts/speakers"): same_for_all,
    ("GET", "/tts/speakers/{language}"): same_for_all,
    ("GET", "/tts/phones/{language}"): same_for_all,
    ("POST", "/v1/audio/speech"): speech_in_anothers_voice,
    ("GET", "/v1/audio/voices"): own_voices_among_those_of_all,
    ("POST", "/v1/audio/voices"): voice_by_anothers_consent,
    ("DELETE", "/v1/audio/voices/{voice_id}"): voice_of_another,
    ("GET", "/v1/audio/voice_consents"): own_consents_only,
    ("POST", "/v1/audio/voice_consents"): new_consent_of_ones_own,
    ("GET", "/v1/audio/voice_consents/{consent_id}"): consent_of_another,
    ("POST", "/v1/audio/voice_consents/{consent_id}"): consent_of_another,
    ("DELETE", "/v1/audio/voice_consents/{consent_id}"): consent_of_another,
    **{("POST", route): elevenlabs_speech_in_anothers_voice for route in ELEVENLABS},
    ("GET", "/v1/voices"): own_voices_before_those_of_all,
    ("GET", "/v2/voices"): own_voices_before_those_of_all,
    ("GET", "/v1/voices/{voice_id}"): voice_of_another,
    ("GET", "/v1/audio/models"): same_for_all,
    ("GET", "/v1/models"): same_for_all,
    ("GET", "/v1/models/{model_id}"): same_for_all,
    ("GET", "/tts/read"): same_reading,
    ("POST", "/tts/read"): same_reading,
    ("GET", "/healthz"): same_for_all,
    ("GET", "/readyz"): same_for_all,
    ("GET", "/docs"): same_for_all,
    ("GET", "/openapi.json"): same_for_all,
}


async def settle(world: World) -> None:
    """Give Ada a consent, a voice, one that was deleted, finished, failed and unfinished audio."""
    files = {"recording": ("a.wav", recording())}
    consent = await world.ask(
        world.ada,
        "POST",
        "/v1/audio/voice_consents",
        data={"name": "Ada", "language": "en"},
        files=files,
    )
    world.consent = consent.json()["id"]
    gone = await world.ask(
        world.ada,
        "POST",
        "/v1/audio/voices",
        data={"name": "Gone", "consent": world.consent},
        files={"audio_sample": ("a.wav", recording())},
    )
    world.deleted = (await world.ask(world.ada, "GET", f"/voice/{gone.json()['id']}")).json()[
        "record_id"
    ]
    await world.ask(world.ada, "DELETE", f"/v1/audio/voices/{gone.json()['id']}")
    registered = await world.ask(
        world.ada,
        "POST",
        "/voice/register",
        data={"voice_name": "Ada Lovelace"},
        files={"voice_sample": ("a.wav", recording())},
        headers={"Idempotency-Key": "voice-1"},
    )
    assert registered.json()["voice_id"] == world.voice
    voice = world.service.records.get_voice(world.voice, "ada")
    assert voice is not None
    world.voice_record = voice.id
    done = await world.ask(
        world.ada, "POST", "/tts", json={"text": "Hello from Ada."}, headers=IDEMPOTENCY
    )
    world.done = done.json()["audio_id"]
    failed = await world.ask(world.ada, "POST", "/tts", json={"text": "Fail."}, headers=ASYNC)
    world.failed = failed.json()["audio_id"]
    await world.ask(world.ada, "GET", f"/status/{world.failed}", params={"wait": 9})
    batch = await world.ask(
        world.ada,
        "POST",
        "/batch",
        json=[{"text": "Of Ada's."}],
        headers={"Idempotency-Key": "batch-Of Ada's."},
    )
    world.batch = batch.json()["batch_id"]
    await world.ask(world.ada, "GET", f"/batch/{world.batch}", params={"wait": 9})
    slow = await world.ask(world.ada, "POST", "/tts", json={"text": SLOW}, headers=ASYNC)
    world.unfinished = slow.json()["audio_id"]
    await until(lambda: world.service.records.count_jobs().by_state["processing"] == 1)
    world.etag = (await world.ask(world.ada, "GET", f"/audio/{world.done}")).headers["etag"]


async def what_ada_has(world: World) -> list[object]:
    found: list[object] = []
    for audio_id in (world.done, world.failed, world.unfinished):
        answer = await world.ask(world.ada, "GET", f"/status/{audio_id}")
        found.append(answer.json()["status"])
    found.append((await world.ask(world.ada, "GET", f"/audio/{world.done}")).content)
    for path in (
        f"/batch/{world.batch}",
        f"/voice/{world.voice}",
        f"/v1/audio/voice_consents/{world.consent}",
    ):
        found.append((await world.ask(world.ada, "GET", path)).json())
    return found


def test_nobody_reads_lists_deletes_or_infers_anothers(tmp_path: Path) -> None:
    gate = asyncio.Event()

    async def speak(utterance: Utterance) -> Waveform:
        if utterance.text == SLOW:
            await gate.wait()
        if utterance.text == "Fail.":
            raise UnspeakableText("no")
        return await spoken(utterance)

    async def scenario() -> None:
        async with application(tmp_path, FakePipeline(speak=speak)) as (service, client):
            world = World(service, client, add_key(service, "ada"), add_key(service, "bob"))
            try:
                await settle(world)
                before = await what_ada_has(world)
                assert before[:3] == ["completed", "failed", "processing"]
                for (method, template), check in MATRIX.items():
                    await check(world, method, template)
                assert await what_ada_has(world) == before
                # With her second key Ada has all of it, and none of it without the first.
                second = add_key(service, "ada")
                service.records.revoke_keys(world.ada["Authorization"].split("_")[1])
                world.ada = second
                assert await what_ada_has(world) == before
            finally:
                gate.set()

    run(scenario())


def test_every_route_stands_in_the_matrix(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with application(tmp_path) as (service, _):
            routes = set(routes_of(ingress.create_app(service)))
            static = {route for route in routes if route[1].startswith("/sandbox")}
            assert routes - static == set(MATRIX)

    run(scenario())


def test_no_voice_can_have_the_name_of_a_route(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with application(tmp_path) as (service, _):
            paths = {path for _, path in routes_of(ingress.create_app(service))}
            beside = {path.split("/")[2] for path in paths if path.startswith("/voice/")}
            assert {name for name in beside if not name.startswith("{")} == RESERVED

    run(scenario())


def test_what_was_made_without_keys_is_nobodys_until_it_is_adopted(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with application(tmp_path) as (service, client):
            body = {"text": "Hello there."}
            audio = (await client.post("/tts", json=body)).json()["audio_url"]
            ada, bob = add_key(service, "ada"), add_key(service, "bob")
            for key in (ada, bob):
                assert (await client.get(audio, headers=key)).status_code == 404
            service.records.adopt("ada")
            assert (await client.get(audio, headers=ada)).status_code == 200
            assert (await client.get(audio, headers=bob)).status_code == 404

    run(scenario())


def test_a_key_over_its_limits_is_told_which_and_when(tmp_path: Path) -> None:
    gate = asyncio.Event()

    async def speak(utterance: Utterance) -> Waveform:
        if utterance.text == SLOW:
            await gate.wait()
        return await spoken(utterance)

    async def scenario() -> None:
        async with application(tmp_path, FakePipeline(speak=speak)) as (service, client):
            world = World(
                service,
                client,
                add_key(service, "ada", "client", 2, 0),
                add_key(service, "bob", "client", 0, 60),
            )
            try:
                for _ in range(2):
                    answer = await world.ask(
                        world.ada, "POST", "/tts", json={"text": SLOW}, headers=ASYNC
                    )
                    assert answer.status_code == 202
                slow = answer.json()["audio_id"]
                taken = service.jobs.admission.outstanding_s
                refused = await world.ask(world.ada, "POST", "/tts", json={"text": SLOW})
                assert refused.status_code == 429
                body = refused.json()
                assert body["type"] == "urn:phonex:problem:key-concurrency-exceeded"
                assert (body["limit"], body["used"]) == (2, 2)
                assert body["retry_after_s"] == int(refused.headers["retry-after"]) >= 1
                quick = await world.ask(
                    world.ada,
                    "POST",
                    "/clone/quick",
                    data={"text": "Hi there."},
                    files={"voice_sample": ("a.wav", b"not even read")},
                )
                assert quick.json()["type"] == body["type"]
                # What was refused takes no room from the others, not even where it was refused
                # at the last moment, for requests that came at the same time.
                await service.jobs.admission.refresh(max_age_s=0)
                failing = Failing(service.records)
                failing.errors["accept_job"] = QuotaExceeded("too many", limit=9, used=9)
                service.jobs._records = failing.as_records()
                late = await world.ask(world.bob, "POST", "/tts", json={"text": "Hello."})
                assert late.json()["type"] == body["type"]
                assert service.jobs.admission.outstanding_s == taken
                service.jobs._records = service.records
                service.jobs.admission.limits.forget("bob")

                text = "a" * 40
                first = await world.ask(world.bob, "POST", "/tts", json={"text": text})
                assert first.status_code == 200
                refused = await world.ask(world.bob, "POST", "/tts", json={"text": text})
                assert refused.status_code == 429
                body = refused.json()
                assert body["type"] == "urn:phonex:problem:key-rate-exceeded"
                assert body["limit"] == 60
                assert 15 <= body["retry_after_s"] == int(refused.headers["retry-after"]) <= 20

                # Where there is room again, nobody is told of what was.
                assert (await world.ask(world.ada, "DELETE", f"/audio/{slow}")).status_code == 200
                for expected in (202, 429, 429):
                    answer = await world.ask(
                        world.ada, "POST", "/tts", json={"text": SLOW}, headers=ASYNC
                    )
                    assert answer.status_code == expected
            finally:
                gate.set()

    run(scenario())

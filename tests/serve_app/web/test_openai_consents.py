"""Consents and voices of one's own by OpenAI's routes; its own client is in tests/contract."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from serve_app.service import Service
from tests.serve_app.fakes import recording
from tests.serve_app.test_ingress import check_problem, play

__all__ = ["play"]

CONSENTS = "/v1/audio/voice_consents"
VOICES = "/v1/audio/voices"
ADA = {"name": "Ada Lovelace", "language": "en-GB"}


async def bring(client: httpx.AsyncClient, **told: str) -> str:
    """The id of a new consent."""
    files = {"recording": ("yes.wav", recording(), "audio/wav")}
    answer = await client.post(CONSENTS, data=ADA | told, files=files)
    assert answer.status_code == 200, answer.text
    consent_id: str = answer.json()["id"]
    return consent_id


async def learn(client: httpx.AsyncClient, consent_id: str, **more: Any) -> httpx.Response:
    return await client.post(
        VOICES,
        data={"name": "Guide", "consent": consent_id} | more.pop("data", {}),
        files={"audio_sample": ("me.wav", recording())},
        **more,
    )


def test_a_consents_evidence_stays_with_the_voice_when_the_consent_is_gone(
    play: Callable[..., None],
) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        consent_id = await bring(client, words="I agree.")
        made = (await learn(client, consent_id)).json()
        assert (made["object"], made["type"], made["name"]) == (
            "audio.voice",
            "audio_sample",
            "Guide",
        )
        assert (await client.delete(f"{CONSENTS}/{consent_id}")).json()["deleted"] is True
        voice = (await client.get(f"/voice/{made['id']}")).json()
        evidence = voice["consent_evidence"]
        assert voice["consent"] is True
        assert evidence["speaker"] == "Ada Lovelace"
        assert evidence["words"] == "I agree."
        assert evidence["consent_id"] == consent_id
        assert evidence["recording_sha256"] == hashlib.sha256(recording()).hexdigest()
        check_problem(await learn(client, consent_id), 404, "consent-not-found")

    play(scenario, limits={"require_consent": True})


def test_a_page_after_what_was_deleted_is_not_taken_for_the_end(play: Callable[..., None]) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        ids = [await bring(client, name=f"Speaker {number}") for number in range(3)]
        assert (await client.get(CONSENTS, params={"after": ids[0]})).json()["data"] == []
        await client.delete(f"{CONSENTS}/{ids[1]}")
        for gone in (ids[1], "cons_none", "a\x00b"):
            asked = await client.get(CONSENTS, params={"after": gone})
            check_problem(asked, 404, "consent-not-found")

    play(scenario)


def test_a_consents_language_is_kept_as_a_tag(play: Callable[..., None]) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        consent_id = await bring(client, language=" zh_Hant_TW ", words="好\n的")
        assert (await client.get(f"{CONSENTS}/{consent_id}")).json()["language"] == "zh-Hant-TW"

    play(scenario)


def test_consents_are_listed_a_page_at_a_time(play: Callable[..., None]) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        empty = (await client.get(CONSENTS)).json()
        assert empty == {"object": "list", "data": [], "first_id": None, "last_id": None,
                         "has_more": False}  # fmt: skip
        ids = [await bring(client, name=f"Speaker {number}") for number in range(3)]
        first = (await client.get(CONSENTS, params={"limit": 2})).json()
        assert [one["id"] for one in first["data"]] == [ids[2], ids[1]]
        assert (first["has_more"], first["last_id"]) == (True, ids[1])
        last = (await client.get(CONSENTS, params={"limit": 2, "after": ids[1]})).json()
        assert ([one["name"] for one in last["data"]], last["has_more"]) == (["Speaker 0"], False)
        for limit in (0, 101):
            check_problem(
                await client.get(CONSENTS, params={"limit": limit}), 422, "invalid-request"
            )

    play(scenario)


@pytest.mark.parametrize(
    ("told", "file", "status", "problem"),
    [
        ({"name": ""}, ("a.wav", recording()), 422, "invalid-request"),
        ({"name": "a\x00b"}, ("a.wav", recording()), 422, "invalid-request"),
        ({"language": ""}, ("a.wav", recording()), 422, "invalid-request"),
        ({"language": "!!!"}, ("a.wav", recording()), 422, "invalid-request"),
        ({"language": "en-GB, fr"}, ("a.wav", recording()), 422, "invalid-request"),
        ({"words": "yes\x00"}, ("a.wav", recording()), 422, "invalid-request"),
        ({"speaker": "Ada"}, ("a.wav", recording()), 422, "invalid-request"),
        ({}, ("a.wav", b""), 422, "invalid-request"),
        ({}, ("a.wav", recording()[:400]), 422, "unusable-speech"),
        ({}, ("a.wav", bytes(4000)), 415, "unsupported-audio"),
    ],
)
def test_what_is_no_consent_is_refused_and_not_kept(
    play: Callable[..., None],
    told: dict[str, str],
    file: tuple[str, bytes],
    status: int,
    problem: str,
) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        answer = await client.post(CONSENTS, data=ADA | told, files={"recording": file})
        body = check_problem(answer, status, problem)
        assert body["error"]["code"] == problem
        assert (await client.get(CONSENTS)).json()["data"] == []

    play(scenario)


def test_a_voice_needs_a_recording_and_a_free_name(play: Callable[..., None]) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        consent_id = await bring(client)
        described = await client.post(
            VOICES,
            data={"type": "prompt", "name": "Warm", "prompt": "A warm voice."},
            files={"nothing": b""},
        )
        check_problem(described, 422, "invalid-request")
        named = await learn(client, consent_id, data={"name": "list"})
        assert check_problem(named, 422, "invalid-request")["detail"].startswith("name must not")
        assert (await learn(client, consent_id)).status_code == 200
        taken = await learn(client, consent_id)
        check_problem(taken, 409, "voice-name-taken")
        assert taken.headers["x-should-retry"] == "false"
        again = {"headers": {"Idempotency-Key": "once"}, "data": {"name": "Other"}}
        ids = [(await learn(client, consent_id, **again)).json()["id"] for _ in range(2)]
        assert ids == ["other", "other"]

    play(scenario)

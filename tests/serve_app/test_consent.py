"""A voice is learnt from a person: whoever brings it may state that the person agrees."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from serve_app.service import Service
from tests.serve_app.applications import add_key
from tests.serve_app.fakes import recording
from tests.serve_app.test_ingress import check_problem, play

__all__ = ["play"]

SAMPLE = {"voice_sample": ("me.wav", recording())}


def test_a_stated_consent_stays_with_the_voice(play: Callable[..., None]) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        for name, form in (("Asked", {"consent": "true"}), ("Unasked", {})):
            made = await client.post(
                "/voice/register", data={"voice_name": name} | form, files=SAMPLE
            )
            assert made.json()["consent"] is bool(form)
            assert (await client.get(f"/voice/{name}")).json()["consent"] is bool(form)
        listed = (await client.get("/voice/list")).json()["items"]
        assert [voice["consent"] for voice in listed] == [True, False]

    play(scenario)


@pytest.mark.parametrize("form", [{}, {"consent": "false"}])
@pytest.mark.parametrize(
    ("route", "fields"),
    [("/voice/register", {"voice_name": "Ada"}), ("/clone/quick", {"text": "Hello."})],
)
def test_a_service_may_require_it(
    play: Callable[..., None], route: str, fields: dict[str, str], form: dict[str, str]
) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        refused = await client.post(route, data=fields | form, files=SAMPLE)
        check_problem(refused, 422, "consent-required")
        assert (await client.get("/voice/list")).json()["count"] == 0
        given = await client.post(route, data=fields | {"consent": "true"}, files=SAMPLE)
        assert given.status_code == 200

    play(scenario, limits={"require_consent": True})


def test_a_key_that_was_used_without_consent_is_not_the_same_request(
    play: Callable[..., None],
) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        key = {"Idempotency-Key": "once"}
        form = {"voice_name": "Ada"}
        first = await client.post("/voice/register", data=form, files=SAMPLE, headers=key)
        assert first.status_code == 200
        other = await client.post(
            "/voice/register", data=form | {"consent": "true"}, files=SAMPLE, headers=key
        )
        check_problem(other, 422, "idempotency-conflict")

    play(scenario)


TOLD = {
    "consent": "true",
    "consent_speaker": "Ada Lovelace",
    "consent_words": "I agree to a model of my voice.",
    "consent_language": "en-GB",
}
RECORDED = {"consent_recording": ("yes.wav", recording())}


def test_what_shows_the_consent_is_kept_with_the_voice_and_shown(play: Callable[..., None]) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        headers = add_key(service, "studio")
        form = TOLD | {"voice_name": "Ada"}
        made = await client.post(
            "/voice/register", data=form, files=SAMPLE | RECORDED, headers=headers
        )
        assert made.status_code == 200, made.text
        shown = (await client.get("/voice/ada", headers=headers)).json()["consent_evidence"]
        assert shown == made.json()["consent_evidence"]
        assert abs(shown.pop("stated_at") - time.time()) < 20
        assert shown == {
            "kind": "recording",
            "stated_by": "studio",
            "speaker": "Ada Lovelace",
            "words": "I agree to a model of my voice.",
            "language": "en-GB",
            "recording_sha256": hashlib.sha256(recording()).hexdigest(),
            "consent_id": "",
        }

    play(scenario)


@pytest.mark.parametrize(
    ("form", "files", "status", "problem"),
    [
        ({"consent": "false"}, {}, 422, "invalid-request"),  # told, and not stated
        ({"consent_speaker": "a\x07"}, {}, 422, "invalid-request"),
        ({"consent_words": "a" * 2001}, {}, 422, "invalid-request"),
        *(({"consent_words": f"a{sign}b"}, {}, 422, "invalid-request") for sign in "\x00\x1b\x85"),
        ({"consent_language": "!!!"}, {}, 422, "invalid-request"),
        ({"consent_language": "en GB"}, {}, 422, "invalid-request"),
        ({}, {"consent_recording": ("yes.wav", b"")}, 422, "invalid-request"),
        ({}, {"consent_recording": ("yes.wav", b"no sound")}, 415, "unsupported-audio"),
        ({}, {"consent_recording": ("yes.txt", b"Yes.", "text/plain")}, 415,
         "unsupported-media-type"),
    ],
)  # fmt: skip
def test_what_shows_nothing_is_refused_and_no_voice_is_made(
    play: Callable[..., None],
    form: dict[str, str],
    files: dict[str, Any],
    status: int,
    problem: str,
) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        told = TOLD | {"voice_name": "Ada"} | form
        refused = await client.post("/voice/register", data=told, files=SAMPLE | files)
        check_problem(refused, status, problem)
        assert (await client.get("/voice/list")).json()["count"] == 0

    play(scenario)


def test_of_a_deleted_voice_the_list_has_the_fact_alone(play: Callable[..., None]) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        form = TOLD | {"voice_name": "Ada"}
        made = (await client.post("/voice/register", data=form, files=SAMPLE | RECORDED)).json()
        assert (await client.get("/voice/list/deleted")).json() == {"count": 0, "items": []}
        await client.delete("/voice/ada")
        listed = (await client.get("/voice/list/deleted")).json()
        (fact,) = listed["items"]
        assert fact["record_id"] == made["record_id"]
        assert (fact["consent"], fact["evidence"]) == (True, "recording")
        assert fact["created_at"] == made["created_at"] < fact["deleted_at"]
        assert fact["stated_at"] == made["consent_evidence"]["stated_at"]
        digest = made["consent_evidence"]["recording_sha256"]
        for trace in ("Ada", "agree", digest):
            assert trace not in str(listed)

    play(scenario)


def test_a_key_repeats_a_registration_with_the_same_evidence_alone(
    play: Callable[..., None],
) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        key = {"Idempotency-Key": "once"}
        form = TOLD | {"voice_name": "Ada"}
        for _ in range(2):
            made = await client.post("/voice/register", data=form, files=SAMPLE, headers=key)
            assert made.status_code == 200
        form["consent_words"] = "Another time."
        other = await client.post("/voice/register", data=form, files=SAMPLE, headers=key)
        check_problem(other, 422, "idempotency-conflict")

    play(scenario)


def test_what_a_form_leaves_empty_was_not_told(play: Callable[..., None]) -> None:
    """As a page's form sends each of its fields."""
    empty = {"consent_speaker": "", "consent_words": "", "consent_language": ""}

    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        form = {"voice_name": "Ada", "consent": "true", **empty}
        made = await client.post("/voice/register", data=form, files=SAMPLE)
        assert made.status_code == 200, made.text
        evidence = made.json()["consent_evidence"]
        assert (evidence["kind"], evidence["language"]) == ("statement", "")

    play(scenario)

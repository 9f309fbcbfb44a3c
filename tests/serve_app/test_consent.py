"""A voice is learnt from a person: whoever brings it may state that the person agrees."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from serve_app.service import Service
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

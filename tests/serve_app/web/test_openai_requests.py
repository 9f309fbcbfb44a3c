"""What clients of other APIs send for what they leave open, mean otherwise, or spell wrongly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from serve_app.service import Service
from serve_app.web.openai_requests import CreateSpeechRequest, header_of
from serve_app.web.socket_messages import MESSAGE, OpenContext
from tests.serve_app.test_ingress import check_problem, play

__all__ = ["play"]

Play = Callable[..., None]
SPEECH = "/v1/audio/speech"
OPTIONAL = sorted(set(CreateSpeechRequest.model_fields) - {"input"})


@pytest.mark.parametrize("field", OPTIONAL)
def test_null_is_the_same_as_nothing(field: str) -> None:
    """Clients that write down a record send null for what nobody filled in."""
    asked = CreateSpeechRequest.model_validate({"input": "Hi.", field: None})
    plain = CreateSpeechRequest(input="Hi.")
    assert asked.model_dump() == plain.model_dump()
    assert asked.warnings() == []


def test_null_stands_for_the_default_of_a_socket_there() -> None:
    opened = MESSAGE.validate_json('{"type": "context.open", "response_format": null}')
    assert isinstance(opened, OpenContext)
    assert opened.response_format == "pcm"


@pytest.mark.parametrize(
    ("route", "body", "field"),
    [
        (SPEECH, {"input": None}, "body.input"),
        (SPEECH, {"input": "Hi.", "speed": True}, "body.speed"),
        (SPEECH, {"input": "Hi.", "seed": False}, "body.seed"),
        (SPEECH, {"input": "Hi.", "sample_rate": True}, "body.sample_rate"),
        ("/tts", {"text": "Hi.", "speed": True}, "body.speed"),
        ("/tts", {"text": "Hi.", "pitch": False}, "body.pitch"),
        ("/v1/text-to-speech/EN-US", {"text": "Hi.", "voice_settings": {"speed": True}},
         "body.voice_settings.speed"),
        *((SPEECH, {"input": "Hi.", "voice": voice}, "body.voice")
          for voice in (1, True, [], ["alloy"], {}, {"name": "alloy"}, {"id": 1}, {"id": None})),
    ],
)  # fmt: skip
def test_what_is_no_value_of_a_field_is_told_once_by_its_name(
    play: Play, route: str, body: dict[str, Any], field: str
) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        (told,) = check_problem(await client.post(route, json=body), 422, "invalid-request")[
            "errors"
        ]
        assert told["field"] == field
        assert told["message"].startswith("Input should be ")

    play(scenario)


@pytest.mark.parametrize("body", ["[]", '"x"', "1", "null"])
def test_a_body_that_is_no_object_is_told_so(play: Play, body: str) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        for route in ("/tts", SPEECH, "/v1/text-to-speech/EN-US"):
            headers = {"Content-Type": "application/json"}
            answer = await client.post(route, content=body, headers=headers)
            (told,) = check_problem(answer, 422, "invalid-request")["errors"]
            assert told in (
                {"field": "body", "message": "Input should be an object"},
                {"field": "body", "message": "Field required"},  # null
            )

    play(scenario)


def test_what_a_text_loses_is_said_in_the_header(play: Play) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        text = "Wait [pause 99s] for <it> it. \n<br>"
        theirs = await client.post("/v1/text-to-speech/EN-US", json={"text": text})
        openais = await client.post(SPEECH, json={"input": text, "foo\r\nX: y": 1})
        for answer in (theirs, openais):
            assert answer.status_code == 200
            told = answer.headers["x-warnings"]
            assert "Pauses are cut to 10 s." in told
            assert "'<it>' is read as text" in told
        assert "x" not in openais.headers
        plain = await client.post(SPEECH, json={"input": "Wait."})
        assert "x-warnings" not in plain.headers

    play(scenario)


def test_a_header_of_warnings_is_short_and_in_ascii() -> None:
    told = header_of(["not spoken: ❤", "a\r\nb", "x" * 1000, *map(str, range(50)), "1", "a\\b"])
    (line,) = told.values()
    assert line.isascii()
    assert line.isprintable()
    assert len(line) < 12 * 203 + 40
    assert line.startswith("not spoken: \\u2764; a\\r\\nb; xxx")
    assert line.endswith("and 42 more")
    assert header_of([]) == {}

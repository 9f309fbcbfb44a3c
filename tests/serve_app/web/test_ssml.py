"""SSML over HTTP: several voices in one text, each piece in its own way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from serve_app.problems import TYPE_PREFIX
from tests.serve_app.applications import application
from tests.serve_app.fakes import FakePipeline, recording, run

DIALOGUE = (
    "<speak><voice name='EN-BR'>Good morning.</voice><break time='1s'/>"
    "<voice name='Ada'><prosody rate='fast' pitch='+2st'>Hello you.</prosody></voice>"
    "<mark name='spanish'/><lang xml:lang='es'>Buenos días.</lang><mark name='end'/></speak>"
)


async def register(client: httpx.AsyncClient) -> None:
    files = {"voice_sample": ("a.wav", recording())}
    answer = await client.post("/voice/register", data={"voice_name": "Ada"}, files=files)
    assert answer.status_code == 200, answer.text


def ask(folder: Path, pipeline: FakePipeline, *requests: dict[str, Any]) -> list[httpx.Response]:
    async def scenario() -> list[httpx.Response]:
        async with application(folder, pipeline) as (_, client):
            await register(client)
            return [await client.post("/tts", **request) for request in requests]

    return run(scenario())


def test_each_voice_of_a_dialogue_speaks_in_its_own_way(tmp_path: Path) -> None:
    pipeline = FakePipeline()
    (answer,) = ask(tmp_path, pipeline, {"json": {"text": DIALOGUE, "input_type": "ssml"}})
    assert answer.status_code == 200, answer.text
    spoken = {one.text: one for one in pipeline.heard}
    assert spoken["Good morning."].speaker == "EN-BR"
    assert (spoken["Hello you."].speed, spoken["Hello you."].pitch) == (1.25, 2.0)
    assert (spoken["Buenos días."].language, spoken["Buenos días."].speaker) == ("ES", "ES")
    assert len(pipeline.targets) == 1  # Ada's, and nobody else's
    marks = {mark["name"]: mark["seconds"] for mark in answer.json()["marks"]}
    assert (
        1.0 < marks["spanish"] < marks["end"] == pytest.approx(answer.json()["seconds"], abs=0.01)
    )


def test_a_mark_is_heard_when_the_word_behind_it_begins(tmp_path: Path) -> None:
    """The stages speak ten milliseconds a character."""
    text = "<speak>One<mark name='a'/> two, <mark name='b'/>three. <mark name='c'/>Four.</speak>"
    (answer,) = ask(tmp_path, FakePipeline(), {"json": {"text": text, "input_type": "ssml"}})
    marks = {mark["name"]: mark["seconds"] for mark in answer.json()["marks"]}
    assert marks == {"a": 0.04, "b": 0.09, "c": 0.16}


def test_a_body_of_ssml_is_the_same_request(tmp_path: Path) -> None:
    pipeline = FakePipeline()
    first, second = ask(
        tmp_path,
        pipeline,
        {"json": {"text": DIALOGUE, "input_type": "ssml", "seed": 5, "speed": 1.2}},
        {
            "content": DIALOGUE.encode(),
            "headers": {"Content-Type": "application/ssml+xml; charset=utf-8"},
            "params": {"seed": "5", "speed": "1.2"},
        },
    )
    assert (first.status_code, second.status_code) == (200, 200), second.text
    half = len(pipeline.heard) // 2
    key = str
    assert sorted(pipeline.heard[:half], key=key) == sorted(pipeline.heard[half:], key=key)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("<!DOCTYPE speak><speak>Hello.</speak>", "invalid-ssml"),
        ("Hello.", "invalid-ssml"),
        ("<speak><voice name='Nobody'>Hello.</voice></speak>", "voice-not-found"),
        ("<speak xml:lang='de'>Hallo.</speak>", "unknown-language"),
        ("<speak><break time='1s'/></speak>", "unspeakable-text"),
    ],
)
def test_what_cannot_be_spoken_is_a_problem_of_its_own(
    tmp_path: Path, text: str, problem: str
) -> None:
    (answer,) = ask(tmp_path, FakePipeline(), {"json": {"text": text, "input_type": "ssml"}})
    assert answer.json()["type"] == TYPE_PREFIX + problem


def test_a_body_that_is_no_utf8_or_says_its_text_twice_is_refused(tmp_path: Path) -> None:
    headers = {"Content-Type": "application/ssml+xml"}
    answers = ask(
        tmp_path,
        FakePipeline(),
        {"content": b"<speak>\xff</speak>", "headers": headers},
        {"content": b"<speak>a</speak>", "headers": headers, "params": {"text": "b"}},
        {"content": b"<speak>a</speak>", "headers": headers, "params": {"tune": "b"}},
    )
    assert [answer.status_code for answer in answers] == [422, 422, 422]


def test_ssml_is_never_guessed(tmp_path: Path) -> None:
    (answer,) = ask(tmp_path, FakePipeline(), {"json": {"text": "<speak>Hello.</speak>"}})
    assert "is read as text" in answer.json()["warnings"][0]


def test_volume_is_heard(tmp_path: Path) -> None:
    async def scenario() -> list[bytes]:
        async with application(tmp_path) as (_, client):
            files = []
            for volume in ("medium", "-20dB"):
                text = f"<speak><prosody volume='{volume}'>Hello.</prosody></speak>"
                body = {"text": text, "input_type": "ssml", "format": "pcm", "seed": 1}
                answer = (await client.post("/tts", json=body)).json()
                files.append((await client.get(answer["audio_url"])).content)
            return files

    loud, soft = (np.frombuffer(data, "<i2").astype(float) for data in run(scenario()))
    assert np.abs(soft).max() == pytest.approx(np.abs(loud).max() / 10, rel=0.02)

"""Word times and captions over HTTP, of stages that speak ten milliseconds a character."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from engines.base import Utterance, Waveform
from serve_app.problems import TYPE_PREFIX
from tests.serve_app.applications import application
from tests.serve_app.fakes import FakePipeline, recording, run, spoken

TEXT = "It cost $3.50 [pause 1s] & more. Really?"
SSML = "<speak>It cost <sub alias='three dollars'>$3</sub>.</speak>"
Use = Callable[[httpx.AsyncClient], Awaitable[Any]]


def serve(folder: Path, use: Use, pipeline: FakePipeline | None = None, **settings: Any) -> Any:
    async def scenario() -> Any:
        async with application(folder, pipeline, **settings) as (_, client):
            return await use(client)

    return run(scenario())


async def speak(client: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
    answer = await client.post("/tts", json={"text": TEXT, "seed": 3} | body)
    assert answer.status_code == 200, answer.text
    spoken: dict[str, Any] = answer.json()
    return spoken


def test_captions_come_in_three_forms_with_etags(tmp_path: Path) -> None:
    async def use(client: httpx.AsyncClient) -> None:
        audio_id = (await speak(client))["audio_id"]
        for form, media_type in (
            ("vtt", "text/vtt; charset=utf-8"),
            ("srt", "application/x-subrip; charset=utf-8"),
            ("json", "application/json"),
        ):
            url = f"/audio/{audio_id}/captions.{form}"
            answer = await client.get(url)
            assert (answer.status_code, answer.headers["Content-Type"]) == (200, media_type)
            assert "$3.50" in answer.text
            known = {"If-None-Match": answer.headers["ETag"]}
            assert (await client.get(url, headers=known)).status_code == 304
            head = await client.head(url)
            assert (head.status_code, head.content) == (200, b"")
            assert head.headers["ETag"] == answer.headers["ETag"]
            assert head.headers["Content-Length"] == str(len(answer.content))
        vtt = (await client.get(f"/audio/{audio_id}/captions.vtt")).text
        assert vtt.startswith("WEBVTT\n\n00:00:0")
        assert "[pause" not in vtt
        stamped = await client.get(f"/audio/{audio_id}/captions.vtt", params={"words": True})
        assert "><c>cost</c>" in stamped.text

    serve(tmp_path, use)


def test_words_tell_their_place_in_the_text_as_it_was_sent(tmp_path: Path) -> None:
    async def use(client: httpx.AsyncClient) -> None:
        for text, changes in ((TEXT, {}), (SSML, {"input_type": "ssml"})):
            audio_id = (await speak(client, text=text, **changes))["audio_id"]
            answer = (await client.get(f"/audio/{audio_id}/captions.json")).json()
            for word in answer["words"]:
                assert text[word["char_start"] : word["char_end"]] == word["text"]
                assert 0 <= word["start"] <= word["end"] <= answer["seconds"]
            assert answer["words"][2]["text"].startswith("$3")

    serve(tmp_path, use)


def test_lines_are_as_long_as_the_request_says(tmp_path: Path) -> None:
    async def use(client: httpx.AsyncClient) -> None:
        audio_id = (await speak(client))["audio_id"]
        url = f"/audio/{audio_id}/captions.json"
        asked = {"line_chars": 10, "lines": 1, "chars_per_second": 5}
        answer = (await client.get(url, params=asked)).json()
        lines = [line for one in answer["captions"] for line in one["lines"]]
        assert max(map(len, lines)) <= 10
        assert len(lines) == len(answer["captions"])
        for wrong in ({"line_chars": 2}, {"lines": 0}, {"chars_per_second": "nan"}):
            assert (await client.get(url, params=wrong)).status_code == 422

    serve(tmp_path, use)


def test_what_is_not_there_is_a_problem(tmp_path: Path) -> None:
    release = asyncio.Event()

    async def when_released(utterance: Utterance) -> Waveform:
        await release.wait()
        return await spoken(utterance)

    async def use(client: httpx.AsyncClient) -> None:
        later = {"Prefer": "respond-async"}
        accepted = await client.post("/tts", json={"text": TEXT}, headers=later)
        audio_id = accepted.json()["audio_id"]
        url = f"/audio/{audio_id}/captions.vtt"
        early = await client.get(url)
        assert (early.status_code, kind(early)) == (409, "audio-not-ready")
        assert early.headers["Retry-After"]
        release.set()
        assert (await client.get(url, params={"wait": 10})).status_code == 200
        assert (await client.delete(f"/audio/{audio_id}")).status_code == 200
        gone = await client.get(url)
        assert (gone.status_code, kind(gone)) == (404, "audio-not-found")
        unknown = await client.get("/audio/nothing/captions.json")
        assert (unknown.status_code, kind(unknown)) == (404, "audio-not-found")
        assert (await client.get(f"/audio/{audio_id}/captions.ass")).status_code == 404

    serve(tmp_path, use, FakePipeline(speak=when_released))


def kind(answer: httpx.Response) -> str:
    name: str = answer.json()["type"]
    return name.removeprefix(TYPE_PREFIX)


def test_audio_whose_word_times_were_not_kept_has_no_captions(tmp_path: Path) -> None:
    async def use(client: httpx.AsyncClient) -> None:
        answer = await speak(client, timestamps="word")
        assert answer["words"] == []
        missing = await client.get(f"/audio/{answer['audio_id']}/captions.srt")
        assert (missing.status_code, kind(missing)) == (404, "captions-not-found")

    serve(tmp_path, use, quality={"word_times": False})


def test_captions_are_there_after_a_restart(tmp_path: Path) -> None:
    async def make(client: httpx.AsyncClient) -> tuple[str, str]:
        audio_id = (await speak(client))["audio_id"]
        return audio_id, (await client.get(f"/audio/{audio_id}/captions.json")).text

    audio_id, before = serve(tmp_path, make)

    async def look(client: httpx.AsyncClient) -> str:
        return (await client.get(f"/audio/{audio_id}/captions.json")).text

    assert serve(tmp_path, look) == before


@pytest.mark.parametrize("route", ["/tts", "/clone", "/clone/quick"])
def test_answers_have_the_words_where_timestamps_are_asked_for(tmp_path: Path, route: str) -> None:
    async def use(client: httpx.AsyncClient) -> None:
        sample = {"voice_sample": ("a.wav", recording())}
        await client.post("/voice/register", data={"voice_name": "Ada"}, files=sample)
        body = {"text": TEXT} | ({"voice_id": "Ada"} if route == "/clone" else {})
        for asked in ({}, {"timestamps": "word"}):
            sent = (
                {"data": body | asked, "files": sample}
                if route == "/clone/quick"
                else {"json": body | asked}
            )
            answer = (await client.post(route, **sent)).json()
            status = (await client.get(answer["status_url"])).json()
            assert answer["words"] == status["words"]
            if not asked:
                assert answer["words"] is None
                continue
            captions = (await client.get(f"{answer['audio_url']}/captions.json")).json()
            assert answer["words"] == captions["words"]
            assert [word["text"] for word in answer["words"]] == [
                "It", "cost", "$3.50", "&", "more", "Really",
            ]  # fmt: skip
        refused = await client.post("/tts", json={"text": TEXT, "timestamps": "phone"})
        assert (refused.status_code, kind(refused)) == (422, "invalid-request")

    serve(tmp_path, use)


def test_events_tell_words_as_they_come_and_all_of_them_at_the_end(tmp_path: Path) -> None:
    text = " ".join(f"Sentence number {n} is here." for n in range(6))

    async def slowly(utterance: Utterance) -> Waveform:
        await asyncio.sleep(0.05 * utterance.text.count("number"))
        return await spoken(utterance)

    async def use(client: httpx.AsyncClient) -> list[dict[str, Any]]:
        body = {"input": text, "stream_format": "sse", "response_format": "pcm"}
        answer = await client.post("/v1/audio/speech", json=body | {"timestamps": "word"})
        plain = await client.post("/v1/audio/speech", json=body)
        assert "words" not in plain.text
        return events_of(answer.text)

    events = serve(tmp_path, use, FakePipeline(speak=slowly))
    assert [one["type"] for one in events if one["type"] != "speech.audio.words"] == [
        *["speech.audio.delta"] * (len(events) - 1 - count(events, "speech.audio.words")),
        "speech.audio.done",
    ]
    told = [word for one in events if one["type"] == "speech.audio.words" for word in one["words"]]
    done = events[-1]
    assert [text[word["char_start"] : word["char_end"]] for word in done["words"]] == [
        word.rstrip(".") for word in text.split()
    ]
    assert told == done["words"]


def count(events: list[dict[str, Any]], kind: str) -> int:
    return sum(one["type"] == kind for one in events)


def events_of(body: str) -> list[dict[str, Any]]:
    lines = (line for line in body.splitlines() if line.startswith("data: "))
    return [json.loads(line.removeprefix("data: ")) for line in lines]

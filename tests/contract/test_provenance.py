"""Every way by which speech leaves the service marks it, and the service finds the mark there."""

from __future__ import annotations

import base64
import io
import json
import wave
import zipfile
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import httpx
import pytest
from starlette.routing import BaseRoute, WebSocketRoute

from serve_app.ingress import create_routes
from serve_app.web.shedding import ELEVENLABS_SPEECH, ELEVENLABS_WAYS
from tests.conftest import PARAGRAPH
from tests.contract.sockets import SPEECH, pcm_of, talking

Emit = Callable[[httpx.Client, str, bytes], bytes]
SAYS = {"text": PARAGRAPH, "seed": 5}


def said(client: httpx.Client, **more: Any) -> str:
    """The id of finished audio."""
    answer = client.post("/tts", json=SAYS | more, headers={"Prefer": "wait=60"})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["audio_id"])


def streamed_by(path: str, **more: Any) -> Emit:
    def emit(client: httpx.Client, voice_id: str, recording: bytes) -> bytes:
        body = SAYS | more | ({"voice_id": voice_id} if path == "/clone" else {})
        return client.post(path, json=body | {"stream": True}).content

    return emit


def cloned_at_once(client: httpx.Client, voice_id: str, recording: bytes) -> bytes:
    form = {"text": PARAGRAPH, "seed": "5", "stream": "true"}
    return client.post("/clone/quick", data=form, files={"voice_sample": recording}).content


def downloaded(client: httpx.Client, voice_id: str, recording: bytes) -> bytes:
    return client.get(f"/audio/{said(client)}").content


def listened(client: httpx.Client, voice_id: str, recording: bytes) -> bytes:
    answer = client.post("/tts", json=SAYS, headers={"Prefer": "respond-async"})
    audio_id = answer.json()["audio_id"]
    return client.get(f"/audio/{audio_id}", params={"stream": True}).content


def as_openai_has_it(client: httpx.Client, voice_id: str, recording: bytes) -> bytes:
    body = {"model": "tts-1", "voice": "alloy", "input": PARAGRAPH, "response_format": "mp3"}
    return client.post("/v1/audio/speech", json=body).content


def as_openai_has_events(client: httpx.Client, voice_id: str, recording: bytes) -> bytes:
    body = {"model": "gpt-4o-mini-tts", "voice": "alloy", "input": PARAGRAPH}
    answer = client.post("/v1/audio/speech", json=body | {"stream_format": "sse"})
    events = [json.loads(line[6:]) for line in answer.text.splitlines() if line[:6] == "data: "]
    return b"".join(base64.b64decode(one["audio"]) for one in events if "audio" in one)


def typed(client: httpx.Client, voice_id: str, recording: bytes) -> bytes:
    with talking(str(client.base_url), SPEECH) as talk:
        talk.say(type="text", text=PARAGRAPH.replace(".", ",") + " end.")
        talk.say(type="context.close")
        heard = talk.until(type="context.done")
    return as_wav(pcm_of(heard), 24_000)


def as_elevenlabs_has_it(way: str) -> Emit:
    def emit(client: httpx.Client, voice_id: str, recording: bytes) -> bytes:
        path = f"/v1/text-to-speech/EN-US{way}"
        answer = client.post(
            path, json={"text": PARAGRAPH}, params={"output_format": "mp3_44100_96"}
        )
        if "timestamps" not in way:
            return answer.content
        lines = answer.text.splitlines() if way.startswith("/stream") else [answer.text]
        return b"".join(
            base64.b64decode(json.loads(line)["audio_base64"]) for line in lines if line
        )

    return emit


def typed_as_elevenlabs_has_it(way: str, *first: dict[str, Any]) -> Emit:
    def emit(client: httpx.Client, voice_id: str, recording: bytes) -> bytes:
        path = f"/v1/text-to-speech/EN-US/{way}?output_format=pcm_24000"
        with talking(str(client.base_url), path) as talk:
            for message in (*first, {"text": PARAGRAPH.replace(".", ",") + " end. "}, {"text": ""}):
                talk.say(**message)
            if way.startswith("multi"):
                talk.say(close_socket=True)
            heard = talk.until(isFinal=True)
        audio = [base64.b64decode(one["audio"]) for one in heard if one.get("audio")]
        return as_wav(b"".join(audio), 24_000)

    return emit


def finished_batch(client: httpx.Client) -> str:
    """The address of its audio."""
    made = client.post("/batch", json=[SAYS]).json()
    state = client.get(made["status_url"], params={"wait": 30}).json()
    assert state["state"] == "ended", state
    return str(made["audio_url"])


def in_an_archive(client: httpx.Client, voice_id: str, recording: bytes) -> bytes:
    archive = zipfile.ZipFile(io.BytesIO(client.get(finished_batch(client)).content))
    (name,) = [name for name in archive.namelist() if name.endswith(".wav")]
    return archive.read(name)


def in_a_book(client: httpx.Client, voice_id: str, recording: bytes) -> bytes:
    return client.get(finished_batch(client), params={"format": "m4b"}).content


def as_wav(samples: bytes, sample_rate: int) -> bytes:
    memory = io.BytesIO()
    with wave.open(memory, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes(samples)
    return memory.getvalue()


EMITTERS: dict[tuple[str, str], list[Emit]] = {
    ("POST", "/tts"): [streamed_by("/tts"), streamed_by("/tts", format="opus", sample_rate=8_000)],
    ("POST", "/clone"): [streamed_by("/clone")],
    ("POST", "/clone/quick"): [cloned_at_once],
    ("GET", "/audio/{audio_id}"): [downloaded, listened],
    ("POST", "/v1/audio/speech"): [as_openai_has_it, as_openai_has_events],
    ("WEBSOCKET", "/v1/audio/speech/stream"): [typed],
    ("GET", "/batch/{batch_id}/audio"): [in_an_archive, in_a_book],
    **{("POST", ELEVENLABS_SPEECH + way): [as_elevenlabs_has_it(way)] for way in ELEVENLABS_WAYS},
    ("WEBSOCKET", f"{ELEVENLABS_SPEECH}/stream-input"): [
        typed_as_elevenlabs_has_it("stream-input", {"text": " "})
    ],
    ("WEBSOCKET", f"{ELEVENLABS_SPEECH}/multi-stream-input"): [
        typed_as_elevenlabs_has_it("multi-stream-input")
    ],
}


def sockets_of(routes: Sequence[BaseRoute]) -> Iterator[str]:
    for route in routes:
        if isinstance(route, WebSocketRoute):
            yield route.path
        included = getattr(route, "original_router", None)  # as FastAPI keeps a router
        yield from sockets_of(included.routes if included else [])


def test_every_route_that_speaks_is_known_here() -> None:
    """A new one comes with a line above, which says how to hear it."""
    app = create_routes()
    speaking = {
        (method.upper(), path)
        for path, operations in app.openapi()["paths"].items()
        for method, operation in operations.items()
        for answer in operation["responses"].values()
        for kind in answer.get("content", {})
        if kind.startswith(("audio/", "text/event-stream")) and not path.startswith("/jobs/")
    }
    # These send audio in JSON, as base64.
    speaking |= {("POST", path) for path in app.openapi()["paths"] if path.endswith("-timestamps")}
    speaking |= {("WEBSOCKET", path) for path in sockets_of(app.routes)}
    assert speaking == set(EMITTERS)


@pytest.mark.parametrize("route", EMITTERS, ids=" ".join)
def test_all_speech_carries_the_mark(
    client: httpx.Client, voice_id: str, recording: bytes, route: tuple[str, str]
) -> None:
    for emit in EMITTERS[route]:
        audio = emit(client, voice_id, recording)
        found = client.post("/verify", files={"audio": audio})
        assert found.status_code == 200, found.text
        assert found.json()["watermark"]["found"], (route, emit)
        assert found.json()["audio_id"], (route, emit)


def test_a_person_is_not_taken_for_speech_of_ours(
    client: httpx.Client, demo_recording: bytes
) -> None:
    found = client.post("/verify", files={"audio": demo_recording}).json()
    assert not found["generated"]
    assert found["audio_id"] is None
    assert found["watermark"]["p_value"] > 0.001


def test_the_answer_names_the_audio_and_the_job_what_was_put_in(client: httpx.Client) -> None:
    audio_id = said(client, seed=77)
    said(client, seed=78)
    found = client.post("/verify", files={"audio": client.get(f"/audio/{audio_id}").content}).json()
    assert found["audio_id"] == audio_id
    assert found["watermark"]["speed"] == 1.0
    status = client.get(f"/status/{audio_id}").json()
    assert status["provenance"] == {
        "watermark": found["watermark"]["technique"],
        "manifest": None,
    }
    assert client.get("/health").json()["watermark"] is True
    assert client.delete(f"/audio/{audio_id}").status_code == 200


def test_one_request_and_seed_sounds_the_same_in_every_job(client: httpx.Client) -> None:
    first, second = (client.get(f"/audio/{said(client, seed=79)}").content for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("files", "status", "problem"),
    [
        ({"audio": b"no recording at all, whatever its name"}, 415, "unsupported-audio"),
        ({"audio": b""}, 422, "unreadable-audio"),
        ({"sound": b"RIFF"}, 422, "invalid-request"),
    ],
)
def test_what_is_no_recording_is_refused(
    client: httpx.Client, files: dict[str, bytes], status: int, problem: str
) -> None:
    answer = client.post("/verify", files=files)
    assert answer.status_code == status, answer.text
    assert answer.json()["type"] == f"urn:phonex:problem:{problem}"

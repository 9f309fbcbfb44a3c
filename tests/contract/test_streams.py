"""Audio over HTTP while it is made, from a real service."""

from __future__ import annotations

import time

import httpx
import pytest

from tests.conftest import PARAGRAPH, read_audio
from tests.streaming import hear

LONG = {"text": PARAGRAPH * 4, "seed": 3}


def test_it_sounds_before_it_is_done_and_is_the_file_in_the_end(client: httpx.Client) -> None:
    with client.stream("POST", "/tts", json=LONG | {"stream": True}) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "audio/wav"
        audio_id = answer.headers["x-audio-id"]
        chunks = answer.iter_bytes()
        first = next(chunks)
        state = client.get(f"/status/{audio_id}").json()["status"]
        stream = first + b"".join(chunks)
    assert state == "processing"
    file = client.get(f"/audio/{audio_id}").content
    assert stream[44:] == file[44:]
    samples, rate = read_audio(stream)
    assert len(samples) / rate > 30
    assert client.get(f"/audio/{audio_id}", params={"stream": True}).content == stream


@pytest.mark.parametrize("kind", ["wav", "mp3", "opus", "ogg", "flac", "aac", "pcm", "ulaw"])
def test_every_format_streams_and_goes_on_from_any_byte(client: httpx.Client, kind: str) -> None:
    request = {"text": PARAGRAPH, "format": kind, "sample_rate": 16_000, "stream": True}
    answer = client.post("/tts", json=request)
    assert answer.status_code == 200
    if kind == "pcm":
        assert answer.headers["content-type"] == "audio/pcm;rate=16000;channels=1"
    part = client.get(
        f"/audio/{answer.headers['x-audio-id']}",
        params={"stream": True},
        headers={"Range": "bytes=1000-", "If-Range": answer.headers["etag"]},
    )
    assert part.status_code == 206
    assert part.content == answer.content[1000:]
    total = len(answer.content)
    assert part.headers["content-range"] == f"bytes 1000-{total - 1}/{total}"


def test_a_running_job_is_joined_at_a_byte(client: httpx.Client) -> None:
    audio_id = client.post("/tts", json=LONG, headers={"Prefer": "respond-async"}).json()[
        "audio_id"
    ]
    part = client.get(
        f"/audio/{audio_id}", params={"stream": True}, headers={"Range": "bytes=50000-99999"}
    )
    assert part.status_code == 206
    assert part.headers["content-range"].startswith("bytes 50000-99999/")
    whole = client.get(f"/audio/{audio_id}", params={"stream": True}).content
    assert part.content == whole[50_000:100_000]
    beyond = client.get(
        f"/audio/{audio_id}", params={"stream": True}, headers={"Range": "bytes=999999999-"}
    )
    assert beyond.status_code == 416


def test_clones_stream_in_the_voice(client: httpx.Client, voice_id: str) -> None:
    request = {"text": PARAGRAPH, "voice_id": voice_id, "seed": 3, "stream": True}
    answer = client.post("/clone", json=request)
    assert answer.status_code == 200
    file = client.get(f"/audio/{answer.headers['x-audio-id']}").content
    assert answer.content[44:] == file[44:]


@pytest.mark.parametrize(
    ("request_", "kind"),
    [
        ({"text": "…", "stream": True}, "unspeakable-text"),
        ({"text": "Hi.", "stream": True, "speaker": "nobody"}, "unknown-speaker"),
        ({"text": "Hi.", "sample_rate": 7}, "invalid-request"),
        ({"text": "Hi.", "stream": True, "format": "midi"}, "invalid-request"),
    ],
)
def test_what_fails_before_the_first_sound_is_a_problem(
    client: httpx.Client, request_: dict[str, object], kind: str
) -> None:
    answer = client.post("/tts", json=request_)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"].endswith(kind)


def test_who_hangs_up_stops_the_work_and_may_come_back(client: httpx.Client) -> None:
    request = {"text": PARAGRAPH * 12, "seed": 3, "stream": True}
    with client.stream("POST", "/tts", json=request) as answer:
        audio_id = answer.headers["x-audio-id"]
        next(answer.iter_bytes())
    time.sleep(1.5)  # by then it stands still
    done = client.get(f"/status/{audio_id}").json()["pieces_done"]
    time.sleep(1.5)
    state = client.get(f"/status/{audio_id}").json()
    assert (state["status"], state["pieces_done"]) == ("processing", done)
    stream = hear(client, audio_id)
    assert stream[44:] == client.get(f"/audio/{audio_id}").content[44:]


def test_a_repetition_hears_the_same_stream(client: httpx.Client) -> None:
    headers = {"Idempotency-Key": "stream-once"}
    request = {"text": PARAGRAPH, "stream": True}
    first, again = (client.post("/tts", json=request, headers=headers) for _ in range(2))
    assert first.headers["x-audio-id"] == again.headers["x-audio-id"]
    assert first.content == again.content

"""POST /voice/register and what can be done with a voice."""

from __future__ import annotations

import uuid

import httpx
import numpy as np
import pytest

from engines.audio.encode import encode
from engines.base import Waveform
from tests.conftest import read_audio


def register(client: httpx.Client, name: str, *samples: bytes, **headers: str) -> httpx.Response:
    return client.post(
        "/voice/register",
        data={"voice_name": name},
        files=[("voice_sample", ("sample", sample)) for sample in samples],
        headers=headers,
    )


def unique(name: str) -> str:
    return f"{name} {uuid.uuid4().hex[:8]}"


def test_a_voice_lives_from_registration_to_deletion(
    client: httpx.Client, recording: bytes
) -> None:
    name = unique("John Doe")
    registered = register(client, name, recording)
    assert registered.status_code == 200, registered.text
    body = registered.json()
    voice_id = body["voice_id"]
    assert voice_id == name.lower().replace(" ", "_")  # as existing clients expect
    assert body["quality"][0]["speech_seconds"] > 5
    assert 0 <= body["quality"][0]["clipping"] < 0.01

    listed = client.get("/voice/list").json()
    assert voice_id in listed["voices"]
    assert listed["count"] == len(listed["voices"]) == len(listed["items"])
    assert client.get(f"/voice/{voice_id}").json()["name"] == name
    assert client.get(f"/voice/{name.upper()}").json()["voice_id"] == voice_id

    assert client.delete(f"/voice/{voice_id}").json()["success"] is True
    assert voice_id not in client.get("/voice/list").json()["voices"]
    for answer in (client.get(f"/voice/{voice_id}"), client.delete(f"/voice/{voice_id}")):
        assert answer.status_code == 404
        assert answer.json()["type"] == "urn:phonex:problem:voice-not-found"


def test_a_name_is_taken_however_it_is_written(client: httpx.Client, recording: bytes) -> None:
    name = unique("Jane Roe")
    assert register(client, name, recording).status_code == 200
    for spelling in (name, name.upper(), name.replace(" ", "-")):
        taken = register(client, spelling, recording)
        assert taken.status_code == 409
        assert taken.json()["type"] == "urn:phonex:problem:voice-name-taken"


def test_several_recordings_make_one_voice(
    client: httpx.Client, recording: bytes, voice_id: str
) -> None:
    body = register(client, unique("many"), recording, recording).json()
    single = client.get(f"/voice/{voice_id}").json()
    assert len(body["quality"]) == 2
    assert body["speech_seconds"] == pytest.approx(2 * single["speech_seconds"], rel=0.05)


def test_a_key_registers_once(client: httpx.Client, recording: bytes) -> None:
    name, key = unique("once"), uuid.uuid4().hex
    first = register(client, name, recording, **{"Idempotency-Key": key})
    again = register(client, name, recording, **{"Idempotency-Key": key})
    assert first.status_code == again.status_code == 200
    assert first.json()["voice_id"] == again.json()["voice_id"]
    other = register(client, unique("other"), recording, **{"Idempotency-Key": key})
    assert other.status_code == 422


@pytest.mark.parametrize("kind", ["mp3", "flac", "opus", "ogg"])
def test_every_format_registers(client: httpx.Client, recording: bytes, kind: str) -> None:
    samples, rate = read_audio(recording)
    data = encode(Waveform(samples.astype(np.float32), rate), kind)
    answer = register(client, unique(kind), data)
    assert answer.status_code == 200, answer.text


def test_deleting_a_voice_does_not_lose_accepted_clones(
    client: httpx.Client, recording: bytes
) -> None:
    voice_id = register(client, unique("brief"), recording).json()["voice_id"]
    audio_ids = [
        client.post(
            "/clone",
            json={"text": f"Sentence number {number}.", "voice_id": voice_id},
            headers={"Prefer": "respond-async"},
        ).json()["audio_id"]
        for number in range(6)
    ]
    assert client.delete(f"/voice/{voice_id}").status_code == 200
    for audio_id in audio_ids:
        assert client.get(f"/audio/{audio_id}", params={"wait": 60}).status_code == 200


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a/b", "a\\b", "", "   ", "-rf", ".hidden", "x" * 65, "a\x00b",
             "a\nb", "a\u202eb", "<script>"]
)  # fmt: skip
def test_a_name_that_is_no_name_is_refused(
    client: httpx.Client, recording: bytes, name: str
) -> None:
    answer = register(client, name, recording)
    assert answer.status_code == 422, answer.text
    assert "voice_name" in answer.json()["detail"]


@pytest.mark.parametrize("name", ["Zoë", "王小明", "Мария", "O'Brien-Smith Jr."])
def test_names_of_all_scripts_are_welcome(
    client: httpx.Client, recording: bytes, name: str
) -> None:
    voice_id = register(client, unique(name), recording).json()["voice_id"]
    assert client.get(f"/voice/{voice_id}").status_code == 200
    assert client.delete(f"/voice/{voice_id}").status_code == 200

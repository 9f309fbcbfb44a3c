"""OpenAI's API, asked by its own client and as other clients are known to ask (docs/openai.md)."""

from __future__ import annotations

import base64
import io
import json
import shutil
import subprocess
import wave
from typing import Any, Literal, cast, get_args

import httpx
import numpy as np
import openai
import pytest

from tests.conftest import PARAGRAPH, read_audio
from tests.running import RunningService

TEXT = "The first sentence is here. The second is longer, and ends it."


@pytest.fixture(scope="module")
def official(service: RunningService) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{service.url}/v1", api_key="none", max_retries=0)


def test_the_official_client_speaks(official: openai.OpenAI) -> None:
    answer = official.audio.speech.create(model="tts-1", voice="alloy", input=TEXT)
    assert answer.response.headers["content-type"] == "audio/mpeg"
    samples, rate = read_audio(answer.content)
    assert 2 < len(samples) / rate < 8


Format = Literal["mp3", "opus", "aac", "flac", "wav", "pcm"]


@pytest.mark.parametrize("kind", get_args(Format))
def test_every_format_of_theirs(official: openai.OpenAI, kind: Format) -> None:
    answer = official.audio.speech.create(
        model="tts-1",
        voice="nova",
        input=TEXT,
        response_format=kind,
        speed=1.5,
    )
    assert len(answer.content) > 4000
    if kind == "pcm":
        assert np.abs(np.frombuffer(answer.content, "<i2")).max() > 1000


def test_it_comes_in_chunks_before_the_job_is_done(
    official: openai.OpenAI, client: httpx.Client
) -> None:
    with official.audio.speech.with_streaming_response.create(
        model="gpt-4o-mini-tts", voice="coral", input=PARAGRAPH * 4, response_format="wav"
    ) as answer:
        chunks = answer.iter_bytes()
        first = next(chunks)
        state = client.get(f"/status/{answer.headers['x-audio-id']}").json()["status"]
        stream = first + b"".join(chunks)
    assert state == "processing"
    file = client.get(f"/audio/{answer.headers['x-audio-id']}").content
    assert stream[44:] == file[44:]


def test_what_it_lists_can_be_asked_for(official: openai.OpenAI, client: httpx.Client) -> None:
    models = [model.id for model in official.models.list()]
    assert {"tts-1", "tts-1-hd", "gpt-4o-mini-tts"} <= set(models)
    assert official.models.retrieve(models[0]).owned_by
    voices = client.get("/v1/audio/voices").json()
    assert voices["data"] == voices["voices"]
    last = voices["voices"][-1]["id"]
    assert official.audio.speech.create(model=models[0], voice=last, input="Hi.").content


def test_its_errors_are_its_own(official: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as unknown:
        official.audio.speech.create(model="tts-1", voice="nobody", input="Hi.")
    assert unknown.value.code == "voice-not-found"
    assert unknown.value.request_id
    with pytest.raises(openai.UnprocessableEntityError) as wrong:
        official.audio.speech.create(
            model="tts-1",
            voice="alloy",
            input="Hi.",
            response_format=cast(Any, "midi"),
        )
    assert wrong.value.param == "response_format"


def test_a_voice_of_ones_own_clones_by_its_name(official: openai.OpenAI, voice_id: str) -> None:
    ids: list[Any] = [voice_id, {"id": voice_id}]
    clones = [
        official.audio.speech.create(
            model="tts-1",
            voice=voice,
            input=TEXT,
            extra_body={"seed": 1},
        ).content
        for voice in ids
    ]
    base = official.audio.speech.create(model="tts-1", voice="alloy", input=TEXT).content
    assert clones[0] == clones[1] != base


def test_what_is_not_done_as_asked_is_said(client: httpx.Client) -> None:
    request = {"input": "Hi.", "speed": 4, "instructions": "Sadly.", "exaggeration": 0.5}
    told = client.post("/v1/audio/speech", json=request).headers["x-warnings"]
    for word in ("speed", "instructions", "exaggeration"):
        assert word in told


@pytest.mark.parametrize(("text", "language"), [("こんにちは。", "JP"), ("안녕하세요.", "KR")])
def test_a_text_is_spoken_in_the_language_of_its_script(
    client: httpx.Client, text: str, language: str
) -> None:
    said = client.post("/v1/audio/speech", json={"input": text, "voice": "sage", "seed": 1})
    ours = client.post(
        "/tts",
        json={"text": text, "language": language, "format": "mp3", "seed": 1, "stream": True},
    )
    assert said.content == ours.content


# As other clients ask. Sources: docs/openai.md


def test_open_webui(client: httpx.Client) -> None:
    """No response_format, saved as .mp3; lists without a key, and objects in them."""
    answer = client.post(
        "/v1/audio/speech",
        json={"input": TEXT, "voice": "alloy", "model": "tts-1"},
        headers={"Authorization": "Bearer sk-anything"},
    )
    assert answer.content[:1] == b"\xff"
    for path, name in (("voices", "voices"), ("models", "models")):
        listed = client.get(f"/v1/audio/{path}").json()[name]
        assert all(isinstance(one["id"], str) for one in listed)
        assert name == "models" or all(isinstance(one["name"], str) for one in listed)


def test_livekit_agents(client: httpx.Client) -> None:
    """Asks for events of every model that is not tts-1, and reads lines that begin `data: `."""
    assert client.get("/v1/").status_code == 404  # its prewarming
    request = {"model": "gpt-4o-mini-tts", "voice": "ash", "input": TEXT,
               "response_format": "mp3", "stream_format": "sse"}  # fmt: skip
    audio, last = b"", {}
    with client.stream("POST", "/v1/audio/speech", json=request) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        audio_id = answer.headers["x-audio-id"]
        for line in answer.iter_lines():
            if line.startswith("data: "):
                last = json.loads(line.removeprefix("data: "))
                audio += base64.b64decode(last.get("audio", ""))
    assert last["type"] == "speech.audio.done"
    assert set(last["usage"]) == {"input_tokens", "output_tokens", "total_tokens"}
    assert audio == client.get(f"/audio/{audio_id}", params={"stream": True}).content


def test_pipecat(client: httpx.Client) -> None:
    """One of OpenAI's names, bare samples at 24 kHz, read as they come."""
    request = {"model": "gpt-4o-mini-tts", "voice": "ballad", "input": TEXT,
               "response_format": "pcm"}  # fmt: skip
    with client.stream("POST", "/v1/audio/speech", json=request) as answer:
        pcm = b"".join(answer.iter_bytes(1024))
        audio_id = answer.headers["x-audio-id"]
    seconds = client.get(f"/status/{audio_id}").json()["seconds"]
    assert len(pcm) / 2 / 24_000 == pytest.approx(seconds, abs=0.01)


def test_wyoming_openai(client: httpx.Client) -> None:
    """Reads the header of the first 2,048 bytes with Python's `wave`; `/v1/readyz` would tell it
    that this is LocalAI."""
    assert client.get("/v1/readyz").status_code == 404
    request = {"model": "tts-1", "voice": "alloy", "input": TEXT, "response_format": "wav"}
    with client.stream("POST", "/v1/audio/speech", json=request) as answer:
        chunks = answer.iter_bytes(2048)
        with wave.open(io.BytesIO(next(chunks))) as header:
            assert (header.getnchannels(), header.getsampwidth()) == (1, 2)
            assert header.getframerate() > 8000
        assert sum(map(len, chunks)) > 50_000
    voices = client.get("/v1/models/tts-1").json()["voices"]
    assert {"name", "language", "gender"} <= set(voices[0])


def test_sillytavern(client: httpx.Client) -> None:
    request = {"model": "tts-1", "input": TEXT, "voice": "EN-US", "response_format": "mp3",
               "speed": 1}  # fmt: skip
    answer = client.post("/v1/audio/speech", json=request)
    assert answer.headers["content-type"] == "audio/mpeg"


SCRIPT = """
const {{ default: OpenAI, NotFoundError }} = require('openai');
const client = new OpenAI({{ baseURL: '{url}/v1', apiKey: 'none', maxRetries: 0 }});
(async () => {{
  const request = {{ model: 'tts-1', voice: 'alloy', input: 'Hi.' }};
  const speech = await client.audio.speech.create(request);
  const bytes = Buffer.from(await speech.arrayBuffer()).length;
  let code = '';
  try {{
    await client.audio.speech.create({{ model: 'tts-1', voice: 'nobody', input: 'Hi.' }});
  }} catch (error) {{ code = error instanceof NotFoundError ? error.code : 'other'; }}
  console.log(JSON.stringify({{ bytes, code }}));
}})();
"""


def test_the_official_client_in_javascript(service: RunningService) -> None:
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        pytest.skip("node is not installed: apt install nodejs npm")
    modules = subprocess.run([npm, "root", "--global"], capture_output=True, text=True, check=True)
    run = subprocess.run(
        [node, "-e", SCRIPT.format(url=service.url)],
        env={"NODE_PATH": modules.stdout.strip()},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    if "Cannot find module" in run.stderr:
        pytest.skip("their client is not installed: npm install --global openai")
    said = json.loads(run.stdout or "{}")
    assert said.get("code") == "voice-not-found", run.stderr
    assert said["bytes"] > 1000

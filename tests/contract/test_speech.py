"""POST /tts, /clone, /clone/quick and GET /tts/speakers over real HTTP."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

import httpx
import numpy as np
import pytest

from tests.conftest import PARAGRAPH, read_audio, speak

LANGUAGES = {
    "EN": "Good morning, and welcome.",
    "ES": "Buenos días y bienvenidos.",
    "FR": "Bonjour et bienvenue.",
    "ZH": "早上好,欢迎光临。",
    "JP": "おはようございます。ようこそ。",
    "KR": "안녕하세요, 환영합니다.",
}
SEED_SPEAKERS = {
    "EN": {"EN-US", "EN-BR", "EN-AU", "EN-INDIA", "EN-DEFAULT", "EN-NEWEST"},
    "ES": {"ES"},
    "FR": {"FR"},
    "ZH": {"ZH"},
    "JP": {"JP"},
    "KR": {"KR"},
}


def test_tts_waits_and_answers_with_finished_audio(client: httpx.Client) -> None:
    answer = client.post("/tts", json={"text": "Hello, world!"})
    assert answer.status_code == 200
    body = answer.json()
    assert body["success"] is True
    assert body["status"] == "completed"
    assert body["audio_id"] == body["job_id"]
    uuid.UUID(body["audio_id"])
    assert body["audio_url"] == f"/audio/{body['audio_id']}"
    samples, rate = read_audio(client.get(body["audio_url"]).content)
    assert len(samples) / rate == pytest.approx(body["seconds"], abs=0.01)
    assert np.abs(samples).max() > 0.05


@pytest.mark.parametrize(("language", "text"), LANGUAGES.items())
def test_every_language_speaks(client: httpx.Client, language: str, text: str) -> None:
    samples, rate = read_audio(speak(client, text, language=language))
    assert 0.7 < len(samples) / rate < 8
    assert np.sqrt(np.mean(samples**2)) > 0.01


def test_the_seeds_speakers_are_there(client: httpx.Client) -> None:
    listed = client.get("/tts/speakers").json()["speakers"]
    for language, names in SEED_SPEAKERS.items():
        assert names <= {name.upper() for name in listed[language]}
        answer = client.get(f"/tts/speakers/{language.lower()}").json()
        assert answer == {"language": language, "speakers": listed[language]}


@pytest.mark.parametrize("name", ["EN-INDIA", "en_india", "En-India"])
def test_speaker_names_match_however_they_are_written(client: httpx.Client, name: str) -> None:
    reference = speak(client, "Hello there.", speaker="EN-INDIA", seed=1)
    assert speak(client, "Hello there.", speaker=name, seed=1) == reference


def test_a_regional_tag_means_that_regions_speaker(client: httpx.Client) -> None:
    british = speak(client, "Hello there.", language="en-GB", seed=1)
    assert british == speak(client, "Hello there.", speaker="EN-BR", seed=1)
    assert british != speak(client, "Hello there.", seed=1)


def test_the_same_request_and_seed_give_the_same_bytes(client: httpx.Client) -> None:
    assert speak(client, PARAGRAPH, seed=5) == speak(client, PARAGRAPH, seed=5)


@pytest.mark.parametrize("kind", ["wav", "mp3", "flac", "opus", "ogg"])
def test_every_format_plays_for_as_long(client: httpx.Client, kind: str) -> None:
    answer = client.post("/tts", json={"text": PARAGRAPH, "format": kind}).json()
    file = client.get(answer["audio_url"])
    assert file.headers["content-type"].startswith("audio/")
    assert f".{kind}" in file.headers["content-disposition"]
    samples, rate = read_audio(file.content)
    assert len(samples) / rate == pytest.approx(answer["seconds"], abs=0.1)


def test_speed_shortens_and_pitch_keeps_the_length(client: httpx.Client) -> None:
    def seconds(**request: float) -> float:
        samples, rate = read_audio(speak(client, PARAGRAPH, seed=1, **request))
        return len(samples) / rate

    normal = seconds()
    assert seconds(speed=2.0) == pytest.approx(normal / 2, rel=0.2)
    assert seconds(pitch=5.0) == pytest.approx(normal, rel=0.02)


def test_a_client_that_will_not_wait_polls(client: httpx.Client) -> None:
    answer = client.post("/tts", json={"text": PARAGRAPH}, headers={"Prefer": "respond-async"})
    assert answer.status_code == 202
    assert answer.headers["location"] == answer.json()["status_url"]
    assert int(answer.headers["retry-after"]) >= 1
    assert answer.headers["preference-applied"] == "respond-async"
    for name in ("status", "job"):
        state = client.get(f"/{name}/{answer.json()['audio_id']}", params={"wait": 30}).json()
        assert state["status"] == "completed"
        assert state["progress"] == 100
        assert state["audio_url"] == answer.json()["audio_url"]


def test_a_clone_takes_the_registered_voice(client: httpx.Client, voice_id: str) -> None:
    base = speak(client, PARAGRAPH, seed=1, speaker="EN-US")
    cloned = speak(client, PARAGRAPH, seed=1, voice_id=voice_id, speaker="EN-US")
    base_samples, base_rate = read_audio(base)
    cloned_samples, cloned_rate = read_audio(cloned)
    assert len(cloned_samples) / cloned_rate == pytest.approx(
        len(base_samples) / base_rate, rel=0.02
    )
    assert cloned != base


def test_a_clone_says_which_speaker_it_starts_from(
    client: httpx.Client, voice_id: str, recording: bytes
) -> None:
    body = {"text": "Whose voice is below this one?", "voice_id": voice_id, "seed": 1}
    left_open = client.post("/clone", json=body).json()
    assert left_open["speaker"] in client.get("/tts/speakers/en").json()["speakers"]
    assert client.get(left_open["status_url"]).json()["speaker"] == left_open["speaker"]
    again = client.post("/clone", json=body | {"speaker": left_open["speaker"]}).json()
    audio = [client.get(one["audio_url"]).content for one in (left_open, again)]
    assert audio[0] == audio[1]
    quick = client.post(
        "/clone/quick", data={"text": "Hello."}, files={"voice_sample": recording}
    ).json()
    assert quick["speaker"] == left_open["speaker"]
    for named in ("EN-US", "EN-AU"):
        assert client.post("/clone", json=body | {"speaker": named}).json()["speaker"] == named


def test_a_quick_clone_keeps_no_voice(client: httpx.Client, recording: bytes) -> None:
    before = client.get("/voice/list").json()
    answer = client.post(
        "/clone/quick",
        data={"text": "A voice for one sentence.", "speed": "1.1"},
        files={"voice_sample": ("me.wav", recording)},
    )
    assert answer.status_code == 200, answer.text
    assert client.get(answer.json()["audio_url"]).status_code == 200
    assert client.get("/voice/list").json() == before


@pytest.mark.parametrize("route", ["/tts", "/clone"])
def test_an_idempotency_key_makes_one_job(client: httpx.Client, voice_id: str, route: str) -> None:
    body = {"text": "Only once."} | ({"voice_id": voice_id} if route == "/clone" else {})
    headers = {"Idempotency-Key": uuid.uuid4().hex}

    def send(_: int) -> str:
        answer = client.post(route, json=body, headers=headers)
        assert answer.status_code in (200, 202), answer.text
        audio_id: str = answer.json()["audio_id"]
        return audio_id

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(send, range(8)))) == 1
    other = client.post(route, json=body | {"text": "Another text."}, headers=headers)
    assert other.status_code == 422
    assert other.json()["type"] == "urn:phonex:problem:idempotency-conflict"


def test_a_quick_clone_repeats_by_its_key_too(client: httpx.Client, recording: bytes) -> None:
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    ids = {
        client.post(
            "/clone/quick",
            data={"text": "Only once."},
            files={"voice_sample": recording},
            headers=headers,
        ).json()["audio_id"]
        for _ in range(2)
    }
    assert len(ids) == 1


def test_64_clones_at_once_all_complete_in_batches(client: httpx.Client, voice_id: str) -> None:
    sentences = [part.strip() + "." for part in PARAGRAPH.split(".") if part.strip()]

    def clone(index: int) -> float:
        text = " ".join(sentences[: 1 + index % len(sentences)])
        answer = client.post(
            "/clone", json={"text": text, "voice_id": voice_id}, headers={"Prefer": "wait=60"}
        )
        assert answer.status_code in (200, 202), answer.text
        audio = client.get(f"/audio/{answer.json()['audio_id']}", params={"wait": 60})
        samples, rate = read_audio(audio.content)
        return len(samples) / rate

    with ThreadPoolExecutor(64) as pool:
        assert all(seconds > 1 for seconds in pool.map(clone, range(64)))
    metrics = client.get("/metrics").text
    assert _sample(metrics, 'phonex_batch_items_bucket{le="1.0",stage="tone_conversion"}') < (
        _sample(metrics, 'phonex_batch_items_count{stage="tone_conversion"}')
    )


def _sample(metrics: str, name: str) -> float:
    (line,) = [line for line in metrics.splitlines() if line.startswith(name + " ")]
    return float(line.rsplit(" ", 1)[1])

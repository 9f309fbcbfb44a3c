"""A dialogue in SSML over HTTP: base speakers and a registered voice, whole and as a stream."""

from __future__ import annotations

import httpx
import pytest

from tests.conftest import read_audio
from tests.contract.sockets import SPEECH, pcm_of, talking
from tests.running import RunningService

DIALOGUE = (
    "<speak><voice name='EN-BR'>Good morning.</voice><break time='1s'/><mark name='answer'/>"
    "<voice name='{voice}'>Hello there.</voice> <voice name='ES'>Buenos días.</voice></speak>"
)


def test_a_dialogue_in_two_languages_is_the_same_whole_and_streamed(
    client: httpx.Client, voice_id: str
) -> None:
    body = {"text": DIALOGUE.format(voice=voice_id), "input_type": "ssml", "seed": 1}
    answer = client.post("/tts", json=body).json()
    assert answer["status"] == "completed", answer
    assert answer["warnings"] == []
    samples, rate = read_audio(client.get(answer["audio_url"]).content)
    (mark,) = answer["marks"]
    assert 1.5 < mark["seconds"] < len(samples) / rate - 1
    before = samples[round((mark["seconds"] - 0.9) * rate) : round(mark["seconds"] * rate)]
    assert abs(before).max() < 4e-3  # -48 dB: the pause ends where the mark stands
    assert client.get(answer["status_url"]).json()["kind"] == "clone"
    streamed = client.post("/tts", json=body | {"stream": True, "format": "pcm"})
    assert streamed.status_code == httpx.codes.OK
    assert len(streamed.content) == pytest.approx(2 * len(samples), abs=8)


def test_what_is_read_of_a_dialogue_is_told_where_it_stands_in_the_markup(
    client: httpx.Client, voice_id: str
) -> None:
    text = DIALOGUE.format(voice=voice_id).replace("Hello there", "It cost $3 &amp; more")
    answer = client.post("/tts/read", json={"text": text, "input_type": "ssml"})
    assert answer.status_code == httpx.codes.OK, answer.text
    read = answer.json()
    assert read["said"] == "Good morning. It cost three dollars and more. Buenos días."
    assert {word["text"]: word["language"] for word in read["words"]} == {
        "Good": "EN", "morning": "EN", "It": "EN", "cost": "EN", "$3": "EN", "&amp;": "EN",
        "more": "EN", "Buenos": "ES", "días": "ES",
    }  # fmt: skip
    assert all(text[word["start"] : word["end"]] == word["text"] for word in read["words"])
    shown = client.get("/tts/read", params={"text": "<speak>Hi.</speak>", "input_type": "ssml"})
    assert shown.json()["said"] == "Hi."
    plain = client.post("/tts/read", json={"text": "<speak>Hi.</speak>"}).json()
    assert "speak" in plain["said"]  # never guessed
    for wrong, problem in ((text[:-2], "invalid-ssml"), ("", "invalid-ssml")):
        refused = client.post("/tts/read", json={"text": wrong, "input_type": "ssml"})
        assert refused.json()["type"].endswith(problem)
    nobody = text.replace(voice_id, "nobody at all")
    refused = client.post("/tts/read", json={"text": nobody, "input_type": "ssml"})
    assert refused.status_code == httpx.codes.NOT_FOUND


def test_openais_route_reads_ssml_where_it_is_told_to(client: httpx.Client) -> None:
    text = "<speak><voice name='EN-BR'>Well.</voice><break time='2s'/>你好。</speak>"
    asked = {"input": text, "response_format": "pcm", "seed": 1}
    spoken = client.post("/v1/audio/speech", json=asked | {"input_type": "ssml"})
    assert spoken.status_code == httpx.codes.OK, spoken.text
    assert "X-Warnings" not in spoken.headers
    job = client.get(f"/status/{spoken.headers['X-Audio-Id']}").json()
    assert 2.3 < job["seconds"] < 5  # the markup is obeyed, not read out
    assert job["speaker"].startswith("ZH")  # by the script of the text, and not of the markup
    wrong = client.post("/v1/audio/speech", json=asked | {"input_type": "ssml", "input": "Hi."})
    assert wrong.json()["type"] == "urn:phonex:problem:invalid-ssml"


def test_the_socket_speaks_each_document_of_ssml_when_it_has_ended(
    service: RunningService,
) -> None:
    with talking(service.url, SPEECH) as talk:
        talk.say(type="context.open", voice="EN-US", input_type="ssml")
        talk.say(type="text", text="<speak>One. <break time='1s'/>Two.")
        talk.say(type="text", text="</speak> <speak>Three")
        first = talk.until(type="audio.done")
        assert first[1]["text"] == "<speak>One. <break time='1s'/>Two.</speak>"
        assert [word["text"] for word in first[-1]["words"]] == ["One", "Two"]
        assert first[-1]["words"][1]["start"] > first[-1]["words"][0]["end"] + 0.5
        assert len(pcm_of(first)) / 48_000 == pytest.approx(first[-1]["end"], abs=0.01)
        talk.say(type="flush")  # what has not ended is no document
        assert talk.until(type="error")[-1]["problem"].endswith("invalid-ssml")
        talk.say(type="text", text="<speak>Four.</speak>")
        assert talk.until(type="audio.done")[-1]["words"][0]["text"] == "Four"

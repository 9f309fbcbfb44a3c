"""ElevenLabs' HTTP API, asked by its own client and as Pipecat is known to ask
(docs/integrations/elevenlabs.md)."""

from __future__ import annotations

import base64
import io
import json
import wave
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.conftest import PARAGRAPH, read_audio
from tests.running import RunningService

elevenlabs = pytest.importorskip(
    "elevenlabs", reason="elevenlabs is not installed: pip install -r requirements/test.txt"
)
ApiError = pytest.importorskip("elevenlabs.core.api_error").ApiError

TEXT = "The first sentence is here. The second is longer, and ends it."
SPEECH = "/v1/text-to-speech/EN-US"


@pytest.fixture(scope="module")
def official(service: RunningService) -> Any:
    return elevenlabs.ElevenLabs(base_url=service.url, api_key="none")


def heard(chunks: Iterator[bytes]) -> bytes:
    return b"".join(chunks)


def test_the_official_client_speaks(official: Any) -> None:
    samples, rate = read_audio(heard(official.text_to_speech.convert("EN-US", text=TEXT)))
    assert rate == 44_100
    assert 2 < len(samples) / rate < 8


@pytest.mark.parametrize(
    ("name", "rate", "sample_bytes"),
    [("pcm_16000", 16_000, 2), ("pcm_24000", 24_000, 2), ("ulaw_8000", 8_000, 1),
     ("alaw_8000", 8_000, 1)],
)  # fmt: skip
def test_bare_formats_last_as_long_as_the_speech(
    client: httpx.Client, official: Any, name: str, rate: int, sample_bytes: int
) -> None:
    chunks = official.text_to_speech.stream("EN-US", text=TEXT, output_format=name, seed=1)
    seconds = len(heard(chunks)) / rate / sample_bytes
    said = client.post("/tts", json={"text": TEXT, "speaker": "EN-US", "seed": 1, "stream": True})
    expected = client.get(f"/status/{said.headers['x-audio-id']}").json()["seconds"]
    assert seconds == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize("name", ["mp3_22050_32", "wav_44100", "opus_48000_64"])
def test_files_have_the_rate_that_was_asked_for(client: httpx.Client, name: str) -> None:
    answer = client.post(SPEECH, params={"output_format": name}, json={"text": TEXT})
    _, rate = read_audio(answer.content)
    assert rate == int(name.split("_")[1])
    assert int(answer.headers["content-length"]) == len(answer.content)
    if name == "wav_44100":  # a whole file tells its length
        with wave.open(io.BytesIO(answer.content)) as file:
            assert file.getnframes() == (len(answer.content) - 44) // 2
    else:
        assert "kbit/s" in answer.headers["x-warnings"]


def test_a_stream_sounds_before_its_job_is_done(client: httpx.Client) -> None:
    body = {"text": PARAGRAPH * 4, "model_id": "eleven_turbo_v2_5"}
    with client.stream("POST", f"{SPEECH}/stream", json=body) as answer:
        chunks = answer.iter_bytes()
        next(chunks)
        state = client.get(f"/status/{answer.headers['x-audio-id']}").json()["status"]
        heard(chunks)
    assert state == "processing"


def test_every_character_of_a_text_has_its_time(official: Any) -> None:
    text = "It cost $3.50. [pause 300ms] Really? \n\nこんにちは。"
    answer = official.text_to_speech.convert_with_timestamps(
        "EN-US", text=text, output_format="pcm_24000", language_code="en"
    )
    alignment = answer.alignment
    assert "".join(alignment.characters) == text
    starts = alignment.character_start_times_seconds
    ends = alignment.character_end_times_seconds
    assert starts == sorted(starts)
    assert ends == sorted(ends)
    assert all(start <= end for start, end in zip(starts, ends, strict=True))
    seconds = len(base64.b64decode(answer.audio_base_64)) / 2 / 24_000
    assert ends[-1] == pytest.approx(seconds, abs=0.002)


WAIT = 'I say <phoneme alphabet="ipa" ph="təˈmɑːtəʊ">tomato</phoneme>. <break time="1.5s" /> So.'
NO_WAIT = "I say tomato. So."


def seconds_of(official: Any, text: str, way: str = "convert") -> float:
    speak = getattr(official.text_to_speech, way)
    return len(heard(speak("EN-US", text=text, output_format="pcm_16000", seed=1))) / 2 / 16_000


@pytest.mark.parametrize("way", ["convert", "stream"])
def test_a_break_is_heard_as_silence(official: Any, way: str) -> None:
    quick, slow = (seconds_of(official, text, way) for text in (NO_WAIT, WAIT))
    assert slow - quick == pytest.approx(1.5, abs=0.4)


def test_a_phoneme_changes_how_its_word_sounds(official: Any) -> None:
    pcm = {
        text: heard(
            official.text_to_speech.convert("EN-US", text=text, output_format="pcm_16000", seed=1)
        )
        for text in (
            "I say tomato.",
            'I say <phoneme alphabet="ipa" ph="təˈmɑːtəʊ">tomato</phoneme>.',
            'I say <phoneme alphabet="cmu-arpabet" ph="T AH0 M AA1 T OW0">tomato</phoneme>.',
            'I say <phoneme alphabet="x-sampa" ph="t@">tomato</phoneme>.',
        )
    }
    plain, ipa, arpabet, unknown = pcm.values()
    assert ipa == arpabet != plain
    assert unknown == plain


def test_what_of_a_tag_is_not_followed_is_said(client: httpx.Client) -> None:
    text = 'I say <phoneme alphabet="x-sampa" ph="t@">tomato</phoneme>.'
    assert "tomato" in client.post(SPEECH, json={"text": text}).headers["x-warnings"]


@pytest.mark.parametrize("streamed", [False, True])
def test_tags_have_times_and_are_not_said(official: Any, streamed: bool) -> None:
    asked: dict[str, Any] = {"text": WAIT, "output_format": "pcm_24000"}
    if streamed:
        answers = list(official.text_to_speech.stream_with_timestamps("EN-US", **asked))
    else:
        answers = [official.text_to_speech.convert_with_timestamps("EN-US", **asked)]
    sent = [one.alignment for one in answers if one.alignment]
    said = [one.normalized_alignment for one in answers if one.normalized_alignment]
    assert "".join(char for one in sent for char in one.characters) == WAIT
    assert "".join(char for one in said for char in one.characters) == "I say tomato. . So."
    starts = [at for one in said for at in one.character_start_times_seconds]
    ends = [at for one in said for at in one.character_end_times_seconds]
    assert starts[-3] - ends[len("I say tomato") - 1] >= 1.5


def test_times_come_with_the_audio_that_they_are_of(client: httpx.Client) -> None:
    """As Pipecat's HTTP service reads it: lines that aiohttp takes, times from the beginning."""
    text = PARAGRAPH * 2
    body = {"text": text, "model_id": "eleven_flash_v2_5", "previous_text": "Before."}
    params = {"output_format": "pcm_24000"}
    url = f"{SPEECH}/stream/with-timestamps"
    characters, ends, audio, lags = "", [0.0], b"", []
    with client.stream("POST", url, json=body, params=params) as answer:
        assert "previous_text" in answer.headers["x-warnings"]
        for line in answer.iter_lines():
            assert len(line) < 2**16
            one = json.loads(line)
            audio += base64.b64decode(one["audio_base64"])
            if one["alignment"]:
                characters += "".join(one["alignment"]["characters"])
                ends += one["alignment"]["character_end_times_seconds"]
                lags.append(len(audio) / 2 / 24_000 - ends[-1])
    assert characters == text
    assert ends == sorted(ends)
    seconds = len(audio) / 2 / 24_000
    assert ends[-1] == pytest.approx(seconds, abs=0.05)
    assert len(lags) > 2
    file = client.get(f"/audio/{answer.headers['x-audio-id']}").content
    assert file == audio


def test_what_it_lists_can_be_asked_for(official: Any, voice_id: str) -> None:
    voices = {voice.voice_id: voice for voice in official.voices.get_all().voices}
    assert voices[voice_id].category == "cloned"
    assert voices["EN-US"].category == "premade"
    assert official.voices.get(voice_id=voice_id).name == "Session Voice"
    pages, token = [], None
    while True:
        page = official.voices.search(page_size=3, next_page_token=token)
        pages += [voice.voice_id for voice in page.voices]
        token = page.next_page_token
        if not page.has_more:
            break
    assert pages == list(voices)
    assert page.total_count == len(voices)
    found = official.voices.search(search="session").voices
    assert [voice.voice_id for voice in found] == [voice_id]
    models = official.models.list()
    assert "eleven_multilingual_v2" in {model.model_id for model in models}
    assert {one.language_id for one in models[0].languages} >= {"en", "ja", "ko"}


def test_models_are_told_in_the_words_of_who_asks(client: httpx.Client) -> None:
    assert client.get("/v1/models").json()["object"] == "list"
    theirs = client.get("/v1/models", headers={"xi-api-key": "none"})
    assert isinstance(theirs.json(), list)
    assert theirs.headers["vary"] == "xi-api-key"


def test_a_voice_of_ones_own_clones(official: Any, voice_id: str) -> None:
    clones = [heard(official.text_to_speech.convert(voice_id, text=TEXT, seed=1)) for _ in range(2)]
    base = heard(official.text_to_speech.convert("EN-US", text=TEXT, seed=1))
    assert clones[0] == clones[1] != base


def test_its_errors_are_its_own(official: Any) -> None:
    with pytest.raises(ApiError) as unknown:
        heard(official.text_to_speech.convert("nobody", text="Hi."))
    assert unknown.value.status_code == 404
    assert unknown.value.body["detail"]["status"] == "voice_not_found"
    with pytest.raises(ApiError) as wrong:
        heard(official.text_to_speech.convert("EN-US", text="Hi.", output_format="midi"))
    assert wrong.value.status_code == 422
    with pytest.raises(ApiError) as silent:
        heard(official.text_to_speech.convert("EN-US", text="..."))
    assert silent.value.body["detail"]["status"] == "unspeakable_text"


def test_an_unserved_language_is_refused_by_its_name(client: httpx.Client) -> None:
    answer = client.post(SPEECH, json={"text": "Hej.", "language_code": "sv"})
    assert answer.status_code == 422
    assert answer.json()["detail"]["status"] == "unknown_language"
    assert "'sv'" in answer.json()["detail"]["message"]


def test_a_repetition_by_its_key_is_the_same_audio(client: httpx.Client) -> None:
    key = {"Idempotency-Key": "elevenlabs-1"}
    first, second = (client.post(SPEECH, json={"text": TEXT}, headers=key) for _ in range(2))
    assert first.headers["x-audio-id"] == second.headers["x-audio-id"]
    assert first.content == second.content
    other = client.post("/v1/text-to-speech/EN-BR", json={"text": TEXT}, headers=key)
    assert other.json()["type"] == "urn:phonex:problem:idempotency-conflict"

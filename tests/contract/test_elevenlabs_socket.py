"""ElevenLabs' WebSockets: text that is still being written, heard as its own client, LiveKit and
Pipecat are known to ask (docs/integrations/elevenlabs.md)."""

from __future__ import annotations

import base64
from contextlib import AbstractContextManager
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from tests.contract.jobs import wait_until_all_ended
from tests.contract.sockets import Talk, talking
from tests.running import RunningService

elevenlabs = pytest.importorskip(
    "elevenlabs", reason="elevenlabs is not installed: pip install -r requirements/test.txt"
)
ApiError = pytest.importorskip("elevenlabs.core.api_error").ApiError

WAIT = 'I say <phoneme alphabet="ipa" ph="təˈmɑːtəʊ">tomato</phoneme>. <break time="1.5s" /> So.'


def speech(service: RunningService, way: str, **query: str | int) -> AbstractContextManager[Talk]:
    asked = httpx.QueryParams({"output_format": "pcm_24000", **query})
    headers = {"xi-api-key": "none"}
    path = f"/v1/text-to-speech/EN-US/{way}?{asked}"
    return talking(service.url, path, additional_headers=headers)


def pcm_of(told: list[dict[str, Any]], context_id: str | None = None) -> bytes:
    own = (one for one in told if one.get("contextId") == context_id and one.get("audio"))
    return b"".join(base64.b64decode(one["audio"]) for one in own)


def test_the_official_client_speaks_what_is_still_written(
    service: RunningService,
) -> None:
    """It makes wss:// of any address, and a service on this machine has none."""
    official = elevenlabs.ElevenLabs(base_url=service.url, api_key="none")
    realtime = official.text_to_speech
    realtime._ws_base_url = service.url.replace("http", "ws")
    words = iter(["Hello there", ", and welcome", ". This is", " the second."])
    chunks = realtime.convert_realtime("EN-US", text=words, output_format="pcm_16000")
    assert 1 < len(b"".join(chunks)) / 2 / 16_000 < 8
    missing = realtime.convert_realtime("nobody", text=iter(["Hi. "]))
    with pytest.raises(ApiError) as refused:
        b"".join(missing)
    assert refused.value.status_code == 1008


@pytest.mark.parametrize("way", ["stream-input", "multi-stream-input"])
@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("output_format=pcm_24000&output_format=pcm_16000", "query.output_format: This may come"),
        ("language_code=%ff", "query.language_code: This is no UTF-8"),
        ("output_format=wav_16000", "output_format: A socket sends no WAV"),
    ],
)
def test_a_handshake_that_can_be_read_in_two_ways_is_refused(
    service: RunningService, way: str, query: str, told: str
) -> None:
    path = f"/v1/text-to-speech/EN-US/{way}?{query}&other=1&other=2"
    with talking(service.url, path, additional_headers={"xi-api-key": "none"}) as talk:
        assert told in str(talk.hear())
        with pytest.raises(ConnectionClosed) as closed:
            talk.hear()
        assert closed.value.rcvd
        assert closed.value.rcvd.code == 1008
        assert closed.value.rcvd.reason.startswith(told)


def test_one_text_is_heardsentence_by_sentence(service: RunningService) -> None:
    with speech(service, "stream-input") as talk:
        talk.say(text=" ", voice_settings={"stability": 0.5, "speed": 1.1})
        talk.say(text="Hello there, and wel")
        talk.say(text="come. Now this is ")
        told = [talk.hear()]
        while not told[-1]["alignment"]:
            told.append(talk.hear())
        assert "".join(told[-1]["alignment"]["chars"]) == "Hello there, and welcome. "
        talk.say(text="the second one ")
        talk.say(text="")
        told += talk.until(isFinal=True)
        with pytest.raises(ConnectionClosed) as closed:
            talk.hear()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1000
    seconds = len(pcm_of(told)) / 2 / 24_000
    ends = [
        one["alignment"]["charStartTimesMs"][-1] + one["alignment"]["charDurationsMs"][-1]
        for one in told
        if one.get("alignment")
    ]
    assert sum(ends) / 1000 == pytest.approx(seconds, abs=0.02)


def test_pipecat_speaks_in_contexts(service: RunningService) -> None:
    """Opens with a space, flushes, keeps the socket open by empty texts, closes each context."""
    with speech(service, "multi-stream-input", auto_mode="true", language_code="en") as talk:
        talk.say(text="")  # before there is any context
        talk.say(text=" ", context_id="a", voice_settings={"speed": 1.0})
        talk.say(text="Good morning to you.", context_id="a")
        talk.say(context_id="a", flush=True)
        talk.say(text="", context_id="a")
        talk.say(context_id="a", close_context=True)
        first = talk.until(isFinal=True, contextId="a")
        assert len(pcm_of(first, "a")) > 24_000
        times = [one["alignment"] for one in first if one.get("alignment")]
        assert "".join(times[0]["chars"]).split() == ["Good", "morning", "to", "you."]
        talk.say(text=" ", context_id="b")
        talk.say(text="And a second turn. ", context_id="b")
        talk.say(close_socket=True)
        assert len(pcm_of(talk.until(isFinal=True, contextId="b"), "b")) > 24_000


def test_livekit_speaks_in_contexts_side_by_side(service: RunningService) -> None:
    """Sends words one by one, and closes a context whose text has ended without a flush."""
    query: dict[str, str | int] = {
        "model_id": "eleven_turbo_v2_5",
        "enable_ssml_parsing": "false",
        "enable_logging": "true",
        "inactivity_timeout": 180,
        "sync_alignment": "true",
        "apply_text_normalization": "auto",
    }
    with speech(service, "multi-stream-input", **query) as talk:
        texts = {"one": "This is the first context", "two": "Here speaks the second"}
        for name in texts:
            talk.say(text=" ", context_id=name, voice_settings=None)
        for name, text in texts.items():
            for word in text.split():
                talk.say(text=f"{word} ", context_id=name)
        for name in texts:
            talk.say(context_id=name, close_context=True)
        told: list[dict[str, Any]] = []
        while sum(bool(one.get("isFinal")) for one in told) < 2:
            told.append(talk.hear())
    for name in texts:
        assert len(pcm_of(told, name)) > 24_000


@pytest.mark.parametrize("parts", [[WAIT], [WAIT[at : at + 7] for at in range(0, len(WAIT), 7)]])
def test_a_socket_reads_tags_where_it_is_asked_to(
    service: RunningService, parts: list[str]
) -> None:
    with speech(service, "stream-input", enable_ssml_parsing="true", seed=1) as talk:
        for part in (" ", *parts, ""):
            talk.say(text=part)
        told = talk.until(isFinal=True)
    heard = [one for one in told if one.get("alignment")]
    sent, said = (
        "".join(char for one in heard for char in one[name]["chars"]).split()
        for name in ("alignment", "normalizedAlignment")
    )
    assert sent == WAIT.split()
    assert said == ["I", "say", "tomato.", ".", "So."]
    plain = WAIT[: WAIT.index("<break")]
    with speech(service, "stream-input", enable_ssml_parsing="true", seed=1) as talk:
        for part in (" ", plain + " So.", ""):
            talk.say(text=part)
        without = talk.until(isFinal=True)
    seconds = (len(pcm_of(told)) - len(pcm_of(without))) / 2 / 24_000
    assert seconds == pytest.approx(1.5, abs=0.05)


def test_a_sentence_that_cannot_be_said_ends_one_text_and_not_the_other_contexts(
    service: RunningService,
) -> None:
    too_long = "word " * 5_000
    with speech(service, "stream-input") as talk:
        talk.say(text=too_long)
        told = talk.hear()
        assert told["error"] == "invalid_request"
        with pytest.raises(ConnectionClosed) as closed:
            talk.hear()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1008
    with speech(service, "multi-stream-input") as talk:
        talk.say(text=too_long, context_id="bad")
        assert talk.hear()["contextId"] == "bad"
        talk.say(text="This one is well. ", context_id="good")
        talk.say(context_id="good", close_context=True)
        assert pcm_of(talk.until(isFinal=True, contextId="good"), "good")


@pytest.mark.parametrize(
    ("way", "query", "message", "told"),
    [
        ("stream-input", {"output_format": "wav_24000"}, None, "no WAV"),
        ("multi-stream-input", {"language_code": "sv"}, None, "'sv'"),
        ("multi-stream-input", {"inactivity_timeout": "1"}, None, ""),
        ("stream-input", {}, "no json", "JSON"),
        ("multi-stream-input", {}, '{"text": 7}', "text"),
    ],
)
def test_what_cannot_be_done_is_said_and_the_socket_closed(
    service: RunningService, way: str, query: dict[str, str], message: str | None, told: str
) -> None:
    with speech(service, way, **query) as talk:
        if message:
            talk.socket.send(message)
        if told:
            error = talk.hear()
            assert told in error["message"]
            assert error["problem"].startswith("urn:phonex:problem:")
        with pytest.raises(ConnectionClosed) as closed:
            talk.hear()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code in (1001, 1008)
    assert told in closed.value.rcvd.reason


def test_who_hangs_up_stops_the_work(service: RunningService, client: httpx.Client) -> None:
    with speech(service, "stream-input") as talk:
        talk.say(text="This is a long sentence that nobody wants to hear. " * 30)
        talk.hear()
    wait_until_all_ended(client)

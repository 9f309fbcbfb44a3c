"""Text that is still being written, heard sentence by sentence over a real WebSocket."""

from __future__ import annotations

import json

import httpx
import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed

from tests.contract.jobs import wait_until_all_ended
from tests.contract.sockets import SPEECH, pcm_of, talking
from tests.running import RunningService


def test_a_sentence_sounds_before_the_next_is_typed(
    service: RunningService, client: httpx.Client
) -> None:
    with talking(service.url, SPEECH) as talk:
        talk.say(type="text", text="Hello there, and wel")
        talk.say(type="text", text="come. Now this is")
        first = talk.until(type="audio.done")
        assert [one["type"] for one in first[:2]] == ["context.opened", "audio.start"]
        assert first[1]["text"] == "Hello there, and welcome."
        assert first[1]["sample_rate"] == 24_000
        talk.say(type="text", text=" the second one")
        talk.say(type="context.close")
        second = talk.until(type="context.done")
        done = [one for one in first + second if one["type"] == "audio.done"]
        assert [one["utterance"] for one in done] == [0, 1]
        assert done[0]["start"] == 0
        assert done[0]["end"] == done[1]["start"] < done[1]["end"]
        words = [word["text"] for one in done for word in one["words"]]
        assert words == [
            "Hello",
            "there",
            "and",
            "welcome",
            "Now",
            "this",
            "is",
            "the",
            "second",
            "one",
        ]
    samples = np.frombuffer(pcm_of(first), "<i2")
    assert len(samples) / 24_000 == pytest.approx(done[0]["end"], abs=0.01)
    file = client.get(f"/audio/{first[1]['audio_id']}").content
    assert file == pcm_of(first)


def test_a_flush_speaks_what_has_not_ended_and_a_pause_what_has(service: RunningService) -> None:
    with talking(service.url, SPEECH) as talk:
        talk.say(type="text", text="And so")
        talk.say(type="flush")
        assert talk.until(type="audio.done")[1]["text"] == "And so"
        talk.say(type="text", text="It ends here.")
        assert talk.until(type="audio.done")[0]["text"] == "It ends here."


def test_a_cancelled_context_is_silent_and_goes_on(service: RunningService) -> None:
    with talking(service.url, SPEECH) as talk:
        talk.say(type="text", text="This is a long sentence that nobody wants to hear. " * 20)
        talk.until(type="audio")
        talk.say(type="cancel")
        talk.until(type="context.cancelled")
        talk.say(type="text", text="This one is wanted. ")
        talk.say(type="flush")
        heard = talk.until(type="audio.done")
        assert [one["text"] for one in heard if one["type"] == "audio.start"] == [
            "This one is wanted."
        ]


def test_contexts_speak_side_by_side_each_with_its_voice(service: RunningService) -> None:
    with talking(service.url, SPEECH) as talk:
        talk.say(type="context.open", context_id="a", voice="EN-BR", response_format="wav")
        talk.say(type="context.open", context_id="b", voice="nova", language="es")
        talk.say(type="text", context_id="a", text="Good morning.")
        talk.say(type="text", context_id="b", text="Buenos días.")
        talk.say(type="session.close")
        heard = talk.until(type="session.done")
        for context, begin in (("a", b"RIFF"), ("b", None)):
            own = [one for one in heard if one.get("context_id") == context]
            assert own[-1]["type"] == "context.done"
            assert begin is None or pcm_of(own).startswith(begin)


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        ("no json", "invalid-request"),
        ({"type": "sing"}, "invalid-request"),
        ({"type": "text"}, "invalid-request"),
        ({"type": "context.open", "voice": "nobody"}, "voice-not-found"),
        ({"type": "context.open", "language": "xx"}, "unknown-language"),
    ],
)
def test_what_is_wrong_is_told_and_the_socket_stays(
    service: RunningService, message: object, problem: str
) -> None:
    with talking(service.url, SPEECH) as talk:
        talk.socket.send(message if isinstance(message, str) else json.dumps(message))
        told = talk.hear()
        assert told["type"] == "error"
        assert told["problem"].endswith(problem)
        assert set(told["error"]) == {"message", "type", "param", "code"}
        talk.say(type="ping")
        assert talk.hear() == {"type": "pong"}


def test_a_message_without_end_ends_the_socket(service: RunningService) -> None:
    with talking(service.url, SPEECH) as talk:
        talk.say(type="text", text="a" * 200_000)
        assert talk.hear()["type"] == "error"
        with pytest.raises(ConnectionClosed):
            talk.hear()


def test_who_goes_away_leaves_no_work_behind(service: RunningService, client: httpx.Client) -> None:
    with talking(service.url, SPEECH) as talk:
        talk.say(type="text", text="This is a long sentence that nobody wants to hear. " * 30)
        audio_id = talk.until(type="audio.start")[-1]["audio_id"]
    state = client.get(f"/status/{audio_id}", params={"wait": 20}).json()
    assert state["status"] in ("cancelled", "completed")
    wait_until_all_ended(client)


def test_pages_of_other_origins_open_no_socket(service: RunningService) -> None:
    refused = pytest.raises(Exception, match="403")
    with refused, talking(service.url, SPEECH, origin="http://evil.example"):
        pass

"""What of a request is not done as it was asked for is said, and the door knows their paths."""

from __future__ import annotations

from typing import get_args

import pytest

from engines.audio.encode import FORMATS
from serve_app.web.elevenlabs.requests import Output, OutputFormat, TextToSpeechRequest
from serve_app.web.shedding import ELEVENLABS_SPEECH, gated_route


@pytest.mark.parametrize("name", get_args(OutputFormat))
def test_every_format_of_theirs_can_be_made_at_its_rate(name: str) -> None:
    output = Output.of(name)
    assert FORMATS[output.format].sample_rate_for(output.sample_rate) == output.sample_rate


def test_a_bit_rate_that_is_another_is_said() -> None:
    assert Output.of("mp3_44100_128").warnings() == []
    assert Output.of("pcm_24000").warnings() == []
    assert Output.of("mp3_22050_32").warnings() == ["mp3 is made at 96 kbit/s, not 32"]
    assert Output.of("opus_48000_192").warnings() == ["opus is made at 72 kbit/s, not 192"]


def test_what_is_not_followed_is_said() -> None:
    body = TextToSpeechRequest.model_validate(
        {
            "text": "Hi.",
            "voice_settings": {"stability": 0.3, "speed": 3, "mood": "gay"},
            "next_text": "More.",
            "apply_text_normalization": "off",
            "audio_effects": {},
        }
    )
    told = "; ".join(body.warnings())
    for word in ("stability", "speed 3", "mood", "next_text", "normalization", "audio_effects"):
        assert word in told
    plain = TextToSpeechRequest.model_validate({"text": "Hi.", "voice_settings": None})
    assert plain.warnings() == []


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/tts", "/tts"),
        ("/v1/text-to-speech/me", ELEVENLABS_SPEECH),
        ("/v1/text-to-speech/me/stream", ELEVENLABS_SPEECH + "/stream"),
        ("/v1/text-to-speech/me/stream/with-timestamps",
         ELEVENLABS_SPEECH + "/stream/with-timestamps"),
        ("/v1/text-to-speech/me/stream-input", None),
        ("/v1/text-to-speech//stream", None),
        ("/v1/text-to-speech/", None),
        ("/v1/voices", None),
    ],
)  # fmt: skip
def test_the_door_knows_which_route_a_path_is_of(path: str, route: str | None) -> None:
    assert gated_route(path) == route

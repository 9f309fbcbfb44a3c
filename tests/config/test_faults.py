"""What a validator of ours says is shown as it says it, wherever somebody is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from pydantic import BaseModel, ValidationError, field_validator

from config.faults import faults_of
from config.lexicon import read_file
from config.service_config import ConfigError, read_settings
from engines.nn.checkpoint import UnusableCheckpoint
from engines.nn.config import DecoderConfig, parse_config
from serve_app.service import Service
from tests.serve_app.test_ingress import play

__all__ = ["play"]

LIBRARY = ("Value error", "validation error", "pydantic", "input_value")


class Order(BaseModel):
    speed: float = 1.0
    colour: str = ""

    @field_validator("colour")
    @classmethod
    def _known(cls, colour: str) -> str:
        if colour:
            raise ValueError("Value error, as they say")
        return colour


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"colour": "red"}, ["colour: Value error, as they say"]),  # the second time it is ours
        ({"colour": 1, "speed": []}, ["speed: Input should be a valid number",
                                      "colour: Input should be a valid string"]),
        ([], ["order: Input should be a valid dictionary or instance of Order"]),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_place_and_in_our_words(said: object, told: list[str]) -> None:
    with pytest.raises(ValidationError) as refused:
        Order.model_validate(said)
    assert faults_of(refused.value, "order") == told


def test_settings_and_files_are_refused_in_our_words(tmp_path: Path) -> None:
    lexicon = tmp_path / "lexicon.yaml"
    lexicon.write_text("EN: [tomato]\n")
    told: list[str] = []
    for refuse in (
        lambda: read_settings({"applications": [{"args": {"webhooks": {"allowed_hosts": ["!"]}}}]}),
        lambda: read_file(lexicon),
        lambda: parse_config(DecoderConfig, '{"inter_channels": -1}', "config.json"),
    ):
        with pytest.raises((ConfigError, ValueError, UnusableCheckpoint)) as refused:
            refuse()
        told.append(str(refused.value))
    assert "webhooks.allowed_hosts: '!' is no host name" in told[0]
    assert "EN: Input should be a valid dictionary" in told[1]
    assert "inter_channels: Input should be greater than 0" in told[2]
    assert not [one for one in told if any(word in one for word in LIBRARY)]


def test_requests_are_refused_in_our_words(play: Callable[..., None]) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        recording = {"voice_sample": ("a.wav", b"RIFF")}
        form = {"voice_name": "Ada", "consent": "true", "consent_speaker": "a\x07"}
        registered = await client.post("/voice/register", data=form, files=recording)
        renamed = await client.post("/v1/audio/voice_consents/cons_1", json={"name": "a\x07"})
        titled = await client.post("/batch?title=%07", json=[{"text": "a"}])
        for answer in (registered, renamed, titled):
            assert answer.status_code == 422
            assert answer.json()["errors"][0]["message"].startswith("It has characters")
        batch = await client.post("/batch", json=[{"text": "a", "title": "\x07"}])
        (item,) = (await client.get(batch.json()["status_url"])).json()["items"]
        assert item["problem"]["detail"] == "title: It has characters that cannot be shown"

    play(scenario)

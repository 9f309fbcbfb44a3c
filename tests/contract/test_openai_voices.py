"""A voice of one's own from consent to deletion, by OpenAI's own client."""

from __future__ import annotations

import hashlib
import itertools
import uuid
from typing import Any, cast

import httpx
import openai
import pytest

from tests.conftest import read_audio
from tests.contract.test_openai import official

__all__ = ["official"]

TEXT = "The tide is low, and the boats lie on the sand."


def unique(name: str) -> str:
    return f"{name} {uuid.uuid4().hex[:8]}"


def bring(official: openai.OpenAI, recording: bytes, name: str = "Ada Lovelace") -> str:
    """The id of a new consent."""
    return official.audio.voice_consents.create(
        name=name, language="en-GB", recording=("consent.wav", recording, "audio/wav")
    ).id


def test_a_voice_is_made_with_a_consent_spoken_with_and_deleted(
    official: openai.OpenAI, client: httpx.Client, recording: bytes
) -> None:
    consent_id = bring(official, recording)
    assert consent_id.startswith("cons_")
    voice = official.audio.voices.create(
        name=unique("Guide"), consent=consent_id, audio_sample=("me.wav", recording, "audio/wav")
    )
    assert (voice.object, voice.type) == ("audio.voice", "audio_sample")
    evidence = client.get(f"/voice/{voice.id}").json()["consent_evidence"]
    assert evidence["recording_sha256"] == hashlib.sha256(recording).hexdigest()
    assert evidence["speaker"] == "Ada Lovelace"
    said: dict[str, Any] = {"model": "tts-1", "input": TEXT, "response_format": "wav"}
    own = official.audio.speech.create(voice={"id": voice.id}, extra_body={"seed": 1}, **said)
    base = official.audio.speech.create(voice="alloy", extra_body={"seed": 1}, **said)
    samples, rate = read_audio(own.content)
    assert len(samples) / rate > 1
    assert own.content != base.content
    gone = official.audio.voices.delete(voice.id)
    assert (gone.id, gone.deleted, gone.object) == (voice.id, True, "audio.voice.deleted")
    with pytest.raises(openai.NotFoundError):
        official.audio.voices.delete(voice.id)
    deleted = client.get("/voice/list/deleted").json()["items"]
    assert (deleted[0]["consent"], deleted[0]["evidence"]) == (True, "recording")
    assert official.audio.voice_consents.retrieve(consent_id).id == consent_id  # it stays
    official.audio.voice_consents.delete(consent_id)


def test_consents_are_found_renamed_and_deleted(official: openai.OpenAI, recording: bytes) -> None:
    ids = [bring(official, recording, f"Speaker {number}") for number in range(3)]
    pages = official.audio.voice_consents.list(limit=2)  # goes on by itself
    assert [one.id for one in itertools.islice(pages, 3)] == ids[::-1]
    renamed = official.audio.voice_consents.update(ids[0], name="Ada King")
    assert renamed == official.audio.voice_consents.retrieve(ids[0])
    assert (renamed.name, renamed.language) == ("Ada King", "en-GB")
    for consent_id in ids:
        gone = official.audio.voice_consents.delete(consent_id)
        assert (gone.deleted, gone.object) == (True, "audio.voice_consent")
        with pytest.raises(openai.NotFoundError) as unknown:
            official.audio.voice_consents.retrieve(consent_id)
        assert unknown.value.code == "consent-not-found"


def test_what_cannot_be_made_is_told_in_their_errors(
    official: openai.OpenAI, recording: bytes, voice_id: str
) -> None:
    with pytest.raises(openai.UnprocessableEntityError):
        official.audio.voices.create(name="Warm", type="prompt", prompt="A warm voice.")
    with pytest.raises(openai.NotFoundError) as unknown:
        official.audio.voices.create(
            name="Warm", consent="cons_0", audio_sample=("me.wav", recording)
        )
    assert unknown.value.code == "consent-not-found"
    with pytest.raises(openai.UnprocessableEntityError) as wrong:
        official.audio.voice_consents.create(
            name="Ada", language="", recording=("me.wav", recording)
        )
    assert wrong.value.param == "language"
    with pytest.raises(openai.APIStatusError) as silent:
        official.audio.voice_consents.create(
            name="Ada", language="en", recording=cast(Any, ("me.wav", bytes(2000)))
        )
    assert silent.value.code == "unsupported-audio"
    consent_id = bring(official, recording)
    with pytest.raises(openai.ConflictError) as taken:
        official.audio.voices.create(
            name=voice_id, consent=consent_id, audio_sample=("me.wav", recording)
        )
    assert taken.value.code == "voice-name-taken"
    official.audio.voice_consents.delete(consent_id)

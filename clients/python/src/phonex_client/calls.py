"""Every request of the contract as a value, which both clients send."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict, cast

import httpx

from phonex_client import answers
from phonex_client.addresses import segment
from phonex_client.call import (
    KEY_HEADER,
    Call,
    Files,
    boolean,
    delete,
    encode,
    get,
    part,
    post_form,
    post_json,
    posting,
    read_audio_id,
)
from phonex_client.uploads import Recording, read_recording

ASYNC = {"Prefer": "respond-async"}

AudioFormat = Literal["wav", "mp3", "flac", "opus", "ogg", "aac", "pcm", "ulaw", "alaw"]


class Manner(TypedDict, total=False):
    """How a text is said. What is absent, the service chooses."""

    language: str
    """EN, ES, FR, ZH, JP or KR, or a BCP 47 tag such as en-GB."""
    speaker: str
    """A base speaker; for a clone the one to start from."""
    speed: float
    """0.5 to 2.0."""
    pitch: float
    """-12 to 12 semitones."""
    format: AudioFormat
    seed: int
    """The same seed gives the same audio."""
    pronunciations: Mapping[str, str]
    """{word: how it sounds}; see `phones`."""
    sample_rate: int
    """Of the file, 8,000 to 48,000 Hz."""
    input_type: Literal["text", "ssml"]
    timestamps: Literal["word"]
    """Say when each word is heard, with the job."""
    callback_url: str
    """Called when the job has ended, where the operator allows its host."""


def health() -> Call[answers.Health]:
    return get("/health", answers.Health)


def speakers() -> Call[answers.Speakers]:
    return get("/tts/speakers", answers.Speakers)


def phones(language: str) -> Call[answers.Phones]:
    return get(f"/tts/phones/{segment(language)}", answers.Phones)


def submit(
    text: str, voice: str | None, how: Manner, idempotency_key: str | None
) -> Call[answers.Accepted]:
    """The job at once, not its audio."""
    path, document = _speech(text, voice, how)
    return post_json(path, document, answers.Accepted, idempotency_key, ASYNC)


def submit_clone(
    text: str, sample: Recording, how: Manner, idempotency_key: str | None, *, consent: bool
) -> Call[answers.Accepted]:
    """The same with a recording, which reads it."""
    pronunciations = how.get("pronunciations")
    said = {name: str(value) for name, value in how.items() if name != "pronunciations"}
    form = {"text": text, "consent": boolean(consent)} | said
    if pronunciations is not None:
        form["pronunciations"] = json.dumps(dict(pronunciations))
    files = [("voice_sample", read_recording(sample))]
    return post_form("/clone/quick", form, files, answers.Accepted, idempotency_key, ASYNC)


def stream(
    text: str, voice: str | None, how: Manner, idempotency_key: str | None, *, keep: bool
) -> Call[str]:
    """The audio as it is made; the call's answer is its id, and the bytes follow."""
    path, document = _speech(text, voice, how)
    content = encode(document | {"stream": True} | ({"keep": True} if keep else {}))
    headers = posting(idempotency_key) | {"Content-Type": "application/json"}
    return Call(method="POST", path=path, read=read_audio_id, content=content, headers=headers)


def stream_from(audio_id: str, heard: int) -> Call[str]:
    """A stream from this byte on."""
    params = {"stream": "true"}
    return part(audio_id, heard, params, read_audio_id)


def file_from(audio_id: str, heard: int) -> Call[str]:
    """A finished file from this byte on."""
    return part(audio_id, heard, {}, lambda _: audio_id)


def audio(audio_id: str) -> Call[bytes]:
    return Call(method="GET", path=f"/audio/{segment(audio_id)}", read=lambda got: got.content)


def delete_audio(audio_id: str) -> Call[answers.Deleted]:
    return delete(f"/audio/{segment(audio_id)}")


def captions(audio_id: str, form: str, *, words: bool) -> Call[bytes]:
    path = f"/audio/{segment(audio_id)}/captions.{segment(form)}"
    params = {"words": "true"} if words else {}
    return Call(method="GET", path=path, params=params, read=lambda got: got.content)


def quality(audio_id: str) -> Call[answers.AudioQuality]:
    return get(f"/audio/{segment(audio_id)}/quality", answers.AudioQuality)


def job(audio_id: str, wait_s: float = 0.0) -> Call[answers.Job]:
    params = {"wait": f"{wait_s:g}"} if wait_s else {}
    return get(f"/status/{segment(audio_id)}", answers.Job, params)


def jobs(
    state: str | None, kind: str | None, before: str | None, limit: int
) -> Call[answers.JobPage]:
    asked = {"state": state, "kind": kind, "before": before, "limit": str(limit)}
    params = {name: value for name, value in asked.items() if value is not None}
    return get("/jobs", answers.JobPage, params)


def read(
    text: str, language: str | None, speaker: str | None, input_type: str | None
) -> Call[answers.Reading]:
    asked = {"text": text, "language": language, "speaker": speaker, "input_type": input_type}
    document = {name: value for name, value in asked.items() if value is not None}
    return post_json("/tts/read", document, answers.Reading, None)


def verify(recording: Recording) -> Call[answers.Verification]:
    files = [("audio", read_recording(recording))]
    return post_form("/verify", {}, files, answers.Verification, None)


def register_voice(
    name: str,
    samples: Sequence[Recording],
    idempotency_key: str | None,
    *,
    consent: bool,
    consent_speaker: str,
    consent_words: str,
    consent_language: str,
    consent_recording: Recording | None,
) -> Call[answers.Voice]:
    told = {
        "consent_speaker": consent_speaker,
        "consent_words": consent_words,
        "consent_language": consent_language,
    }
    form = {"voice_name": name, "consent": boolean(consent)}
    form |= {member: words for member, words in told.items() if words}
    files = [("voice_sample", read_recording(sample)) for sample in samples]
    if consent_recording is not None:
        files.append(("consent_recording", read_recording(consent_recording)))
    return post_form("/voice/register", form, files, answers.Voice, idempotency_key)


def import_voice(
    file: Recording, name: str, idempotency_key: str | None, *, consent: bool
) -> Call[answers.Voice]:
    form = {"voice_name": name, "consent": boolean(consent)}
    files = [("voice_file", read_recording(file))]
    return post_form("/voice/import", form, files, answers.Voice, idempotency_key)


def export_voice(voice: str) -> Call[bytes]:
    path = f"/voice/{segment(voice)}/export"
    return Call(method="GET", path=path, read=lambda got: got.content)


def voices() -> Call[answers.VoiceList]:
    return get("/voice/list", answers.VoiceList)


def deleted_voices() -> Call[answers.DeletedVoiceList]:
    return get("/voice/list/deleted", answers.DeletedVoiceList)


def voice(name: str) -> Call[answers.Voice]:
    return get(f"/voice/{segment(name)}", answers.Voice)


def delete_voice(name: str) -> Call[answers.Deleted]:
    return delete(f"/voice/{segment(name)}")


def anything(
    method: str,
    path: str,
    params: Mapping[str, str] | None,
    headers: Mapping[str, str] | None,
    document: object,
    content: bytes | None,
    form: Mapping[str, str] | None,
    files: Files,
) -> Call[httpx.Response]:
    """A request of the caller's own; a POST without a key gets one."""
    sent = httpx.Headers(dict(headers or {}))
    if method.upper() == "POST" and KEY_HEADER not in sent:
        sent.update(posting(None))
    if document is not None:
        content = encode(document)
        sent.setdefault("Content-Type", "application/json")
    return Call(
        method=method.upper(),
        path=path,
        read=lambda got: got,
        params=params or {},
        headers=sent,
        content=content,
        form=form or {},
        files=files,
    )


def several(samples: Recording | Sequence[Recording]) -> Sequence[Recording]:
    """One recording is a list of one."""
    alone = isinstance(samples, bytes | str | os.PathLike) or hasattr(samples, "read")
    return [samples] if alone else cast("Sequence[Recording]", samples)  # type: ignore[list-item]


def _speech(text: str, voice: str | None, how: Manner) -> tuple[str, dict[str, Any]]:
    document: dict[str, Any] = {"text": text} | dict(how)
    if voice is None:
        return "/tts", document
    return "/clone", document | {"voice_id": voice}

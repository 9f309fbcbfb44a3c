"""What a request for speech of other APIs' clients means, and the job that it becomes."""

from __future__ import annotations

from dataclasses import dataclass

from engines.reading.ssml.parse import parse
from serve_app.errors import VoiceNotFound
from serve_app.service import Service
from serve_app.store.values import Job
from serve_app.web.openai_requests import PCM_RATE, CreateSpeechRequest
from serve_app.web.openai_voices import DEFAULT_LANGUAGE, LIST, find_speaker, language_of
from serve_app.work.intake import Asked
from serve_app.work.orders import Words
from serve_app.work.scripts import check_length


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks, and in which language."""

    language: str  # a code
    speaker: str | None  # a base speaker; None: the nearest to the voice of one's own
    voice_id: str | None  # of a voice of one's own


async def find_voice(
    name: str | None,
    text: str,
    language: str | None,
    service: Service,
    owner: str,
    listed: str = LIST,
) -> Voice:
    """The voice that a client of another API means by a name.

    Args:
        listed: the route that lists the names, for who asked for one that there is not.
        language: of the text, in any spelling; told by its script or by the voice where None.
    Raises:
        VoiceNotFound, UnknownLanguage
    """
    catalog = service.stages.catalog()
    code = language_of(text, language, catalog)
    if name and (own := await _own_voice(name, service, owner)):
        return Voice(code or DEFAULT_LANGUAGE, None, own)
    base = find_speaker(name, code, catalog, listed)
    return Voice(base.language, base.speaker, None)


async def new_job(service: Service, asked: Asked, words: Words, voice_id: str | None) -> Job:
    """Speech, or a clone with a voice of one's own. Raises what the intake does."""
    if voice_id is None:
        return await service.intake.speak(asked, words)
    return await service.intake.clone(asked, words, voice_id)


def warnings_of(job: Job) -> list[str]:
    """What its text loses, as far as it was known when the job was accepted."""
    return list(job.request.get("warnings", ()))


async def meant(
    body: CreateSpeechRequest, service: Service, owner: str
) -> tuple[Words, str | None]:
    """What a request wants said, and the id of the voice of one's own that says it.

    Raises:
        VoiceNotFound, UnknownLanguage, TextTooLong, InvalidSsml
    """
    asked_language = body.language or body.lang_code
    script = body.input
    if body.input_type == "ssml" and script:  # markup is Latin, whatever it marks
        check_length(script, service.settings.limits)
        document = await service.threads.brief(owner, parse, script, DEFAULT_LANGUAGE)
        script = document.shown.text
    voice = await find_voice(body.voice_name, script, asked_language, service, owner)
    rate = PCM_RATE if body.response_format == "pcm" else 0
    words = Words(
        text=body.input,
        language=voice.language,
        speaker=voice.speaker,
        speed=body.said_speed,
        pitch=0.0,
        format=body.response_format,
        seed=body.seed,
        pronunciations={},
        sample_rate=body.sample_rate or rate,
        stream=True,
        timestamps=body.timestamps,
        input_type=body.input_type,
    )
    return words, voice.voice_id


async def _own_voice(name: str, service: Service, owner: str) -> str | None:
    try:
        voice = await service.voices.get(name, owner)
    except VoiceNotFound:
        return None
    return voice.voice_id

"""What a request for speech of OpenAI's clients means, and the job that it becomes."""

from __future__ import annotations

from serve_app.errors import VoiceNotFound
from serve_app.service import Service
from serve_app.store.values import Job
from serve_app.web.openai_requests import PCM_RATE, CreateSpeechRequest
from serve_app.web.openai_voices import DEFAULT_LANGUAGE, find_speaker, language_of
from serve_app.work.intake import Asked
from serve_app.work.orders import Words


async def new_job(service: Service, asked: Asked, words: Words, voice_id: str | None) -> Job:
    """Speech, or a clone with a voice of one's own. Raises what the intake does."""
    if voice_id is None:
        return await service.intake.speak(asked, words)
    return await service.intake.clone(asked, words, voice_id)


async def meant(
    body: CreateSpeechRequest, service: Service, owner: str
) -> tuple[Words, str | None]:
    """What a request wants said, and the id of the voice of one's own that says it."""
    catalog = service.stages.catalog()
    language = language_of(body.input, body.language or body.lang_code, catalog)
    name, voice_id, speaker = body.voice_name, None, None
    if name and (own := await _own_voice(name, service, owner)):
        voice_id = own
        language = language or DEFAULT_LANGUAGE
    else:
        base = find_speaker(name, language, catalog)
        language, speaker = base.language, base.speaker
    rate = PCM_RATE if body.response_format == "pcm" else 0
    words = Words(
        text=body.input,
        language=language,
        speaker=speaker,
        speed=body.said_speed,
        pitch=0.0,
        format=body.response_format,
        seed=body.seed,
        pronunciations={},
        sample_rate=body.sample_rate or rate,
        stream=True,
    )
    return words, voice_id


async def _own_voice(name: str, service: Service, owner: str) -> str | None:
    try:
        voice = await service.voices.get(name, owner)
    except VoiceNotFound:
        return None
    return voice.voice_id

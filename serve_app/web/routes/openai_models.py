"""GET /v1/models, /v1/audio/models and /v1/audio/voices, in the shapes that all clients read."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from serve_app.errors import ModelNotFound
from serve_app.service import Service
from serve_app.web.elevenlabs import voices as elevenlabs
from serve_app.web.openai_voices import VOICES, list_speakers
from serve_app.web.routes.common import ServiceDep, problems
from serve_app.web.urls import UrlRoute

router = APIRouter(prefix="/v1", tags=["openai"], route_class=UrlRoute)

ModelId = Annotated[str, Path(description="a name out of /v1/models", examples=["tts-1"])]
MODELS = ("phonex", "tts-1", "tts-1-hd", "gpt-4o-mini-tts")
OWNED_BY = "phonex"
THEIR_KEY = "xi-api-key"


@router.get("/models", responses=problems(503))
async def list_models(
    request: Request, response: Response, service: ServiceDep
) -> dict[str, Any] | list[dict[str, Any]]:
    """Names that a client may call the engine by; every other name is taken as well. ElevenLabs'
    clients, which show their key as `xi-api-key`, get the array that they know."""
    response.headers["Vary"] = THEIR_KEY
    if THEIR_KEY in request.headers:
        max_chars = service.settings.limits.max_text_chars
        return elevenlabs.list_models(service.stages.catalog(), max_chars)
    return {"object": "list", "data": [_model(name, service) for name in MODELS]}


@router.get("/models/{model_id}", responses=problems(404, 503))
async def get_model(model_id: ModelId, service: ServiceDep) -> dict[str, Any]:
    """One model, with the voices that it speaks with."""
    if model_id not in MODELS:
        raise ModelNotFound(f"There is no model {model_id[:64]!r}. GET /v1/models lists them.")
    voices = [
        {"name": one.name, "language": one.language, "gender": one.gender}
        for one in list_speakers(service.stages.catalog())
    ]
    return _model(model_id, service) | {"task": "text-to-speech", "voices": voices}


@router.get("/audio/models", responses=problems(503))
async def list_audio_models(service: ServiceDep) -> dict[str, Any]:
    """The models again, as Open WebUI asks for them."""
    models = [_model(name, service) | {"name": name} for name in MODELS]
    return {"object": "list", "data": models, "models": models}


@router.get("/audio/voices", responses=problems(503))
async def list_audio_voices(request: Request, service: ServiceDep) -> dict[str, Any]:
    """Voices of one's own, OpenAI's names, and the speakers of the engine. Without a key where one
    is asked for, nobody's own."""
    listed: list[dict[str, Any]] = []
    owner: str | None = getattr(request.state, "owner", None)
    if owner is not None:
        listed += [
            _voice(voice.voice_id, voice.name, created_at=round(voice.created_at))
            for voice in await service.voices.list(owner)
        ]
    taken = {voice["id"] for voice in listed}
    listed += [
        _voice(name, name, gender=gender) for name, gender in VOICES.items() if name not in taken
    ]
    listed += [
        _voice(one.name, one.name, language=one.language, gender=one.gender)
        for one in list_speakers(service.stages.catalog())
        if one.name not in taken
    ]
    return {"object": "list", "data": listed, "voices": listed}


def _model(name: str, service: Service) -> dict[str, Any]:
    created = round(service.opened_at)
    return {"id": name, "object": "model", "created": created, "owned_by": OWNED_BY}


def _voice(voice_id: str, name: str, **more: object) -> dict[str, Any]:
    return {"id": voice_id, "name": name, "object": "audio.voice", **more}

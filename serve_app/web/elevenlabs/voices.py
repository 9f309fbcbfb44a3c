"""Voices and models as ElevenLabs' clients list them."""

from __future__ import annotations

from pydantic import BaseModel, Field

from serve_app.catalog import LANGUAGES, Catalog
from serve_app.errors import VoiceNotFound
from serve_app.service import Service
from serve_app.store.values import Voice
from serve_app.web.elevenlabs.errors import VOICES
from serve_app.web.openai_voices import Listed, list_speakers

MODELS = ("phonex", "eleven_multilingual_v2", "eleven_turbo_v2_5", "eleven_flash_v2_5")
CLONED, PREMADE = "cloned", "premade"


class VerifiedLanguage(BaseModel):
    """A language that a voice speaks."""

    language: str
    model_id: str = MODELS[0]


class VoiceView(BaseModel):
    """A voice, with the members that their clients look for."""

    voice_id: str
    name: str
    category: str = Field(description="cloned is a voice of your own, premade a base speaker")
    labels: dict[str, str] = {}
    description: str | None = None
    preview_url: str | None = None
    samples: None = None
    settings: None = None
    available_for_tiers: list[str] = []
    high_quality_base_model_ids: list[str] = list(MODELS)
    verified_languages: list[VerifiedLanguage] = []
    created_at_unix: int | None = None
    is_owner: bool = False


class VoiceList(BaseModel):
    """Your own voices first, then the base speakers."""

    voices: list[VoiceView]


class VoicePage(VoiceList):
    """A page of them."""

    has_more: bool
    total_count: int
    next_page_token: str | None = None


async def list_voices(service: Service, owner: str) -> list[VoiceView]:
    """An owner's own voices, and the speakers that are not named like one of them."""
    catalog = service.stages.catalog()
    own = [_own_view(voice, catalog) for voice in await service.voices.list(owner)]
    taken = {voice.voice_id for voice in own}
    base = [_base_view(one) for one in list_speakers(catalog) if one.name not in taken]
    return own + base


async def get_voice(service: Service, owner: str, voice_id: str) -> VoiceView:
    """One of them, by its id or its name.

    Raises:
        VoiceNotFound
    """
    catalog = service.stages.catalog()
    try:
        return _own_view(await service.voices.get(voice_id, owner), catalog)
    except VoiceNotFound:
        pass
    for one in list_speakers(catalog):
        if one.name.casefold() == voice_id.casefold():
            return _base_view(one)
    raise VoiceNotFound(f"There is no voice {voice_id[:64]!r}. GET {VOICES} lists them.")


def list_models(catalog: Catalog, max_chars: int) -> list[dict[str, object]]:
    """Names that a client may call the engine by; every other name is taken as well."""
    languages = [
        {"language_id": LANGUAGES[code][0], "name": LANGUAGES[code][1]}
        for code in catalog.speakers
        if code in LANGUAGES
    ]
    return [
        {
            "model_id": name,
            "name": name,
            "can_do_text_to_speech": True,
            "can_do_voice_conversion": False,
            "can_be_finetuned": False,
            "can_use_style": False,
            "can_use_speaker_boost": False,
            "maximum_text_length_per_request": max_chars,
            "languages": languages,
        }
        for name in MODELS
    ]


def _own_view(voice: Voice, catalog: Catalog) -> VoiceView:
    return VoiceView(
        voice_id=voice.voice_id,
        name=voice.name,
        category=CLONED,
        verified_languages=[
            VerifiedLanguage(language=LANGUAGES[code][0])
            for code in catalog.speakers
            if code in LANGUAGES
        ],
        created_at_unix=round(voice.created_at),
        is_owner=True,
    )


def _base_view(one: Listed) -> VoiceView:
    language, english = LANGUAGES.get(one.language, (one.language.lower(), one.language))
    labels = {"language": language} | ({"gender": one.gender} if one.gender else {})
    return VoiceView(
        voice_id=one.name,
        name=one.name,
        category=PREMADE,
        labels=labels,
        description=f"A base speaker of {english}.",
        verified_languages=[VerifiedLanguage(language=language)],
    )

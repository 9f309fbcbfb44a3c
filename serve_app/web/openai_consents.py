"""Voices of one's own and the consents to them, as OpenAI's clients send and read them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import UploadFile
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from serve_app.store.values import Consent, Voice
from serve_app.web.requests import LanguageTag, Shown, Words

Label = Annotated[Shown, Field(min_length=1)]

CONSENT_ID = "cons_0b5c9e0a6a0e4c1f8f5b0d6a2f1f7f5e"
CONSENT: dict[str, JsonValue] = {
    "object": "audio.voice_consent",
    "id": CONSENT_ID,
    "name": "Ada Lovelace",
    "language": "en-GB",
    "created_at": 1795350000,
}


class CreateConsentRequest(BaseModel):
    """A form: a speaker says that they consent."""

    model_config = ConfigDict(extra="forbid")

    name: Label = Field(description="who consents", examples=["Ada Lovelace"])
    language: LanguageTag = Field(description="of what is said, a BCP 47 tag", examples=["en-GB"])
    recording: UploadFile = Field(
        description="of the speaker's words; its SHA-256 is kept, and not the recording"
    )
    words: Words = Field("", description="what is said in it; not OpenAI's")


class RenameConsentRequest(BaseModel):
    """Another name for who consents."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "Ada King"}]}
    )

    name: Label


class CreateVoiceRequest(BaseModel):
    """A form: a recording to learn a voice from, and the consent to it."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(description="a name of your own for this voice", examples=["Guide Voice"])
    audio_sample: UploadFile = Field(
        description="10 to 30 seconds of clear speech do well; more recordings take /voice/register"
    )
    consent: str = Field(
        max_length=128,
        description="the id of one out of /v1/audio/voice_consents",
        examples=[CONSENT_ID],
    )
    type: Literal["audio_sample"] = Field(
        "audio_sample", description="no voice is made of a description"
    )


class ConsentResponse(BaseModel):
    """A consent."""

    model_config = ConfigDict(json_schema_extra={"examples": [CONSENT]})

    object: Literal["audio.voice_consent"] = "audio.voice_consent"
    id: str
    name: str
    language: str
    created_at: int = Field(description="seconds since the epoch")


class ConsentListResponse(BaseModel):
    """A page of consents, the newest first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "object": "list",
                    "data": [CONSENT],
                    "first_id": CONSENT_ID,
                    "last_id": CONSENT_ID,
                    "has_more": False,
                }
            ]
        }
    )

    object: Literal["list"] = "list"
    data: list[ConsentResponse]
    first_id: str | None
    last_id: str | None
    has_more: bool


class DeletedConsentResponse(BaseModel):
    """A consent that is gone."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"object": "audio.voice_consent", "id": CONSENT_ID, "deleted": True}]
        }
    )

    object: Literal["audio.voice_consent"] = "audio.voice_consent"
    id: str
    deleted: Literal[True] = True


class CustomVoiceResponse(BaseModel):
    """A voice of one's own."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "object": "audio.voice",
                    "id": "guide_voice",
                    "name": "Guide Voice",
                    "created_at": 1795350000,
                    "type": "audio_sample",
                }
            ]
        }
    )

    object: Literal["audio.voice"] = "audio.voice"
    id: str
    name: str
    created_at: int = Field(description="seconds since the epoch")
    type: Literal["audio_sample"] = "audio_sample"


class DeletedCustomVoiceResponse(BaseModel):
    """A voice that is gone."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"object": "audio.voice.deleted", "id": "guide_voice", "deleted": True}]
        }
    )

    object: Literal["audio.voice.deleted"] = "audio.voice.deleted"
    id: str
    deleted: Literal[True] = True


def consent_view(consent: Consent) -> ConsentResponse:
    return ConsentResponse(
        id=consent.id,
        name=consent.evidence.speaker,
        language=consent.evidence.language,
        created_at=round(consent.evidence.stated_at),
    )


def page_view(consents: Sequence[Consent], limit: int) -> ConsentListResponse:
    """A page of `limit`; one consent more than that tells that there are more."""
    shown = [consent_view(one) for one in consents[:limit]]
    return ConsentListResponse(
        data=shown,
        first_id=shown[0].id if shown else None,
        last_id=shown[-1].id if shown else None,
        has_more=len(consents) > limit,
    )


def voice_view(voice: Voice) -> CustomVoiceResponse:
    return CustomVoiceResponse(
        id=voice.voice_id, name=voice.name, created_at=round(voice.created_at)
    )

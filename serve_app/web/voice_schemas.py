"""What the routes of voices and speakers answer."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from serve_app.store.values import EvidenceKind
from serve_app.web.quality_schemas import SimilarityResponse


class QualityResponse(BaseModel):
    """What was heard in the recordings of a voice."""

    speech_seconds: float
    total_seconds: float
    sample_rate: int
    clipping: float = Field(description="share of samples at full scale")
    signal_to_noise_db: float | None = Field(
        description="told by the pauses, or inside the speech; null where it is too short to tell"
    )
    peak_dbfs: float
    rms_dbfs: float
    warnings: list[str] = []


class EvidenceResponse(BaseModel):
    """What shows that a speaker consented. What nobody told is empty."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "recording",
                    "stated_by": "studio",
                    "stated_at": 1795349990.0,
                    "speaker": "Ada Lovelace",
                    "words": "I agree to a model of my voice.",
                    "language": "en-GB",
                    "recording_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15"
                    "b0f00a08",
                    "consent_id": "",
                }
            ]
        }
    )

    kind: EvidenceKind = Field(description="the strongest of what there is")
    stated_by: str = Field(description="the name of the key that stated it")
    stated_at: float
    speaker: str = Field(description="who consented")
    words: str = Field(description="in which they did")
    language: str
    recording_sha256: str = Field(description="of the words as they were spoken, hexadecimal")
    consent_id: str = Field(description="of POST /v1/audio/voice_consents, where it began there")


class VoiceResponse(BaseModel):
    """A registered voice."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "voice_id": "my_voice",
                    "name": "My Voice",
                    "engine": "embedded",
                    "engine_version": "1",
                    "speech_seconds": 12.4,
                    "created_at": 1795350000.0,
                    "consent": True,
                    "record_id": "6f4f2d3c-1d5e-4f0a-9a53-0c9f6f0f6b1e",
                }
            ]
        }
    )

    voice_id: str
    name: str
    engine: str
    engine_version: str
    speech_seconds: float
    created_at: float
    consent: bool = Field(False, description="the speaker's consent was stated at registration")
    consent_evidence: EvidenceResponse | None = Field(
        None, description="null where no consent was stated, or before it was kept"
    )
    record_id: str = Field(description="of this voice and no other that gets its name later")
    quality: list[QualityResponse] = []
    similarity: SimilarityResponse | None = Field(
        None, description="of its recordings: the one least like the rest, and the rest"
    )


class RegisteredVoiceResponse(VoiceResponse):
    """A voice that was just learnt."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "success": True,
                    "voice_id": "my_voice",
                    "name": "My Voice",
                    "message": "The voice 'my_voice' is registered.",
                    "engine": "embedded",
                    "engine_version": "1",
                    "speech_seconds": 12.4,
                    "created_at": 1795350000.0,
                    "consent": True,
                    "record_id": "6f4f2d3c-1d5e-4f0a-9a53-0c9f6f0f6b1e",
                    "quality": [
                        {
                            "speech_seconds": 12.4,
                            "total_seconds": 14.0,
                            "sample_rate": 44100,
                            "clipping": 0.0,
                            "signal_to_noise_db": 31.5,
                            "peak_dbfs": -3.1,
                            "rms_dbfs": -21.0,
                            "warnings": [],
                        }
                    ],
                }
            ]
        }
    )

    success: bool = True
    message: str


class VoiceListResponse(BaseModel):
    """All voices, the newest last."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"voices": [], "count": 0, "items": []}]}
    )

    voices: list[str] = Field(description="voice ids")
    count: int
    items: list[VoiceResponse]


class DeletedVoiceResponse(BaseModel):
    """That there was a voice, and nothing that says whose."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "record_id": "6f4f2d3c-1d5e-4f0a-9a53-0c9f6f0f6b1e",
                    "engine": "embedded",
                    "created_at": 1795350000.0,
                    "deleted_at": 1795950000.0,
                    "consent": True,
                    "evidence": "recording",
                    "stated_at": 1795349990.0,
                }
            ]
        }
    )

    record_id: str
    engine: str
    created_at: float
    deleted_at: float
    consent: bool = Field(description="the speaker's consent was stated")
    evidence: EvidenceKind | None = Field(description="what showed it; null where nothing did")
    stated_at: float | None = Field(description="when it was stated, where that was kept")


class DeletedVoicesResponse(BaseModel):
    """What is left of deleted voices, the last deleted first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"count": 0, "items": []}]})

    count: int
    items: list[DeletedVoiceResponse]


class SpeakersResponse(BaseModel):
    """All languages that can be spoken, with their speakers."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "speakers": {"EN": ["EN-US", "EN-BR"], "ES": ["ES"]},
                    "loaded_languages": ["EN", "ES"],
                }
            ]
        }
    )

    speakers: dict[str, list[str]]
    loaded_languages: list[str]


class LanguageSpeakersResponse(BaseModel):
    """The speakers of one language, the first of them its own."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"speakers": ["ES", "ES-LATAM"], "language": "ES"}]}
    )

    speakers: list[str]
    language: str


class PhonesResponse(BaseModel):
    """How a language's pronunciations are written."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "language": "EN",
                    "notation": "ARPAbet",
                    "help": "phones parted by spaces",
                    "example": {"tomato": "T AH0 M EY1 T OW0"},
                    "phones": ["AA", "AE"],
                }
            ]
        }
    )

    language: str
    notation: str
    help: str
    example: dict[str, str]
    phones: list[str]

"""What the routes of voices and speakers answer."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


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
    quality: list[QualityResponse] = []


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

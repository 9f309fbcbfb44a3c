"""What answers look like, with the examples that stand in the OpenAPI page."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from serve_app.store.values import JobKind, JobState


class SpeechResponse(BaseModel):
    """An accepted job, finished or not."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "success": True,
                    "audio_id": "0b5c9e0a-6a0e-4c1f-8f5b-0d6a2f1f7f5e",
                    "job_id": "0b5c9e0a-6a0e-4c1f-8f5b-0d6a2f1f7f5e",
                    "status": "completed",
                    "audio_url": "/audio/0b5c9e0a-6a0e-4c1f-8f5b-0d6a2f1f7f5e",
                    "status_url": "/status/0b5c9e0a-6a0e-4c1f-8f5b-0d6a2f1f7f5e",
                    "message": "The audio is ready.",
                    "seconds": 1.42,
                    "seed": 7,
                    "warnings": [],
                }
            ]
        }
    )

    success: bool = True
    audio_id: str
    job_id: str = Field(description="the same as audio_id")
    status: JobState
    audio_url: str
    status_url: str
    message: str
    seconds: float | None = Field(None, description="of finished audio")
    seed: int | None = None
    warnings: list[str] = []


class JobResponse(BaseModel):
    """Where a job stands."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "job_id": "0b5c9e0a-6a0e-4c1f-8f5b-0d6a2f1f7f5e",
                    "audio_id": "0b5c9e0a-6a0e-4c1f-8f5b-0d6a2f1f7f5e",
                    "status": "processing",
                    "progress": 40,
                    "pieces_done": 2,
                    "pieces_total": 5,
                    "audio_url": None,
                    "estimated_time": "3 s",
                    "created_at": 1795350000.0,
                    "attempts": 1,
                    "warnings": [],
                }
            ]
        }
    )

    job_id: str
    audio_id: str
    kind: JobKind | None = Field(None, description="the route that accepted it")
    status: JobState
    progress: int = Field(description="percent of the pieces that are finished")
    pieces_done: int
    pieces_total: int
    audio_url: str | None = Field(None, description="once the audio is there")
    error: str | None = Field(None, description="why it failed, in words")
    problem: str | None = Field(None, description="why it failed, as a problem type")
    estimated_time: str | None = Field(None, description="what is likely left")
    jobs_ahead: int | None = Field(
        None, description="while queued: jobs of yours that were accepted before it and wait too"
    )
    created_at: float = Field(description="seconds since 1970, UTC")
    started_at: float | None = None
    finished_at: float | None = None
    attempts: int = 0
    seconds: float | None = None
    size_bytes: int | None = None
    format: str | None = None
    warnings: list[str] = []


class JobListResponse(BaseModel):
    """A page of jobs."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"jobs": [], "count": 0}]})

    jobs: list[JobResponse]
    count: int = Field(description="jobs on this page")
    next: str | None = Field(None, description="`before` of the next page; null on the last")


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


class DeletedResponse(BaseModel):
    """What was deleted, in words."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"success": True, "message": "The audio is deleted."}]}
    )

    success: bool = True
    message: str


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


class ProblemResponse(BaseModel):
    """RFC 9457 problem details."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:phonex:problem:voice-not-found",
                    "title": "There is no such voice",
                    "status": 404,
                    "detail": "No voice has the id 'nobody'.",
                    "request_id": "4f1c2d9e8a7b4c3d",
                }
            ]
        },
    )

    type: str
    title: str = Field(description="the type in words")
    status: int
    detail: str = Field(description="what is wrong here, for people")
    request_id: str = Field(description="also in X-Request-ID; leads to the cause in the log")
    retry_after_s: int | None = Field(None, description="where trying again can help")

"""What the answers about the service's health look like."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class StageHealth(BaseModel):
    deployment: str
    replicas: int = Field(description="replicas that are ready")
    engine: str | None = None
    version: str | None = None
    backend: str | None = None
    device: str | None = None
    note: str | None = None


class HealthResponse(BaseModel):
    """What runs. `sandbox` and `docs` are the pages for people."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "status": "healthy",
                    "tts_ready": True,
                    "voice_clone_ready": True,
                    "registered_voices": 2,
                    "version": "0.1.0",
                    "engine": "embedded",
                    "sounds": "A machine's voice, there without downloads; clones take on pitch "
                    "and timbre.",
                    "stages": [{"deployment": "TextToSpeech", "replicas": 1, "engine": "embedded"}],
                    "jobs": {"queued": 0, "processing": 1},
                    "queued_audio_seconds": 3.2,
                    "sandbox": "/sandbox",
                    "docs": "/docs",
                }
            ]
        }
    )

    status: str = Field(description="online, or healthy or degraded")
    tts_ready: bool
    voice_clone_ready: bool
    registered_voices: int
    version: str
    engine: str | None = Field(None, description="the engine that speaks")
    sounds: str | None = Field(None, description="what one hears of it, for people")
    stages: list[StageHealth] = []
    jobs: dict[str, int] = Field({}, description="unfinished jobs by state")
    queued_audio_seconds: float = 0.0
    watermark: bool = Field(
        True, description="whether speech is marked as generated; off only by the operator"
    )
    sandbox: str = "/sandbox"
    docs: str = "/docs"

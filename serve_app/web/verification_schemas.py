"""What the answer about a recording looks like."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class WatermarkResponse(BaseModel):
    """What the search for the inaudible mark found."""

    technique: str = Field(examples=["phonex-spread-spectrum-1"])
    found: bool
    p_value: float = Field(
        description="in how many of all recordings without the mark a find as clear would come up, "
        "as a power of ten, not below 1e-12; up to 0.001 counts as found"
    )
    speed: float | None = Field(
        None, description="of the recording, next to what was generated; null where nothing is"
    )


class VerificationResponse(BaseModel):
    """Whether a recording is speech of this service, and what says so."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "generated": True,
                    "seconds": 10.2,
                    "watermark": {
                        "technique": "phonex-spread-spectrum-1",
                        "found": True,
                        "p_value": 1e-12,
                        "speed": 1.0,
                    },
                    "audio_id": "0b5c9e0a-6a0e-4c1f-8f5b-0d6a2f1f7f5e",
                    "message": "This is speech that this service generated: your audio "
                    "0b5c9e0a-6a0e-4c1f-8f5b-0d6a2f1f7f5e.",
                }
            ]
        }
    )

    generated: bool = Field(description="whether any technique found that this service made it")
    seconds: float = Field(description="of the recording")
    watermark: WatermarkResponse
    audio_id: str | None = Field(
        None, description="which audio of yours it is, where enough of it is heard"
    )
    message: str = Field(description="the same in words")

"""What the answer about a recording looks like."""

from __future__ import annotations

from typing import Literal

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


class ManifestResponse(BaseModel):
    """What the file is signed with (C2PA)."""

    technique: str = Field(examples=["c2pa"])
    state: Literal["trusted", "valid", "invalid"] = Field(
        description="trusted: by an authority that this service trusts, and not changed since; "
        "valid: not changed, by somebody else; invalid: changed, or not rightly signed"
    )
    signer: str | None = Field(description="the organization in the certificate")
    generator: str | None = Field(description="the program that wrote it")
    generated: bool = Field(description="it says that a machine generated the audio")


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
                    "manifest": None,
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
    manifest: ManifestResponse | None = Field(
        None, description="null where the file is not signed, or of a kind that cannot be"
    )
    audio_id: str | None = Field(
        None, description="which audio of yours it is, where enough of it is heard"
    )
    message: str = Field(description="the same in words")

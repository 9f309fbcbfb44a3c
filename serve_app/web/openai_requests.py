"""What clients of OpenAI's API send, and what it means here."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from serve_app.web.requests import INPUT_TYPE_HELP, SampleRate, Seed, Timestamps
from serve_app.work.deliveries import MAX_SPEED, MIN_SPEED
from serve_app.work.orders import InputType

PCM_RATE = 24_000  # Hz: their clients know no other
NOT_FOLLOWED = ("instructions",)  # accepted, as every client may send them


class VoiceReference(BaseModel):
    """A voice by its id."""

    id: str = Field(max_length=128)


class CreateSpeechRequest(BaseModel):
    """Text to speak, as OpenAI's `POST /v1/audio/speech` has it. Fields of other servers that are
    not known here are taken and named in `X-Warnings`."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {"model": "tts-1", "input": "Hello, world!", "voice": "alloy"},
                {
                    "model": "gpt-4o-mini-tts",
                    "input": "¿Qué tal?",
                    "voice": "nova",
                    "language": "es",
                    "response_format": "wav",
                    "stream_format": "audio",
                },
            ],
            "additionalProperties": True,
        },
    )

    model: str = Field("tts-1", max_length=256, description="any name; there is one engine")
    input: str = Field(description="what to say; up to 20,000 characters unless set otherwise")
    voice: str | VoiceReference | None = Field(
        None,
        description="a name out of GET /v1/audio/voices, one of OpenAI's, or the id of a voice of "
        "your own; the language's first speaker when absent",
    )
    response_format: Literal["mp3", "opus", "aac", "flac", "wav", "pcm", "ogg"] = Field(
        "mp3", description="pcm is 16-bit little-endian mono at 24,000 Hz without a header"
    )
    speed: Annotated[float, Field(ge=0.25, le=4.0, allow_inf_nan=False)] = Field(
        1.0, description="2.0 speaks twice as fast; beyond 0.5 and 2.0 it is cut to them"
    )
    stream_format: Literal["audio", "sse"] = Field(
        "audio", description="sse sends events with base64 instead of bytes"
    )
    instructions: str | None = Field(
        None, max_length=4096, description="accepted, and not followed: X-Warnings says so"
    )
    language: str | None = Field(
        None, max_length=35, description="of the text; told by its script or the voice when absent"
    )
    lang_code: str | None = Field(None, max_length=35, description="the same, as Kokoro has it")
    seed: Seed = None
    sample_rate: SampleRate = None
    timestamps: Timestamps = None
    input_type: InputType = Field("text", description=INPUT_TYPE_HELP)

    @property
    def voice_name(self) -> str | None:
        return self.voice.id if isinstance(self.voice, VoiceReference) else self.voice

    @property
    def said_speed(self) -> float:
        """The speed within what the engines can do."""
        return min(max(self.speed, MIN_SPEED), MAX_SPEED)

    def warnings(self) -> list[str]:
        """What of the request is not done as it was written."""
        told = [f"{name} are not followed" for name in NOT_FOLLOWED if getattr(self, name)]
        if self.said_speed != self.speed:
            told.append(f"speed {self.speed:g} was cut to {self.said_speed:g}")
        if unknown := sorted(self.model_extra or {}):
            told.append(f"unknown fields were ignored: {', '.join(map(shown, unknown[:10]))}")
        return told


def shown(name: str) -> str:
    """A field's name as a header can carry it."""
    return ascii(name[:40])[1:-1]

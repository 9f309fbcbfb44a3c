"""What clients of OpenAI's API send, and what it means here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticUseDefault

from serve_app.web.requests import INPUT_TYPE_HELP, Numeric, SampleRate, Seed, Timestamps
from serve_app.work.deliveries import MAX_SPEED, MIN_SPEED
from serve_app.work.orders import InputType

WARNINGS_HEADER = "X-Warnings"
PCM_RATE = 24_000  # Hz: their clients know no other
NOT_FOLLOWED = ("instructions",)  # accepted, as every client may send them
MOST_WARNINGS, LONGEST_WARNING = 12, 200  # of a header, which proxies take up to some size


def _unless_null(value: object) -> object:
    """Many clients send null for what they leave open."""
    if value is None:
        raise PydanticUseDefault
    return value


def nullable(kind: Any) -> BeforeValidator:
    """Of a field: null stands for its default."""
    return BeforeValidator(_unless_null, json_schema_input_type=kind | None)


def _named(voice: object) -> object:
    """Raises ValueError in one sentence, where a union would say why it is none of its members."""
    name = voice.get("id") if isinstance(voice, dict) else voice
    if isinstance(name, str) or voice is None or isinstance(voice, VoiceReference):
        return voice
    raise ValueError("Input should be the name of a voice, or an object with its id")


Format = Literal["mp3", "opus", "aac", "flac", "wav", "pcm", "ogg"]
StreamFormat = Literal["audio", "sse"]
TheirSpeed = Annotated[float, Field(ge=0.25, le=4.0, allow_inf_nan=False), Numeric]


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

    model: Annotated[str, Field(max_length=256), nullable(str)] = Field(
        "tts-1", description="any name; there is one engine"
    )
    input: str = Field(description="what to say; up to 20,000 characters unless set otherwise")
    voice: Annotated[
        str | VoiceReference | None,
        BeforeValidator(_named, json_schema_input_type=str | VoiceReference | None),
    ] = Field(
        None,
        description="a name out of GET /v1/audio/voices, one of OpenAI's, or the id of a voice of "
        "your own; the language's first speaker when absent",
    )
    response_format: Annotated[Format, nullable(Format)] = Field(
        "mp3", description="pcm is 16-bit little-endian mono at 24,000 Hz without a header"
    )
    speed: Annotated[TheirSpeed, nullable(TheirSpeed)] = Field(
        1.0, description="2.0 speaks twice as fast; beyond 0.5 and 2.0 it is cut to them"
    )
    stream_format: Annotated[StreamFormat, nullable(StreamFormat)] = Field(
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
    input_type: Annotated[InputType, nullable(InputType)] = Field(
        "text", description=INPUT_TYPE_HELP
    )

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


def header_of(warnings: Iterable[str]) -> dict[str, str]:
    """The header that tells them: in ASCII, and not all where there are many; a job's status has
    those that it began with."""
    told = ["".join(map(_as_header, one)) for one in dict.fromkeys(warnings)]
    short = [f"{one[:LONGEST_WARNING]}..." if len(one) > LONGEST_WARNING else one for one in told]
    more = [f"and {len(told) - MOST_WARNINGS} more"] if len(told) > MOST_WARNINGS else []
    return {WARNINGS_HEADER: "; ".join(short[:MOST_WARNINGS] + more)} if told else {}


def _as_header(sign: str) -> str:
    return sign if sign.isascii() and sign.isprintable() else ascii(sign)[1:-1]


def shown(name: str) -> str:
    """A field's name as a header can carry it."""
    return ascii(name[:40])[1:-1]

"""What ElevenLabs' clients send, and what it means here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from serve_app.service import Service
from serve_app.web.elevenlabs.errors import VOICES
from serve_app.web.elevenlabs.tags import Tagged, read_tags
from serve_app.web.openai_intake import find_voice
from serve_app.web.openai_requests import TheirSpeed, shown
from serve_app.web.requests import Seed
from serve_app.work.deliveries import MAX_SPEED, MIN_SPEED
from serve_app.work.orders import Words
from serve_app.work.scripts import check_length

OutputFormat = Literal[
    "mp3_22050_32", "mp3_24000_48", "mp3_44100_32", "mp3_44100_64", "mp3_44100_96",
    "mp3_44100_128", "mp3_44100_192",
    "pcm_8000", "pcm_16000", "pcm_22050", "pcm_24000", "pcm_32000", "pcm_44100", "pcm_48000",
    "wav_8000", "wav_16000", "wav_22050", "wav_24000", "wav_32000", "wav_44100", "wav_48000",
    "opus_48000_32", "opus_48000_64", "opus_48000_96", "opus_48000_128", "opus_48000_192",
    "ulaw_8000", "alaw_8000",
]  # fmt: skip
DEFAULT_FORMAT: OutputFormat = "mp3_44100_128"
OPUS_KBIT = 72
MP3_KBIT, LOW_MP3_KBIT, LOW_MP3_BELOW = 128, 96, 32_000  # Hz

# Accepted, as every client may send them.
SETTINGS_NOT_FOLLOWED = ("stability", "similarity_boost", "style", "use_speaker_boost")
NOT_FOLLOWED = (
    *("previous_text", "next_text", "previous_request_ids", "next_request_ids"),
    *("pronunciation_dictionary_locators", "apply_language_text_normalization", "use_pvc_as_ivc"),
)
NO_LOGGING = (
    "enable_logging=false is not followed: the audio is kept as always; DELETE /audio/{id} "
    "removes it"
)


@dataclass(frozen=True, slots=True)
class Output:
    """What `output_format` asks for."""

    format: str  # as an order has it
    sample_rate: int  # Hz
    kbit: int | None  # a second; None where a format has no choice

    @classmethod
    def of(cls, name: str) -> Output:
        codec, rate, *kbit = name.split("_")
        return cls(codec, int(rate), int(kbit[0]) if kbit else None)

    def warnings(self) -> list[str]:
        """What of it is not done as it was asked for."""
        low = self.format == "mp3" and self.sample_rate < LOW_MP3_BELOW
        made = OPUS_KBIT if self.format == "opus" else LOW_MP3_KBIT if low else MP3_KBIT
        if self.kbit in (None, made):
            return []
        return [f"{self.format} is made at {made} kbit/s, not {self.kbit}"]


class VoiceSettings(BaseModel):
    """How a voice speaks. Only `speed` is followed."""

    model_config = ConfigDict(extra="allow")

    speed: TheirSpeed | None = Field(
        None, description="1.2 speaks a fifth faster; beyond 0.5 and 2.0 it is cut to them"
    )
    stability: float | None = None
    similarity_boost: float | None = None
    style: float | None = None
    use_speaker_boost: bool | None = None

    @property
    def said_speed(self) -> float:
        """The speed within what the engines can do."""
        asked = 1.0 if self.speed is None else self.speed
        return min(max(asked, MIN_SPEED), MAX_SPEED)

    def warnings(self) -> list[str]:
        told = []
        unfollowed = [name for name in SETTINGS_NOT_FOLLOWED if getattr(self, name) is not None]
        if unfollowed:
            told.append(f"voice_settings not followed: {', '.join(unfollowed)}")
        if self.speed not in (None, self.said_speed):
            told.append(f"speed {self.speed:g} was cut to {self.said_speed:g}")
        return told


class TextToSpeechRequest(BaseModel):
    """Text to speak, as ElevenLabs' API has it. Fields that are not known here are taken and named
    in `X-Warnings`."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {"text": "Hello, world!", "model_id": "eleven_multilingual_v2"},
                {"text": "¿Qué tal?", "language_code": "es", "voice_settings": {"speed": 1.1}},
            ],
            "additionalProperties": True,
        },
    )

    text: str = Field(
        description="what to say; up to 20,000 characters unless set otherwise. "
        '`<break time="1.5s"/>` and `<phoneme alphabet="ipa" ph="…">` are followed'
    )
    model_id: str | None = Field(None, max_length=256, description="any; there is one engine")
    language_code: str | None = Field(
        None, max_length=35, description="of the text; told by its script or the voice when absent"
    )
    voice_settings: VoiceSettings | None = None
    seed: Seed = None
    previous_text: str | None = Field(None, description="accepted, and not followed")
    next_text: str | None = Field(None, description="accepted, and not followed")
    previous_request_ids: list[str] | None = None
    next_request_ids: list[str] | None = None
    pronunciation_dictionary_locators: list[dict[str, Any]] | None = Field(
        None, description="accepted, and not followed; POST /tts takes pronunciations"
    )
    apply_text_normalization: Literal["auto", "on", "off"] | None = Field(
        None, description="numbers and signs are always read as words"
    )
    apply_language_text_normalization: bool | None = None
    use_pvc_as_ivc: bool | None = None

    @property
    def settings(self) -> VoiceSettings:
        return self.voice_settings or VoiceSettings()

    def warnings(self) -> list[str]:
        """What of the request is not done as it was written."""
        told = [f"{name} is not followed" for name in NOT_FOLLOWED if getattr(self, name)]
        if self.apply_text_normalization == "off":
            told.append("apply_text_normalization=off is not followed")
        told += self.settings.warnings()
        unknown = sorted({*(self.model_extra or {}), *(self.settings.model_extra or {})})
        if unknown:
            told.append(f"unknown fields were ignored: {', '.join(map(shown, unknown[:10]))}")
        return told


@dataclass(frozen=True, slots=True)
class Meant:
    """What a request wants said."""

    words: Words
    voice_id: str | None  # of the voice of one's own that says it
    warnings: Sequence[str] = ()  # of what its tags ask for and does not happen


async def meant(
    body: TextToSpeechRequest,
    voice_id: str,
    output: Output,
    service: Service,
    owner: str,
    *,
    stream: bool,
    tags: bool = True,
) -> Meant:
    """What a request wants said.

    Args:
        tags: whether those in its text are read.
    Raises:
        VoiceNotFound, UnknownLanguage
    """
    text = Tagged(body.text)
    if tags:
        check_length(body.text, service.settings.limits)
        text = await service.threads.brief(owner, read_tags, body.text)
    voice = await find_voice(voice_id, body.text, body.language_code, service, owner, listed=VOICES)
    sounds, warnings = await _sounds(text, voice.language, service, owner)
    words = Words(
        text=text.text,
        language=voice.language,
        speaker=voice.speaker,
        speed=body.settings.said_speed,
        pitch=0.0,
        format=output.format,
        seed=body.seed,
        pronunciations=sounds,
        sample_rate=output.sample_rate,
        stream=stream,
    )
    return Meant(words, voice.voice_id, warnings)


async def _sounds(
    text: Tagged, language: str, service: Service, owner: str
) -> tuple[Mapping[str, str], list[str]]:
    if not text.phonemes:
        return {}, []
    rules = service.stages.text_rules()
    return await service.threads.brief(owner, text.sounds, language, rules)

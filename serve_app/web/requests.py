"""What requests look like, with the examples that stand in the OpenAPI page."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from unicodedata import category

from fastapi import UploadFile
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, Json

from serve_app.language_tags import as_tag
from serve_app.work.deliveries import MAX_PITCH, MAX_SPEED, MIN_SPEED
from serve_app.work.orders import InputType
from serve_app.work.orders import Timestamps as TimestampsOf

MAX_WORDS_CHARS = 2_000  # of a stated consent

AudioFormatName = Literal["wav", "mp3", "flac", "opus", "ogg", "aac", "pcm", "ulaw", "alaw"]


def shown(name: str) -> str:
    """A name without what stands around it. Raises ValueError where it cannot be shown."""
    if not name.isprintable():
        raise ValueError("It has characters that cannot be shown")
    return name.strip()


def language_tag(text: str) -> str:
    """A tag in its usual spelling. Raises ValueError for what is none."""
    tag = as_tag(text)
    if tag is None:
        raise ValueError("This is no language tag of BCP 47, which looks like en or en-GB")
    return tag


def words(text: str) -> str:
    """Words as they were sent. Raises ValueError where some of them cannot be shown: lines may be
    broken, and letters be joined by what is not seen itself."""
    if any(category(sign) == "Cc" and sign not in "\t\n\r" for sign in text):
        raise ValueError("It has control characters")
    return text


def number(value: object) -> object:
    """Raises ValueError for true and false, which Python takes for 1 and 0."""
    if isinstance(value, bool):
        raise ValueError("Input should be a number, and not true or false")
    return value


Numeric = BeforeValidator(number)
Speed = Annotated[
    float,
    Field(ge=MIN_SPEED, le=MAX_SPEED, allow_inf_nan=False, description="2.0 speaks twice as fast"),
    Numeric,
]
Pitch = Annotated[
    float,
    Field(
        ge=-MAX_PITCH, le=MAX_PITCH, allow_inf_nan=False, description="semitones; the formants stay"
    ),
    Numeric,
]
Seed = Annotated[
    int | None,
    Field(ge=0, lt=2**32, description="the same seed gives the same audio; drawn when absent"),
    Numeric,
]
Pronunciations = Annotated[
    dict[
        Annotated[str, Field(min_length=1, max_length=64)],
        Annotated[str, Field(min_length=1, max_length=256)],
    ],
    Field(max_length=100, description="{word: how it sounds}; see /tts/phones/{language}"),
]
SampleRate = Annotated[
    int | None,
    Field(
        ge=8_000,
        le=48_000,
        description="Hz of the file; the voice's own when absent. mp3, ogg, opus and aac take the "
        "next that they know",
    ),
    Numeric,
]
Timestamps = Annotated[
    TimestampsOf | None,
    Field(description="word: `words` of the answer and of the status say when each is heard"),
]
Shown = Annotated[str, Field(max_length=128), AfterValidator(shown)]
"""A name as people are shown it."""
Words = Annotated[str, Field(max_length=MAX_WORDS_CHARS), AfterValidator(words)]
"""What somebody says, in several lines perhaps."""
LanguageTag = Annotated[str, Field(max_length=35), AfterValidator(language_tag)]
LATER: dict[str, Any] = {
    "sample_rate": None,
    "stream": False,
    "keep": False,
    "input_type": "text",
    "callback_url": None,
    "timestamps": None,
}
INPUT_TYPE_HELP = (
    "ssml reads the text as SSML: voices, pauses, how fast and how loud; never guessed from the "
    "text"
)
STREAM_HELP = (
    "answer with the audio itself, from the first clause on while the rest is made; X-Audio-Id "
    "names it, and GET /audio/{id}?stream=true with a Range goes on after a broken connection. "
    "With Prefer: respond-async the id comes at once, and the audio by that"
)
CALLBACK_HELP = (
    "a URL that is called once the job has ended, signed (docs/webhooks.md); its host must be one "
    "that the operator allows"
)
KEEP_HELP = "of a stream: make all of it even if nobody listens any more"
LANGUAGE_HELP = "EN, ES, FR, ZH, JP or KR in any case, or a BCP 47 tag such as en-GB"
CONSENT_HELP = "the speaker of the recordings consents to having this voice learnt"
MAX_SPEAKER = 200  # characters, of a mix of eight
SPEAKER_HELP = (
    "a name out of /tts/speakers, or, with Kokoro, a mix of several: `af_bella(2)+af_sky(1)`; when "
    "absent the language's first, and for a clone the one nearest to its voice"
)


class SpeechRequest(BaseModel):
    """Text to speak with one of the base speakers."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"text": "Hello, world!", "language": "EN", "speaker": "EN-US", "speed": 1.0},
                {
                    "text": "A GIF. [pause 300ms] And another.",
                    "pronunciations": {"GIF": "JH IH1 F"},
                },
                {"text": "¿Qué tal?", "language": "es", "format": "mp3", "pitch": 2},
                {
                    "text": "<speak>Well <break time='500ms'/> "
                    "<prosody rate='slow'>hello</prosody>.</speak>",
                    "input_type": "ssml",
                },
            ]
        },
    )

    text: str = Field(
        description="what to say; up to 20,000 characters unless set otherwise. [pause 300ms] is "
        "silence"
    )
    language: str = Field("EN", max_length=35, description=LANGUAGE_HELP)
    speaker: str | None = Field(None, max_length=MAX_SPEAKER, description=SPEAKER_HELP)
    speed: Speed = 1.0
    pitch: Pitch = 0.0
    format: AudioFormatName = "wav"
    seed: Seed = None
    pronunciations: Pronunciations = {}
    sample_rate: SampleRate = None
    stream: bool = Field(False, description=STREAM_HELP)
    keep: bool = Field(False, description=KEEP_HELP)
    input_type: InputType = Field("text", description=INPUT_TYPE_HELP)
    callback_url: str | None = Field(None, max_length=2_048, description=CALLBACK_HELP)
    timestamps: Timestamps = None

    def canonical(self) -> dict[str, Any]:
        """What tells one request from another, spelled as the first release did: what came later
        is left out where it is not used."""
        said = self.model_dump()
        unused = {name for name, value in LATER.items() if said[name] == value}
        return {name: value for name, value in said.items() if name not in unused}


class ReadRequest(BaseModel):
    """A text, to be told how it will be said."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"text": "It cost $3.50.", "language": "EN"}]},
    )

    text: str = Field(description="what would be said; as long as /tts takes it")
    language: str = Field("EN", max_length=35, description=LANGUAGE_HELP)
    speaker: str | None = Field(None, max_length=MAX_SPEAKER, description=SPEAKER_HELP)
    input_type: InputType = Field("text", description=INPUT_TYPE_HELP)


class CloneRequest(SpeechRequest):
    """Text to speak with a registered voice."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"text": "Hello with my voice!", "voice_id": "my_voice", "language": "EN"}]
        }
    )

    voice_id: str = Field(max_length=128, description="what /voice/register answered")


class QuickCloneRequest(SpeechRequest):
    """A form: text to speak with the voice of a recording."""

    model_config = ConfigDict(json_schema_extra={})

    text: str = Field(description="what to say", examples=["Only once."])
    voice_sample: UploadFile = Field(description="a recording of the voice")
    consent: bool = Field(False, description=CONSENT_HELP)
    pronunciations: Json[Pronunciations] | None = Field(  # type: ignore[assignment]
        None, description="a JSON object, {word: how it sounds}"
    )

    def speech(self) -> SpeechRequest:
        """What is to be said, without the recording."""
        said = self.model_dump(include=set(SpeechRequest.model_fields))
        return SpeechRequest(**said | {"pronunciations": self.pronunciations or {}})


class RegistrationRequest(BaseModel):
    """A form: recordings to learn a voice from."""

    model_config = ConfigDict(extra="forbid")

    voice_name: str = Field(
        description="a name of your own for this voice", examples=["Guide Voice"]
    )
    voice_sample: list[UploadFile] = Field(
        description="one or more recordings; 10 to 30 seconds of clear speech do well"
    )
    consent: bool = Field(False, description=CONSENT_HELP)
    consent_speaker: Shown = Field("", description="who consents", examples=["Ada Lovelace"])
    consent_words: Words = Field("", description="the words in which they do")
    consent_language: LanguageTag | None = Field(
        None, description="of the words, a BCP 47 tag", examples=["en-GB"]
    )
    consent_recording: UploadFile | None = Field(
        None, description="of the words; its SHA-256 is kept, and not the recording"
    )


class ImportRequest(BaseModel):
    """A form: a voice that was exported."""

    model_config = ConfigDict(extra="forbid")

    voice_file: UploadFile = Field(description="what GET /voice/{id}/export answered")
    voice_name: str = Field(
        "", description="what it is called here; its name there unless said", examples=["Guide"]
    )
    consent: bool = Field(False, description=CONSENT_HELP + ", where the file does not say so")


class VerificationRequest(BaseModel):
    """A form: a recording to look for the mark of this service in."""

    model_config = ConfigDict(extra="forbid")

    audio: UploadFile = Field(
        description="a recording, in any format that voices are learnt from",
        examples=["recording.mp3"],
    )

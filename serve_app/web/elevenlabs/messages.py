"""What goes through ElevenLabs' WebSockets: docs/integrations/elevenlabs.md has the table."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from serve_app.web.elevenlabs.requests import DEFAULT_FORMAT, OutputFormat, VoiceSettings
from serve_app.web.requests import Seed
from serve_app.web.socket_messages import MAX_MESSAGE_CHARS

IDLE_S, LONGEST_IDLE_S = 20, 180


def _headless(name: OutputFormat) -> OutputFormat:
    """Each sentence is a file of its own there, and a WAV has its header once."""
    if name.startswith("wav"):
        raise ValueError("A socket sends no WAV; pcm_… is the same without a header")
    return name


class SocketQuery(BaseModel):
    """The query of a handshake. What is not here is of no meaning to us."""

    output_format: Annotated[OutputFormat, AfterValidator(_headless)] = DEFAULT_FORMAT
    language_code: str | None = Field(None, max_length=35)
    seed: Seed = None
    inactivity_timeout: int = Field(IDLE_S, ge=1, le=LONGEST_IDLE_S)
    enable_ssml_parsing: bool = False  # tags in the text are followed


class SocketMessage(BaseModel):
    """What a client sends: everything is optional, and what is not here is overlooked."""

    model_config = ConfigDict(extra="ignore")

    text: str | None = Field(None, max_length=MAX_MESSAGE_CHARS)
    context_id: str | None = Field(None, max_length=64)
    voice_settings: VoiceSettings | None = None
    flush: bool = False
    close_context: bool = False
    close_socket: bool = False

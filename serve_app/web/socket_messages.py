"""What goes through the WebSocket for text that is still being written: docs/openai.md has the
table."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from serve_app.web.openai_requests import CreateSpeechRequest, Format, nullable

MAX_MESSAGE_CHARS = 131_072
CONTEXT = Field("", max_length=64)


class Message(BaseModel):
    """What a client sends."""

    model_config = ConfigDict(extra="forbid")

    context_id: str = CONTEXT


class OpenContext(CreateSpeechRequest):
    """The voice of a context, by the fields of `POST /v1/audio/speech`."""

    type: Literal["context.open"]
    context_id: str = CONTEXT
    input: str = ""
    response_format: Annotated[Format, nullable(Format)] = "pcm"


class AddText(Message):
    """More of a text."""

    type: Literal["text"]
    text: str = Field(max_length=MAX_MESSAGE_CHARS)


class Flush(Message):
    """Speak what there is, whether its sentence has ended or not."""

    type: Literal["flush"]


class Cancel(Message):
    """Forget what is not heard yet. The context stays."""

    type: Literal["cancel"]


class CloseContext(Message):
    """Speak what there is; then the context is done."""

    type: Literal["context.close"]


class CloseSession(Message):
    """Speak what there is in every context; then all is done."""

    type: Literal["session.close"]


class Ping(Message):
    """Keeps the socket open."""

    type: Literal["ping"]


AnyMessage = OpenContext | AddText | Flush | Cancel | CloseContext | CloseSession | Ping
MESSAGE: TypeAdapter[AnyMessage] = TypeAdapter(Annotated[AnyMessage, Field(discriminator="type")])

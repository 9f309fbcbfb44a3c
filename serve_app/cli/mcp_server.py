"""The tools of `phonex mcp`: list_voices, speak, clone, status."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, TypeVar

import anyio
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import BaseModel, Field

from config.installing import DISTRIBUTION
from serve_app.catalog import LANGUAGES
from serve_app.cli.client import ClientError
from serve_app.cli.speech_client import ListedVoice, SpeechClient
from serve_app.cli.spoken_files import SpokenFiles

INSTRUCTIONS = """\
Speaks texts and clones voices with a Phonex service. Audio is written to files, whose names are
relative to the one folder that may be used: {folder}. Clone a voice only of a speaker who consents.
"""
DEFAULT_CODE = "EN"
CODES = {tag: code for code, (tag, _) in LANGUAGES.items()}

ResultT = TypeVar("ResultT")

Text = Annotated[str, Field(description="what to say, up to 20,000 characters")]
FileName = Annotated[
    str,
    Field(
        description="where the audio goes, relative to the folder; the suffix tells the format: "
        "wav mp3 flac opus ogg aac pcm ulaw alaw",
        examples=["hello.mp3"],
    ),
]
VoiceName = Annotated[
    str | None, Field(description="a name out of list_voices; the language's first when absent")
]
LanguageTag = Annotated[
    str | None,
    Field(
        description="of the text: en, es, fr, zh, ja, ko; when absent that of the voice, or English"
    ),
]
Speed = Annotated[float, Field(ge=0.5, le=2.0, description="2.0 speaks twice as fast")]
Overwrite = Annotated[bool, Field(description="replace a file of this name")]


class VoiceEntry(BaseModel):
    """Who can speak."""

    name: str
    title: str
    languages: list[str]
    registered: bool = Field(description="learnt from recordings; else a base speaker")


class Spoken(BaseModel):
    """What was made."""

    file: str = Field(description="the whole path")
    seconds: float
    audio_id: str
    speaker: str | None = None
    similarity: dict[str, Any] | None = Field(None, description="of a clone to its voice")
    warnings: list[str] = Field([], description="of what is not heard as written")
    registered_as: str | None = Field(None, description="the voice that was kept")


def serve_mcp(url: str, api_key: str | None, folder: Path) -> None:
    """Serve on standard input and output until they close."""

    async def serve() -> None:
        async with SpeechClient(url, api_key) as client:
            await server_for(client, SpokenFiles(folder)).run_stdio_async()

    anyio.run(serve)


def server_for(client: SpeechClient, files: SpokenFiles) -> MCPServer[Any]:
    """The server, and its tools."""
    server: MCPServer[Any] = MCPServer(
        "phonex",
        title="Phonex",
        instructions=INSTRUCTIONS.format(folder=files.folder),
        version=version(DISTRIBUTION),
        log_level="WARNING",
    )
    tools = Tools(client, files)
    for tool in (tools.list_voices, tools.speak, tools.clone, tools.status):
        server.add_tool(tool)
    return server


class Tools:
    """What an assistant may have done."""

    def __init__(self, client: SpeechClient, files: SpokenFiles) -> None:
        self._client = client
        self._files = files

    async def list_voices(self, language: LanguageTag = None) -> list[VoiceEntry]:
        """Voices that can speak: registered ones first, then the base speakers, by language."""
        code = _code(language) if language else None
        return [
            VoiceEntry(
                name=one.name,
                title=one.title,
                languages=[LANGUAGES[spoken][0] for spoken in one.languages],
                registered=one.registered,
            )
            for one in await told(self._client.voices())
            if code is None or code in one.languages
        ]

    async def speak(
        self,
        text: Text,
        file: FileName,
        ctx: Context[Any],
        voice: VoiceName = None,
        language: LanguageTag = None,
        speed: Speed = 1.0,
        overwrite: Overwrite = False,
    ) -> Spoken:
        """Speak a text into a file, by a base speaker or a registered voice."""
        listed = await told(self._client.voices())
        body: dict[str, Any] = {"text": text, "speed": speed}
        if voice is None:
            return await self._make("/tts", body | _language(language), file, overwrite, ctx)
        found = find(voice, listed)
        if found.registered:
            body |= {"voice_id": found.name} | _language(language)
            return await self._make("/clone", body, file, overwrite, ctx)
        body |= {"speaker": found.name, "language": language or found.languages[0]}
        return await self._make("/tts", body, file, overwrite, ctx)

    async def clone(
        self,
        text: Text,
        recording: Annotated[
            str, Field(description="a recording of the speaker, relative to the folder")
        ],
        file: FileName,
        consent: Annotated[
            bool, Field(description="the speaker consents; the user must have said so")
        ],
        ctx: Context[Any],
        keep_as: Annotated[
            str | None, Field(description="keep the voice under this name, for speak")
        ] = None,
        language: LanguageTag = None,
        speed: Speed = 1.0,
        overwrite: Overwrite = False,
    ) -> Spoken:
        """Speak a text into a file, in the voice of a recording."""
        if not consent:
            raise ToolError("A voice is cloned only where its speaker consents.")
        sample = await told(self._read(recording))
        body = {"text": text, "speed": speed} | _language(language)
        if keep_as is None:
            form = {**body, "consent": True}
            return await self._make("/clone/quick", form, file, overwrite, ctx, sample)

        async def register() -> str:
            return await self._client.register(keep_as, sample, consent=consent)

        return await self._make("/clone", body, file, overwrite, ctx, register=register)

    async def status(
        self,
        audio_id: Annotated[
            str | None, Field(description="of something that was spoken; the service when absent")
        ] = None,
    ) -> dict[str, Any]:
        """How the service is, or where the making of audio stands."""
        if audio_id is None:
            return await told(self._client.health())
        return await told(self._client.state(audio_id))

    async def _make(
        self,
        path: str,
        body: dict[str, Any],
        file: str,
        overwrite: bool,
        ctx: Context[Any],
        sample: bytes | None = None,
        register: Callable[[], Awaitable[str]] | None = None,
    ) -> Spoken:
        async def make() -> Spoken:
            # A name that may not be taken is refused before a voice is kept.
            with self._files.new(file, overwrite=overwrite) as (target, part):
                voice_id = await register() if register else None
                voice = {"voice_id": voice_id} if voice_id else {}
                asked = body | voice | {"format": target.suffix[1:].lower()}
                state, audio = await self._client.make(path, asked, ctx.report_progress, sample)
                await anyio.to_thread.run_sync(part.write_bytes, audio)
            return Spoken(
                file=str(target),
                seconds=state["seconds"],
                audio_id=state["job_id"],
                speaker=state.get("speaker"),
                similarity=state.get("similarity"),
                warnings=state.get("warnings") or [],
                registered_as=voice_id,
            )

        return await told(make())

    async def _read(self, recording: str) -> bytes:
        return self._files.read_recording(recording)


async def told(doing: Awaitable[ResultT]) -> ResultT:
    """What an assistant can do something about is told in words."""
    try:
        return await doing
    except ClientError as error:
        raise ToolError(str(error)) from error
    except OSError as error:
        raise ToolError(f"{error.filename}: {error.strerror}") from error


def find(name: str, voices: list[ListedVoice]) -> ListedVoice:
    """Raises ToolError for a name that is not listed."""
    for one in voices:
        if name.casefold() in (one.name.casefold(), one.title.casefold()):
            return one
    raise ToolError(f"There is no voice {name[:64]!r}; list_voices has those that there are.")


def _code(language: str) -> str:
    tag = language.strip().lower().split("-")[0]
    if tag not in CODES:
        raise ToolError(f"The language {language[:40]!r} is not spoken here: {', '.join(CODES)}.")
    return CODES[tag]


def _language(language: str | None) -> dict[str, str]:
    return {"language": language or DEFAULT_CODE}

"""What programs that speak for others ask of a running service: its voices, and audio as it is
made. Asynchronous, as they serve several at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx

from phonex_client import AsyncClient, PhonexError
from serve_app.catalog import LANGUAGES
from serve_app.cli.client import PATIENCE, ClientError, in_words, json_of, without_password


@dataclass(frozen=True, slots=True)
class ListedVoice:
    """A base speaker, or a registered voice."""

    name: str  # that the service knows it by
    title: str  # for people
    languages: tuple[str, ...]  # codes
    registered: bool


@dataclass(frozen=True, slots=True)
class Pcm:
    """Audio on its way: 16-bit little-endian mono."""

    sample_rate: int  # Hz
    chunks: AsyncIterator[bytes]  # each of whole samples


class SpeechClient:
    """Talks to a running Phonex. What it refuses, or that it cannot be reached, is a `ClientError`
    of every method."""

    def __init__(self, url: str, api_key: str | None = None) -> None:
        self.url = without_password(url)  # which is told
        with in_words(self.url):
            self._phonex = AsyncClient(url, api_key or "", retries=PATIENCE)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._phonex.aclose()

    async def voices(self) -> list[ListedVoice]:
        """Registered voices first; the others by language."""
        with in_words(self.url):
            speakers = await self._phonex.speakers()
            registered = await self._phonex.voices()
        served = tuple(code for code in speakers if code in LANGUAGES)
        listed = [ListedVoice(one.voice_id, one.name, served, True) for one in registered]
        taken = {one.name for one in listed}
        spoken: dict[str, list[str]] = {}
        for code in served:
            for name in speakers[code]:
                spoken.setdefault(name, []).append(code)
        return listed + [
            ListedVoice(name, name, tuple(codes), False)
            for name, codes in spoken.items()
            if name not in taken
        ]

    async def health(self) -> dict[str, Any]:
        with in_words(self.url):
            return (await self._phonex.health()).raw

    async def state(self, audio_id: str, wait_s: float = 0.0) -> dict[str, Any]:
        """Where a job stands, at once or when it has ended."""
        with in_words(self.url):
            return (await self._phonex.job(audio_id, wait_s=wait_s)).raw

    async def register(self, name: str, sample: bytes, *, consent: bool) -> str:
        """Learn a voice from a recording; its id."""
        with in_words(self.url):
            return (await self._phonex.register_voice(name, sample, consent=consent)).voice_id

    async def make(
        self,
        path: str,
        body: Mapping[str, Any],
        on_progress: Callable[[float, float], Awaitable[None]],
        sample: bytes | None = None,
    ) -> tuple[dict[str, Any], bytes]:
        """The finished job, and its file. Who leaves stops the work.

        Args:
            path: of the route.
            on_progress: told how many pieces are done, of how many.
            sample: a recording, for the route that takes one.
        """
        asked: dict[str, Any] = {"json": dict(body)}
        if sample is not None:
            form = {name: str(value) for name, value in body.items()}
            asked = {"form": form, "files": [("voice_sample", ("recording", sample))]}
        headers = {"Prefer": "respond-async"}
        with in_words(self.url):
            answer = await self._phonex.request("POST", path, headers=headers, **asked)
            audio_id = str(json_of(answer, "audio_id")["audio_id"])
            try:
                job = await self._phonex.wait(
                    audio_id, on_progress=lambda at: on_progress(at.pieces_done, at.pieces_total)
                )
                return job.raw, await self._phonex.audio(audio_id)
            except asyncio.CancelledError:
                with suppress(PhonexError):
                    await asyncio.shield(self._phonex.delete_audio(audio_id))
                raise

    @asynccontextmanager
    async def speak(self, path: str, body: Mapping[str, Any]) -> AsyncIterator[Pcm]:
        """Audio as it is made. Who leaves stops the work."""
        with in_words(self.url):
            async with self._phonex.open("POST", path, json=body) as response:
                yield Pcm(_rate_of(response), self._samples(response))

    async def _samples(self, response: httpx.Response) -> AsyncIterator[bytes]:
        half = b""
        async for chunk in response.aiter_bytes():
            whole = half + chunk
            half = whole[len(whole) & ~1 :]
            if len(whole) > 1:
                yield whole[: len(whole) & ~1]


def _rate_of(response: httpx.Response) -> int:
    """What the media type of bare samples tells."""
    for parameter in response.headers.get("content-type", "").split(";")[1:]:
        name, _, value = parameter.strip().partition("=")
        if name == "rate" and value.isdecimal():
            return int(value)
    raise ClientError("the service did not answer with audio.")

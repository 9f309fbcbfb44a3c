"""What programs that speak for others ask of a running service: its voices, and audio as it is
made. Asynchronous, as they serve several at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

from serve_app.catalog import LANGUAGES
from serve_app.cli.client import (
    ClientError,
    connection,
    explain,
    nobody_at,
    retry_after_s,
    through_proxy,
    wrong_key_at,
)

PATIENCE_S = 30.0  # while the service is full
CONNECT_S, READ_S = 5.0, 120.0
LOOK_S = 2.0  # between two looks at how far a job has come
BUSY = (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE)


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
        self.url = url.rstrip("/")
        timeout = httpx.Timeout(READ_S, connect=CONNECT_S)
        options = connection(self.url, api_key)
        with through_proxy(self.url):
            self._http = httpx.AsyncClient(**options, timeout=timeout)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._http.aclose()

    async def voices(self) -> list[ListedVoice]:
        """Registered voices first; the others by language."""
        speakers = (await self._json("/tts/speakers", "speakers"))["speakers"]
        registered = (await self._json("/voice/list", "items"))["items"]
        served = tuple(code for code in speakers if code in LANGUAGES)
        listed = [ListedVoice(one["voice_id"], one["name"], served, True) for one in registered]
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
        return await self._json("/health", "status")

    async def state(self, audio_id: str, wait_s: float = 0.0) -> dict[str, Any]:
        """Where a job stands, at once or when it has ended."""
        path = f"/status/{quote(audio_id, safe='')}"
        return await self._json(path, "status", params={"wait": wait_s})

    async def register(self, name: str, sample: bytes, *, consent: bool) -> str:
        """Learn a voice from a recording; its id."""
        form = {"voice_name": name, "consent": str(consent).lower()}
        files = {"voice_sample": ("recording", sample)}
        answer = await self._json("/voice/register", "voice_id", "POST", data=form, files=files)
        return str(answer["voice_id"])

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
        sent: dict[str, Any] = {"json": dict(body)}
        if sample is not None:
            form = {name: str(value) for name, value in body.items()}
            sent = {"data": form, "files": {"voice_sample": ("recording", sample)}}
        headers = {"Prefer": "respond-async"}
        job = await self._json(path, "audio_id", "POST", headers=headers, **sent)
        try:
            while True:
                state = await self.state(job["audio_id"], wait_s=LOOK_S)
                await on_progress(state["pieces_done"], state["pieces_total"])
                if state["status"] == "completed":
                    return state, (await self._send(f"/audio/{job['audio_id']}")).content
                if state["status"] in ("failed", "cancelled"):
                    raise ClientError(state["error"] or f"the job was {state['status']}")
        except asyncio.CancelledError:
            await asyncio.shield(self._http.delete(f"/audio/{job['audio_id']}"))
            raise

    @asynccontextmanager
    async def speak(self, path: str, body: Mapping[str, Any]) -> AsyncIterator[Pcm]:
        """Audio as it is made. Who leaves stops the work."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                async with self._http.stream("POST", path, json=body) as response:
                    if not response.is_error:
                        yield Pcm(_rate_of(response), self._samples(response))
                        return
                    await response.aread()
            except httpx.HTTPError as error:
                raise self._lost(error) from error
            await self._wait_or_raise(response, deadline)

    async def _samples(self, response: httpx.Response) -> AsyncIterator[bytes]:
        half = b""
        async for chunk in response.aiter_bytes():
            whole = half + chunk
            half = whole[len(whole) & ~1 :]
            if len(whole) > 1:
                yield whole[: len(whole) & ~1]

    async def _send(self, path: str, method: str = "GET", **request: Any) -> httpx.Response:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                response = await self._http.request(method, path, **request)
            except httpx.HTTPError as error:
                raise self._lost(error) from error
            if not response.is_error:
                return response
            await self._wait_or_raise(response, deadline)

    async def _json(
        self, path: str, member: str, method: str = "GET", **request: Any
    ) -> dict[str, Any]:
        """A JSON answer that has this member."""
        response = await self._send(path, method, **request)
        try:
            answer = response.json()
        except ValueError:
            answer = None
        if not isinstance(answer, dict) or member not in answer:
            raise ClientError(f"what answers at {self.url} is no Phonex. Name one with --server.")
        return answer

    async def _wait_or_raise(self, response: httpx.Response, deadline: float) -> None:
        if response.status_code == httpx.codes.UNAUTHORIZED:
            raise wrong_key_at(self.url)
        wait_s = max(0.5, retry_after_s(response))
        if response.status_code not in BUSY or time.monotonic() + wait_s > deadline:
            raise ClientError(explain(response))
        await asyncio.sleep(wait_s)

    def _lost(self, error: httpx.HTTPError) -> ClientError:
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
            return nobody_at(self.url)
        return ClientError(f"{self.url} went away: {error or type(error).__name__}")


def _rate_of(response: httpx.Response) -> int:
    """What the media type of bare samples tells."""
    for parameter in response.headers.get("content-type", "").split(";")[1:]:
        name, _, value = parameter.strip().partition("=")
        if name == "rate" and value.isdecimal():
            return int(value)
    raise ClientError("the service did not answer with audio.")

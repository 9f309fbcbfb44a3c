"""Audio as it is made: bytes to iterate over, whatever becomes of the connection meanwhile."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Generator, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from phonex_client.answering import check_begins_at, error_of
from phonex_client.call import Call
from phonex_client.problems import RangeNotSatisfiable
from phonex_client.retries import Attempts

Goes = Callable[[int], Call[str]]
"""The call that goes on from a byte."""


class _Heard:
    """What both kinds of streams know."""

    def __init__(self, audio_id: str, response: httpx.Response, attempts: Attempts) -> None:
        self.audio_id = audio_id
        self.media_type: str = response.headers.get("Content-Type", "")
        self.heard = 0  # bytes
        self._response = response
        self._attempts = attempts
        self._skip = 0  # bytes that an answer repeats

    @property
    def sample_rate(self) -> int | None:
        """Hz of `pcm`, whose media type tells it."""
        for parameter in self.media_type.split(";")[1:]:
            name, _, value = parameter.strip().partition("=")
            if name == "rate" and value.isdecimal():
                return int(value)
        return None

    def _fresh(self, chunk: bytes) -> bytes:
        """What of these bytes was not heard before."""
        part = chunk[self._skip :]
        self._skip -= len(chunk) - len(part)
        self.heard += len(part)
        if part:
            self._attempts.start_over()
        return part


class AudioStream(_Heard):
    """An iterator of bytes. Where the connection breaks, it goes on from the first byte that is
    missing. Closing it before its end cancels the job, unless that was asked to be kept.

    Raises:
        PhonexError: while it is iterated over: the job failed, or the service stays away.
    """

    def __init__(
        self,
        audio_id: str,
        response: httpx.Response,
        attempts: Attempts,
        go_on: Goes,
        open_call: Callable[[Call[str], Attempts], httpx.Response],
        shown: str,
    ) -> None:
        super().__init__(audio_id, response, attempts)
        self._chunks = self._follow(go_on, open_call, shown)

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        self._chunks.close()
        self._response.close()

    def read(self) -> bytes:
        """All that was not heard yet."""
        return b"".join(self)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write all that was not heard yet to a file, as it comes."""
        with self, Path(path).open("wb") as file:
            for chunk in self:
                file.write(chunk)

    def _follow(
        self,
        go_on: Goes,
        open_call: Callable[[Call[str], Attempts], httpx.Response],
        shown: str,
    ) -> Generator[bytes, None, None]:
        while True:
            try:
                for chunk in self._response.iter_bytes():
                    if part := self._fresh(chunk):
                        yield part
                return
            except httpx.HTTPError as broken:
                error = error_of(broken, shown)
                error.__cause__ = broken
            finally:
                self._response.close()
            time.sleep(self._attempts.pause_after(error, met=True))
            try:
                self._response = open_call(go_on(self.heard), self._attempts)
            except RangeNotSatisfiable:
                return  # the last byte was heard
            self._skip = check_begins_at(self._response, self.heard)


class AsyncAudioStream(_Heard):
    """The same, to be iterated over with `async for`."""

    def __init__(
        self,
        audio_id: str,
        response: httpx.Response,
        attempts: Attempts,
        go_on: Goes,
        open_call: Callable[[Call[str], Attempts], Awaitable[httpx.Response]],
        shown: str,
    ) -> None:
        super().__init__(audio_id, response, attempts)
        self._chunks = self._follow(go_on, open_call, shown)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._chunks

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Hang up."""
        await self._chunks.aclose()
        await self._response.aclose()

    async def read(self) -> bytes:
        """All that was not heard yet."""
        return b"".join([chunk async for chunk in self])

    async def save(self, path: str | os.PathLike[str]) -> None:
        """Write all that was not heard yet to a file, as it comes."""
        file = await asyncio.to_thread(Path(path).open, "wb")
        try:
            async with self:
                async for chunk in self:
                    await asyncio.to_thread(file.write, chunk)
        finally:
            await asyncio.to_thread(file.close)

    async def _follow(
        self,
        go_on: Goes,
        open_call: Callable[[Call[str], Attempts], Awaitable[httpx.Response]],
        shown: str,
    ) -> AsyncGenerator[bytes, None]:
        while True:
            try:
                async for chunk in self._response.aiter_bytes():
                    if part := self._fresh(chunk):
                        yield part
                return
            except httpx.HTTPError as broken:
                error = error_of(broken, shown)
                error.__cause__ = broken
            finally:
                await self._response.aclose()
            await asyncio.sleep(self._attempts.pause_after(error, met=True))
            try:
                self._response = await open_call(go_on(self.heard), self._attempts)
            except RangeNotSatisfiable:
                return  # the last byte was heard
            self._skip = check_begins_at(self._response, self.heard)

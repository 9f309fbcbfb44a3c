"""`sending.py`, to be awaited."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import httpx

from phonex_client import calls
from phonex_client.addresses import check_key, find_address
from phonex_client.answering import error_of, options_for, problem_of
from phonex_client.call import Call, Files
from phonex_client.errors import BadAddress, ConnectionLost, PhonexError, ProblemError
from phonex_client.retries import Attempts, Retries
from phonex_client.streams import AsyncAudioStream

T = TypeVar("T")


class AsyncSender:
    """A connection to one service, and the patience to use it."""

    def __init__(
        self,
        url: str | None = None,
        api_key: str | None = None,
        *,
        timeout_s: float = 120.0,
        retries: Retries = Retries(),  # noqa: B008  it is frozen
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """
        Args:
            url: of the service, with the path it is below; `$PHONEX_SERVER` where None, or else
                this machine's port 8000.
            api_key: `$PHONEX_API_KEY` where None; "" sends none.
            timeout_s: how long the service may say nothing. A stream may last longer.
            retries: how patient to be with a service that is busy or gone for a moment.
            transport: for tests.

        Raises:
            BadAddress: it is none, or cannot be asked through the environment's proxy.
            BadKey: it cannot be one.
        """
        self._address = find_address(url)
        self._timeout_s, self._retries, self._met = timeout_s, retries, False
        options = options_for(self._address, check_key(api_key), timeout_s)
        try:
            self._http = httpx.AsyncClient(**options, transport=transport)
        except (ImportError, ValueError) as error:  # a kind of proxy that httpx needs more for
            raise BadAddress(f"{self.url} cannot be asked through your proxy: {error}") from error

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.url!r})"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    @property
    def url(self) -> str:
        """The service's address, without a password."""
        return self._address.shown

    async def aclose(self) -> None:
        await self._http.aclose()

    async def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        json: object = None,
        content: bytes | None = None,
        form: Mapping[str, str] | None = None,
        files: Files = (),
    ) -> httpx.Response:
        """Ask for a route that has no method here, with the same key, retries and errors.

        Args:
            path: below the service's address.
            form, files: of a multipart form; a file is (field, (name, content)).

        Returns:
            An answer that is a success, with all of its body.
        """
        call = calls.anything(method, path, params, headers, json, content, form, files)
        return await self._send(call)

    @asynccontextmanager
    async def open(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        json: object = None,
    ) -> AsyncIterator[httpx.Response]:
        """The same for an answer whose body is read as it comes. Where that breaks, it does not go
        on by itself."""
        call = calls.anything(method, path, params, headers, json, None, None, ())
        response = await self._open(call, Attempts(self._retries))
        try:
            yield response
        except httpx.HTTPError as broken:
            raise error_of(broken, self.url) from broken
        finally:
            await response.aclose()

    async def _stream(
        self,
        call: Call[str],
        go_on: Callable[[str, int], Call[str]],
        audio_id: str | None = None,
    ) -> AsyncAudioStream:
        attempts = Attempts(self._retries)
        response = await self._open(call, attempts)
        try:
            found = audio_id or call.read(response)
        except BaseException:
            await response.aclose()
            raise
        return AsyncAudioStream(
            found, response, attempts, partial(go_on, found), self._open, self.url
        )

    async def _save(self, call: Call[httpx.Response], path: Path) -> None:
        """The body of an answer into a file; begun anew where it breaks, as it has no parts."""
        attempts = Attempts(self._retries)
        while True:
            response = await self._open(call, attempts)
            file = await asyncio.to_thread(path.open, "wb")
            try:
                async for chunk in response.aiter_bytes():
                    await asyncio.to_thread(file.write, chunk)
                return
            except httpx.HTTPError as broken:
                error = error_of(broken, self.url)
                error.__cause__ = broken
            finally:
                await asyncio.to_thread(file.close)
                await response.aclose()
            await asyncio.sleep(attempts.pause_after(error, met=True))

    async def _lines(
        self, call: Call[httpx.Response], begin: Callable[[], None]
    ) -> AsyncGenerator[str, None]:
        """The lines of an answer that never ends by itself; asked for again where it does.

        Args:
            begin: called before the first line of each answer.
        """
        attempts = Attempts(self._retries)
        while True:
            response = await self._open(call, attempts)
            begin()
            error: PhonexError = ConnectionLost(f"{self.url} ended what it told")
            try:
                async for line in response.aiter_lines():
                    attempts.start_over()
                    yield line
            except httpx.HTTPError as broken:
                error = error_of(broken, self.url)
                error.__cause__ = broken
            finally:
                await response.aclose()
            await asyncio.sleep(attempts.pause_after(error, met=True))

    async def _send(self, call: Call[T], retries: Retries | None = None) -> T:
        attempts = Attempts(retries or self._retries)
        try:
            response = await self._open(call, attempts, whole=True)
        except ProblemError as problem:
            if problem.status == httpx.codes.NOT_FOUND and attempts.lost and call.gone is not None:
                return call.gone
            raise
        return call.read(response)

    async def _open(
        self, call: Call[T], attempts: Attempts, *, whole: bool = False
    ) -> httpx.Response:
        """The first answer that is a success; its body is still to be read, unless `whole`."""
        while True:
            try:
                response = await self._http.send(call.request(self._http), stream=True)
                self._met = True
                if whole or not response.is_success:
                    await response.aread()
                if response.is_success:
                    return response
                error = problem_of(response, self.url)
            except httpx.HTTPError as broken:
                error = error_of(broken, self.url)
                error.__cause__ = broken
            await asyncio.sleep(attempts.pause_after(error, met=self._met))

"""Both clients, by one interface, so that every test is of both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from types import TracebackType
from typing import Any, Self, cast

import pytest

from phonex_client import AsyncAudioStream, AsyncClient, Client, Retries
from tests.running import RunningService

QUICK = Retries(first_pause_s=0.05, longest_pause_s=0.5)

Connect = Callable[..., Client]


class Blocking:
    """An AsyncClient whose methods are waited for."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client
        self._loop = asyncio.new_event_loop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return repr(self._client)

    def close(self) -> None:
        if not self._loop.is_closed():
            self.await_(self._client.aclose())
            self._loop.close()

    def await_(self, awaited: Coroutine[Any, Any, Any]) -> Any:
        return self._loop.run_until_complete(awaited)

    def iterate(self, made: AsyncIterator[Any]) -> Iterator[Any]:
        while True:
            try:
                yield self.await_(cast("Coroutine[Any, Any, Any]", anext(made)))
            except StopAsyncIteration:
                return

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        if not callable(found):
            return found

        def call(*given: Any, **named: Any) -> Any:
            made = found(*given, **named)
            if isinstance(made, AsyncIterator):
                return self.iterate(made)
            answer = self.await_(made)
            return BlockingStream(self, answer) if isinstance(answer, AsyncAudioStream) else answer

        return call


class BlockingStream:
    def __init__(self, client: Blocking, stream: AsyncAudioStream) -> None:
        self._client, self._stream = client, stream

    def __iter__(self) -> Iterator[bytes]:
        chunks = aiter(self._stream)
        while True:
            try:
                yield self._client.await_(cast("Coroutine[Any, Any, bytes]", anext(chunks)))
            except StopAsyncIteration:
                return

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def close(self) -> None:
        self._client.await_(self._stream.aclose())

    def read(self) -> Any:
        return self._client.await_(self._stream.read())

    def save(self, path: Any) -> None:
        self._client.await_(self._stream.save(path))


@pytest.fixture(params=["sync", "async"])
def connect(request: pytest.FixtureRequest) -> Iterator[Connect]:
    """Makes clients of one kind; they are closed after the test."""
    made: list[Client] = []

    def make(url: str, api_key: str | None = "", **options: Any) -> Client:
        options = {"retries": QUICK, **options}
        if request.param == "sync":
            client = Client(url, api_key, **options)
        else:
            client = cast("Client", Blocking(AsyncClient(url, api_key, **options)))
        made.append(client)
        return client

    yield make
    for client in made:
        client.close()


@pytest.fixture
def phonex(connect: Connect, service: RunningService) -> Client:
    """A client of the real service."""
    return connect(service.url)

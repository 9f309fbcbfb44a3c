"""What sends the calls of a client. `async_sending.py` has the same, to be awaited."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
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
from phonex_client.streams import AudioStream

T = TypeVar("T")


class Sender:
    """A connection to one service, and the patience to use it."""

    def __init__(
        self,
        url: str | None = None,
        api_key: str | None = None,
        *,
        timeout_s: float = 120.0,
        retries: Retries = Retries(),  # noqa: B008  it is frozen
        transport: httpx.BaseTransport | None = None,
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
            self._http = httpx.Client(**options, transport=transport)
        except (ImportError, ValueError) as error:  # a kind of proxy that httpx needs more for
            raise BadAddress(f"{self.url} cannot be asked through your proxy: {error}") from error

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def url(self) -> str:
        """The service's address, without a password."""
        return self._address.shown

    def close(self) -> None:
        self._http.close()

    def request(
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
        return self._send(call)

    @contextmanager
    def open(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        json: object = None,
    ) -> Iterator[httpx.Response]:
        """The same for an answer whose body is read as it comes. Where that breaks, it does not go
        on by itself."""
        call = calls.anything(method, path, params, headers, json, None, None, ())
        response = self._open(call, Attempts(self._retries))
        try:
            yield response
        except httpx.HTTPError as broken:
            raise error_of(broken, self.url) from broken
        finally:
            response.close()

    def _stream(
        self,
        call: Call[str],
        go_on: Callable[[str, int], Call[str]],
        audio_id: str | None = None,
    ) -> AudioStream:
        attempts = Attempts(self._retries)
        response = self._open(call, attempts)
        try:
            found = audio_id or call.read(response)
        except BaseException:
            response.close()
            raise
        return AudioStream(found, response, attempts, partial(go_on, found), self._open, self.url)

    def _save(self, call: Call[httpx.Response], path: Path) -> None:
        """The body of an answer into a file; begun anew where it breaks, as it has no parts."""
        attempts = Attempts(self._retries)
        while True:
            response = self._open(call, attempts)
            try:
                with path.open("wb") as file:
                    for chunk in response.iter_bytes():
                        file.write(chunk)
                return
            except httpx.HTTPError as broken:
                error = error_of(broken, self.url)
                error.__cause__ = broken
            finally:
                response.close()
            time.sleep(attempts.pause_after(error, met=True))

    def _lines(self, call: Call[httpx.Response], begin: Callable[[], None]) -> Iterator[str]:
        """The lines of an answer that never ends by itself; asked for again where it does.

        Args:
            begin: called before the first line of each answer.
        """
        attempts = Attempts(self._retries)
        while True:
            response = self._open(call, attempts)
            begin()
            error: PhonexError = ConnectionLost(f"{self.url} ended what it told")
            try:
                for line in response.iter_lines():
                    attempts.start_over()
                    yield line
            except httpx.HTTPError as broken:
                error = error_of(broken, self.url)
                error.__cause__ = broken
            finally:
                response.close()
            time.sleep(attempts.pause_after(error, met=True))

    def _send(self, call: Call[T], retries: Retries | None = None) -> T:
        attempts = Attempts(retries or self._retries)
        try:
            response = self._open(call, attempts, whole=True)
        except ProblemError as problem:
            if problem.status == httpx.codes.NOT_FOUND and attempts.lost and call.gone is not None:
                return call.gone
            raise
        return call.read(response)

    def _open(self, call: Call[T], attempts: Attempts, *, whole: bool = False) -> httpx.Response:
        """The first answer that is a success; its body is still to be read, unless `whole`."""
        while True:
            try:
                response = self._http.send(call.request(self._http), stream=True)
                self._met = True
                if whole or not response.is_success:
                    response.read()
                if response.is_success:
                    return response
                error = problem_of(response, self.url)
            except httpx.HTTPError as broken:
                error = error_of(broken, self.url)
                error.__cause__ = broken
            time.sleep(attempts.pause_after(error, met=self._met))

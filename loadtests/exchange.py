"""One request and its answer, on a connection of its own, whose chunks come as they are sent.

Locust has made the standard library's sockets gevent's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from urllib.parse import urlsplit

from loadtests.users import credentials

TIMEOUT_S = 120.0  # between two bytes


class Exchange:
    """Raises OSError and HTTPException, from `with` as from reading."""

    def __init__(
        self,
        url: str,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        parts = urlsplit(url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._connection = kind(parts.netloc, timeout=timeout_s)
        self._request = (method, parts.path.rstrip("/") + path)
        self._body = None if body is None else json.dumps(body).encode()
        self._headers = credentials() | dict(headers or {})

    def __enter__(self) -> HTTPResponse:
        headers = self._headers
        if self._body is not None:
            headers = headers | {"Content-Type": "application/json"}
        try:
            self._connection.request(*self._request, self._body, headers)
            return self._connection.getresponse()
        except BaseException:
            self._connection.close()
            raise

    def __exit__(self, *_: object) -> None:
        self._connection.close()

"""One HTTP exchange, byte for byte: no library in between that would mend what is sent."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from urllib.parse import urlsplit

from gevent import Timeout, socket

LIMIT_S = 120.0  # of one exchange
TOO_LATE = "no answer in time"
SOCKET_LIMIT_S = 10.0  # of a WebSocket that does not close
MOST_BYTES = 2**20  # of an answer that are kept


@dataclass
class Answer:
    """Args:
    status: 0 where none came; `error` says what came instead.
    """

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)  # names in small letters
    body: bytes = b""
    error: str = ""


def address_of(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "127.0.0.1", parts.port or 80


def exchange(
    address: tuple[str, int], raw: bytes, method: str, *, half: bool = False, then: bytes = b""
) -> Answer:
    """Send bytes, and read what comes back.

    Args:
        half: nothing more will come: the body may be shorter than it says.
        then: what is sent where the answer is 101, until the other end closes.
    """
    answer = Answer()
    limit = Timeout(LIMIT_S)  # of the whole, however slowly it comes
    limit.start()
    try:
        with socket.create_connection(address, timeout=LIMIT_S) as connection:
            _send(connection, raw, half=half)
            _read(connection, method, answer)
            if answer.status == HTTPStatus.SWITCHING_PROTOCOLS:
                _send(connection, then, half=False)
                _drain(connection)
    except (TimeoutError, Timeout):
        answer.error = TOO_LATE
    except (OSError, HTTPException, ValueError) as error:
        answer.error = repr(error)[:200]
    finally:
        limit.close()
    return answer


def _send(connection: socket.socket, raw: bytes, *, half: bool) -> None:
    with contextlib.suppress(ConnectionError):  # refused before all was read: the answer is there
        connection.sendall(raw)
        if half:
            connection.shutdown(socket.SHUT_WR)


def _read(connection: socket.socket, method: str, answer: Answer) -> None:
    response = HTTPResponse(connection, method=method)
    response.begin()
    answer.headers = {name.lower(): value for name, value in response.getheaders()}
    answer.body = response.read(MOST_BYTES)
    answer.status = response.status


def _drain(connection: socket.socket) -> None:
    """Until the other end has closed it: all that was sent is read by then."""
    connection.settimeout(SOCKET_LIMIT_S)
    with contextlib.suppress(TimeoutError, ConnectionError):
        while connection.recv(MOST_BYTES):
            pass

"""One request as a value, and how the several kinds of them are made."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeAlias, TypeVar

import httpx

from phonex_client import answers
from phonex_client.addresses import segment
from phonex_client.decoding import decode
from phonex_client.errors import UnexpectedAnswer, Unsendable

T = TypeVar("T")
A = TypeVar("A", bound=answers.Answer)

MAX_KEY_CHARS = 255
KEY_HEADER, AUDIO_ID_HEADER = "Idempotency-Key", "X-Audio-Id"

Files: TypeAlias = Sequence[tuple[str, tuple[str, bytes]]]
"""(field, (name, content))."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Generic[T]):
    """One request, and how its answer is read.

    Sent twice it does no more than sent once: each POST has a key of its own by which the service
    knows a repetition, and a DELETE whose first answer was lost may find nothing any more.
    """

    method: str
    path: str  # below the service's address
    read: Callable[[httpx.Response], T]
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None  # JSON
    form: Mapping[str, str] = field(default_factory=dict)
    files: Files = ()
    gone: T | None = None  # the answer where it is not found any more, and may be by our own doing

    def request(self, client: httpx.Client | httpx.AsyncClient) -> httpx.Request:
        """The same one, to be sent by this client."""
        return client.build_request(
            self.method,
            self.path,
            params=dict(self.params) or None,
            headers=dict(self.headers),
            content=self.content,
            data=dict(self.form) or None,
            files=list(self.files) or None,
        )


def get(path: str, kind: type[A], params: Mapping[str, str] | None = None) -> Call[A]:
    return Call(method="GET", path=path, read=_reader(kind), params=params or {})


def delete(path: str) -> Call[answers.Deleted]:
    gone = answers.Deleted(message="It is gone.")
    return Call(method="DELETE", path=path, read=_reader(answers.Deleted), gone=gone)


def part(
    audio_id: str,
    heard: int,
    params: Mapping[str, str],
    read: Callable[[httpx.Response], str],
) -> Call[str]:
    headers = {"Range": f"bytes={heard}-"} if heard else {}
    path = f"/audio/{segment(audio_id)}"
    return Call(method="GET", path=path, read=read, params=params, headers=headers)


def post_json(
    path: str,
    document: Mapping[str, Any],
    kind: type[A],
    idempotency_key: str | None,
    headers: Mapping[str, str] | None = None,
) -> Call[A]:
    sent = posting(idempotency_key) | dict(headers or {}) | {"Content-Type": "application/json"}
    content = encode(document)
    return Call(method="POST", path=path, read=_reader(kind), content=content, headers=sent)


def post_form(
    path: str,
    form: Mapping[str, str],
    files: Files,
    kind: type[A],
    idempotency_key: str | None,
    headers: Mapping[str, str] | None = None,
) -> Call[A]:
    sent = posting(idempotency_key) | dict(headers or {})
    return Call(method="POST", path=path, read=_reader(kind), form=form, files=files, headers=sent)


def posting(idempotency_key: str | None) -> dict[str, str]:
    """
    Raises:
        Unsendable: no header can carry this key.
    """
    key = secrets.token_hex(16) if idempotency_key is None else idempotency_key
    if not (0 < len(key) <= MAX_KEY_CHARS and key.isascii() and key.isprintable()):
        raise Unsendable(f"an idempotency key has 1 to {MAX_KEY_CHARS} visible ASCII characters.")
    return {KEY_HEADER: key}


def encode(document: object) -> bytes:
    """JSON in ASCII, whatever the text holds.

    Raises:
        Unsendable: a number that is none, or what has no JSON.
    """
    try:
        return json.dumps(document, allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise Unsendable(f"it cannot be sent as JSON: {error}") from error


def boolean(value: bool) -> str:
    return "true" if value else "false"


def _reader(kind: type[A]) -> Callable[[httpx.Response], A]:
    return lambda response: read_document(kind, response.content)


def read_document(kind: type[A], content: str | bytes) -> A:
    """
    Raises:
        UnexpectedAnswer: it is none of this kind.
    """
    try:
        return decode(kind, json.loads(content))
    except ValueError as error:  # what is not JSON, too
        raise UnexpectedAnswer(
            f"the service answered what is no {kind.__name__}: {error}"
        ) from error


def read_audio_id(response: httpx.Response) -> str:
    audio_id = response.headers.get(AUDIO_ID_HEADER)
    if not audio_id:
        raise UnexpectedAnswer(f"the service answered without {AUDIO_ID_HEADER}")
    return str(audio_id)

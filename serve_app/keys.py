"""API keys: what one looks like, whom it stands for, and the copy of them a replica works with.

A key is `phx_<id>_<secret>`. The id is public: it finds the record and may be logged. The secret
has 200 random bits, so its plain SHA-256 is kept: a slow hash makes guessing costly where people
choose the secrets, and nobody can guess this one. It would only cost every request.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import math
import re
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass

from serve_app.errors import Forbidden, Unauthorized
from serve_app.store.records import Records
from serve_app.store.values import ApiKey, KeyScope, KeySnapshot
from serve_app.threads import Threads

PREFIX = "phx"
ID_BYTES = 10
SECRET_BYTES = 25
KEY = re.compile(rf"{PREFIX}_([a-z2-7]{{16}})_[a-z2-7]{{40}}")
OWNER_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
REFRESH_S = 2.0  # how old a replica's copy of the keys may be; a revoked key works this long
NOBODY = "0" * 64  # compared with where no record is found, so that both take the same time


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key as it is made: `text` is shown once and kept nowhere."""

    text: str
    record: ApiKey

    def __repr__(self) -> str:
        return f"NewKey({self.record.id})"


def make_key(owner: str, scope: KeyScope = "client") -> NewKey:
    """A new key for this owner.

    Raises:
        ValueError: with the rule that the name breaks.
    """
    if not OWNER_NAME.fullmatch(owner):
        raise ValueError(
            "a key's name has up to 64 small letters a-z, digits, '.', '_' and '-', and begins "
            "with a letter or a digit"
        )
    key_id = _random_text(ID_BYTES)
    text = f"{PREFIX}_{key_id}_{_random_text(SECRET_BYTES)}"
    return NewKey(text, ApiKey(id=key_id, owner=owner, scope=scope, digest=digest_of(text)))


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def id_of(text: str) -> str | None:
    """The public part of what has the form of a key."""
    match = KEY.fullmatch(text)
    return match[1] if match else None


def _random_text(size: int) -> str:
    return base64.b32encode(secrets.token_bytes(size)).decode().lower()


class KeyRing:
    """The valid keys as one replica knows them, at most `REFRESH_S` old.

    Polls therefore cost no look at the database, and a revoked key is refused everywhere after
    that time. Once a key was ever added, requests need one for good: revoking the last does not
    open the service again.
    """

    def __init__(self, records: Records, threads: Threads) -> None:
        self._records = records
        self._threads = threads
        self._snapshot = KeySnapshot(0, {})
        self._in_use = False  # for good: not even an older database put in place opens it again
        self._known: int | None = None
        self._read_at = -math.inf
        self._reading: asyncio.Task[None] | None = None

    @property
    def in_use(self) -> bool:
        """Whether keys were in use when last looked at; they stay so."""
        return self._in_use

    async def required(self) -> bool:
        """Whether requests need a key. Raises StoreError where that cannot be known."""
        await self._refresh()
        return self._in_use

    async def authenticate(self, credentials: Iterable[str], scope: KeyScope) -> str:
        """Whose request this is; "" where no keys are in use.

        Args:
            credentials: what the request was sent with, by whatever header.
            scope: what the route asks for.
        Raises:
            Unauthorized: no key, several, or one that is malformed, unknown or revoked.
            Forbidden: a valid key, for another purpose.
            StoreError: the keys cannot be read.
        """
        if not await self.required():
            return ""
        key = _find(self._snapshot, set(credentials))
        if key is None:
            raise Unauthorized(
                "Send an API key of this service as 'Authorization: Bearer KEY' or "
                "'X-API-Key: KEY'."
            )
        if key.scope != scope:
            raise Forbidden(f"This key is for {key.scope}, and the route for {scope}.")
        return key.owner

    async def _refresh(self) -> None:
        if time.monotonic() - self._read_at <= REFRESH_S:
            return
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read(), name="read-keys")
        # One look for all who wait, and none of them ends it by going away.
        await asyncio.shield(self._reading)

    async def _read(self) -> None:
        asked_at = time.monotonic()
        changed = await self._threads.io(self._records.read_keys, self._known)
        if changed is not None:
            self._snapshot, self._known = changed, changed.version
            self._in_use = self._in_use or changed.version > 0
        self._read_at = asked_at


def _find(snapshot: KeySnapshot, candidates: set[str]) -> ApiKey | None:
    """The record of the one key that was sent. Sending several is a mistake or an attack."""
    text = candidates.pop() if len(candidates) == 1 else ""
    key = snapshot.keys.get(id_of(text) or "")
    # What is no key is hashed and compared like one.
    matches = hmac.compare_digest(digest_of(text), key.digest if key else NOBODY)
    return key if matches else None

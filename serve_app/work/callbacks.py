"""Tells clients the end of their jobs by calling the URL that each gave: at least once, signed.

The calls are of the Standard Webhooks kind (standardwebhooks.com): `webhook-id` is the same for
every attempt, `webhook-signature` an HMAC-SHA-256 over id, time and body. What is to be told stands
in the records with the job, so a replica that dies is followed by another.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import logging
import secrets
import time
from datetime import UTC, datetime

import httpx

from config.settings import WebhookSettings
from serve_app.errors import CallbackRefused
from serve_app.problems import TYPE_PREFIX
from serve_app.store.callbacks import Callback, CallbackState
from serve_app.store.errors import StoreError
from serve_app.store.records import Records
from serve_app.store.values import Job, Json
from serve_app.threads import Threads
from serve_app.work.callback_urls import AddressRefused, Target, parse_callback_url, resolve
from telemetry import metrics
from telemetry.logs import Throttle
from telemetry.meter import Meter

logger = logging.getLogger(__name__)

SECRET_NAME = "webhooks"  # noqa: S105  of the secret
SECRET_PREFIX = "whsec_"  # noqa: S105  as the standard has it
POLL_S = 1.0
AT_ONCE = 16  # calls under way
# After each attempt: about a day and a half in all.
WAITS_S = (5.0, 30.0, 120.0, 600.0, 1_800.0, 3_600.0, 7_200.0, 14_400.0, 28_800.0, 64_800.0)


class Callbacks:
    """Calls for the jobs of all replicas; one instance in each ingress replica."""

    def __init__(
        self, records: Records, threads: Threads, settings: WebhookSettings, meter: Meter
    ) -> None:
        self._records = records
        self._threads = threads
        self._settings = settings
        self._meter = meter
        self._secret = b""
        self._throttle = Throttle(logger)
        self._loop: asyncio.Task[None] | None = None

    @property
    def enabled(self) -> bool:
        return bool(self._settings.allowed_hosts)

    def check(self, url: str | None) -> str | None:
        """The URL, where it may be called. Raises CallbackRefused."""
        return None if url is None else parse_callback_url(url, self._settings.allowed_hosts).url

    async def secret_of(self, owner: str) -> str:
        """What the calls for an owner's jobs are signed with, as receivers' libraries take it."""
        key = self._key(await self._deployments_secret(), owner)
        return SECRET_PREFIX + base64.b64encode(key).decode()

    async def state_of(self, job: Job) -> CallbackState | None:
        """How far telling a job's end has come; None where nobody is told."""
        return await self._threads.io(self._records.get_callback, job.id)

    async def start(self) -> None:
        if self.enabled:
            self._loop = asyncio.create_task(self._call_forever(), name="callbacks")

    async def close(self) -> None:
        """Calls under way are broken off: another replica, or the next start, repeats them."""
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)

    async def _call_forever(self) -> None:
        async with httpx.AsyncClient(
            timeout=self._settings.timeout_s, follow_redirects=False, trust_env=False
        ) as client:
            while True:
                try:
                    due = await self._threads.io(
                        self._records.lease_callbacks, AT_ONCE, 2 * self._settings.timeout_s + 5.0
                    )
                    await asyncio.gather(*(self._call(client, one) for one in due))
                except StoreError as error:
                    self._throttle.warn("callbacks wait for the records", error)
                    due = []
                except Exception:  # of one callback; without the loop nobody is told any more
                    logger.exception("callbacks broke")
                    due = []
                if len(due) < AT_ONCE:
                    await asyncio.sleep(POLL_S)

    async def _call(self, client: httpx.AsyncClient, callback: Callback) -> None:
        job = callback.job
        try:
            async with asyncio.timeout(2 * self._settings.timeout_s):
                status = await self._post(client, callback)
            answer, told = str(status), 200 <= status < 300
            final = status == httpx.codes.GONE
        except (AddressRefused, CallbackRefused) as error:
            answer, told, final = str(error), False, True
        except (httpx.HTTPError, OSError, TimeoutError) as error:
            answer, told, final = _in_words(error), False, False
        about = {"job_id": job.id, "attempt": callback.attempts, "answer": answer}
        if told:
            await self._threads.io(self._records.settle_callback, job.id, answer)
            self._meter.count(metrics.CALLBACKS, result="told")
            return
        final = final or callback.attempts > len(WAITS_S)
        wait_s = None if final else _spread(WAITS_S[callback.attempts - 1])
        await self._threads.io(self._records.put_off_callback, job.id, answer, wait_s)
        self._meter.count(metrics.CALLBACKS, result="given_up" if final else "failed")
        if final:
            logger.warning("the end of a job is told no more", extra=about)
        else:
            logger.info("the end of a job could not be told", extra=about)

    async def _post(self, client: httpx.AsyncClient, callback: Callback) -> int:
        """The status of the answer, whose body nobody reads."""
        # Anew for each attempt: neither the list nor the name need stand for what they did.
        target = parse_callback_url(callback.url, self._settings.allowed_hosts)
        address = await resolve(target, allow_private=self._settings.allow_private)
        body = json.dumps(_payload(callback.job), ensure_ascii=False).encode()
        key = self._key(await self._deployments_secret(), callback.job.owner)
        headers = {
            "Host": target.authority,
            "Content-Type": "application/json",
            "User-Agent": "Phonex",
            **sign(key, f"msg_{callback.job.id}", int(time.time()), body),
        }
        request = client.build_request(
            "POST",
            _at(target, address),
            content=body,
            headers=headers,
            extensions={"sni_hostname": target.host},
        )
        response = await client.send(request, stream=True)
        await response.aclose()
        return response.status_code

    async def _deployments_secret(self) -> bytes:
        if not self._secret:
            self._secret = await self._threads.io(self._records.keep_secret, SECRET_NAME)
        return self._secret

    @staticmethod
    def _key(secret: bytes, owner: str) -> bytes:
        """One owner's key tells nothing of another's."""
        return hmac.digest(secret, owner.encode(), hashlib.sha256)


def sign(key: bytes, message_id: str, at: int, body: bytes) -> dict[str, str]:
    """The headers by which a receiver knows who calls (Standard Webhooks, scheme v1).

    Args:
        at: seconds since the epoch.
    """
    digest = hmac.digest(key, f"{message_id}.{at}.".encode() + body, hashlib.sha256)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(at),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def _payload(job: Job) -> Json:
    ended = datetime.fromtimestamp(job.finished_at or time.time(), UTC)
    failure, audio = job.failure, job.audio
    return {
        "type": f"job.{job.state}",
        "timestamp": ended.isoformat(timespec="milliseconds"),
        "data": {
            "job_id": job.id,
            "audio_id": job.id,
            "kind": job.kind,
            "status": job.state,
            "audio_url": f"/audio/{job.id}" if audio else None,
            "format": audio.format if audio else None,
            "seconds": round(audio.seconds, 3) if audio else None,
            "size_bytes": audio.size_bytes if audio else None,
            "sha256": audio.sha256 if audio else None,
            "error": failure.detail if failure else None,
            "problem": TYPE_PREFIX + failure.type if failure else None,
            "warnings": list(job.warnings),
        },
    }


def _at(target: Target, address: str) -> str:
    """The URL with the address that was looked at in place of the name, which might be another's
    by the next look."""
    host = f"[{address}]" if ":" in address else address
    return f"{target.scheme}://{host}:{target.port}{target.path}"


def _spread(wait_s: float) -> float:
    """So that a receiver that was away does not get all at once: up to a fifth more."""
    return wait_s * (1 + secrets.randbelow(200) / 1_000)


def _in_words(error: Exception) -> str:
    """In a few words, for the owner: what failed, and nothing of this machine."""
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return "no answer in time"
    if isinstance(error, httpx.ConnectError | OSError):
        return "nobody answers there"
    if isinstance(error, httpx.ProtocolError):
        return "what answers there is no HTTP"
    if isinstance(error, httpx.NetworkError):
        return "the connection broke"
    return type(error).__name__

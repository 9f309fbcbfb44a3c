"""Callbacks: who may be called, that the end of a job is told at least once, and by whose word."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from config.settings import WebhookSettings
from engines.base import Utterance, Waveform
from engines.errors import UnspeakableText
from serve_app.errors import CallbackRefused
from serve_app.service import Service
from serve_app.work import callbacks
from serve_app.work.callback_urls import AddressRefused, parse_callback_url, resolve
from tests.serve_app.applications import add_key, application
from tests.serve_app.fakes import FakePipeline, run, spoken, until


@dataclass
class Receiver:
    """An HTTP server of the least kind, which answers with `statuses` in turn, then 204."""

    statuses: list[int] = field(default_factory=list)
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        lines = [line.partition(": ") for line in head.split("\r\n")[1:] if line]
        headers = {name.lower(): value for name, _, value in lines}
        body = await reader.readexactly(int(headers["content-length"]))
        self.heard.append((headers, body))
        status = self.statuses.pop(0) if self.statuses else 204
        writer.write(f"HTTP/1.1 {status} x\r\nLocation: {self.url}\r\n".encode())
        writer.write(b"Content-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()


@asynccontextmanager
async def receiving(*statuses: int) -> AsyncIterator[Receiver]:
    receiver = Receiver(list(statuses))
    server = await asyncio.start_server(receiver.answer, "127.0.0.1", 0)
    receiver.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/ended?by=phonex"
    async with server:
        yield receiver


@asynccontextmanager
async def telling(
    data_dir: Path, receiver: Receiver, pipeline: FakePipeline | None = None, **settings: Any
) -> AsyncIterator[tuple[Service, httpx.AsyncClient]]:
    origin = receiver.url.partition("/ended")[0]
    webhooks = WebhookSettings(
        **{"allowed_hosts": (origin,), "allow_private": True, "timeout_s": 2.0} | settings
    )
    async with application(data_dir, pipeline, webhooks=webhooks) as opened:
        yield opened


async def ask(client: httpx.AsyncClient, url: str, text: str = "Hello.", **more: Any) -> str:
    body = {"text": text, "callback_url": url}
    answer = await client.post("/tts", json=body, headers={"Prefer": "respond-async"}, **more)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["audio_id"])


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callbacks, "POLL_S", 0.05)
    monkeypatch.setattr(callbacks, "WAITS_S", (0.05,) * 3)


def test_the_end_is_told_signed_and_says_what_there_is_to_get(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with receiving() as receiver, telling(tmp_path, receiver) as (_, client):
            audio_id = await ask(client, receiver.url)
            await until(lambda: receiver.heard)
            headers, body = receiver.heard[0]
            told = json.loads(body)
            assert told["type"] == "job.completed"
            audio = await client.get(told["data"]["audio_url"])
            assert hashlib.sha256(audio.content).hexdigest() == told["data"]["sha256"]
            secret = (await client.get("/webhooks/secret")).json()["secret"]
            signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
            key = base64.b64decode(secret.removeprefix("whsec_"))
            digest = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
            assert headers["webhook-signature"] == f"v1,{digest}"
            assert audio_id in headers["webhook-id"]
            await asyncio.sleep(0.3)
            assert len(receiver.heard) == 1
            state = (await client.get(f"/status/{audio_id}")).json()["callback"]
            assert (state["state"], state["attempts"], state["answer"]) == ("told", 1, "204")

    run(scenario())


def test_a_receiver_that_is_down_hears_it_later_under_the_same_id(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with receiving(500, 302) as receiver, telling(tmp_path, receiver) as (_, client):
            audio_id = await ask(client, receiver.url)
            await until(lambda: len(receiver.heard) == 3)
            assert len({headers["webhook-id"] for headers, _ in receiver.heard}) == 1
            assert len({body for _, body in receiver.heard}) == 1

            async def told() -> bool:
                state = (await client.get(f"/status/{audio_id}")).json()["callback"]
                return bool(state["state"] == "told")

            while not await told():  # noqa: ASYNC110  as a client would
                await asyncio.sleep(0.02)

    run(scenario())


@pytest.mark.parametrize(("statuses", "calls"), [((410,), 1), ((500,) * 9, 4)])
def test_it_ends_when_nobody_wants_to_hear(
    tmp_path: Path, statuses: tuple[int, ...], calls: int
) -> None:
    async def scenario() -> None:
        async with receiving(*statuses) as receiver, telling(tmp_path, receiver) as (_, client):
            audio_id = await ask(client, receiver.url)
            await until(lambda: len(receiver.heard) == calls)
            await asyncio.sleep(0.5)
            assert len(receiver.heard) == calls
            state = (await client.get(f"/status/{audio_id}")).json()["callback"]
            assert state["state"] == "given_up"
            assert (await client.get(f"/audio/{audio_id}")).status_code == 200

    run(scenario())


def test_what_a_service_that_died_did_not_tell_the_next_one_tells(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with receiving() as receiver:
            origin = receiver.url.partition("/ended")[0]
            deaf = WebhookSettings(allowed_hosts=(origin,))
            async with application(tmp_path, webhooks=deaf) as (service, client):
                await service.callbacks.close()
                audio_id = await ask(client, receiver.url)
                await client.get(f"/status/{audio_id}", params={"wait": 9})
            assert not receiver.heard
            async with telling(tmp_path, receiver):
                await until(lambda: receiver.heard)
            assert json.loads(receiver.heard[0][1])["data"]["job_id"] == audio_id

    run(scenario())


def test_failures_and_cancellations_are_ends_and_a_deletion_is_not(tmp_path: Path) -> None:
    gate = asyncio.Event()

    async def speak(utterance: Utterance) -> Waveform:
        if "Fail" in utterance.text:
            raise UnspeakableText("no")
        await gate.wait()
        return await spoken(utterance)

    async def scenario() -> None:
        pipeline = FakePipeline(speak=speak)
        async with receiving() as receiver, telling(tmp_path, receiver, pipeline) as (_, client):
            failed = await ask(client, receiver.url, "Fail.")
            await until(lambda: receiver.heard)
            told = json.loads(receiver.heard[0][1])
            assert (told["type"], told["data"]["job_id"]) == ("job.failed", failed)
            assert told["data"]["problem"] == "urn:phonex:problem:unspeakable-text"
            deleted = await ask(client, receiver.url, "Slowly.")
            assert (await client.delete(f"/audio/{deleted}")).status_code == 200
            gate.set()
            await asyncio.sleep(0.4)
            assert len(receiver.heard) == 1

    run(scenario())


def test_each_owner_has_a_secret_of_its_own(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with receiving() as receiver, telling(tmp_path, receiver) as (service, client):
            ada, bob = add_key(service, "ada"), add_key(service, "bob")
            secrets = [
                (await client.get("/webhooks/secret", headers=key)).json()["secret"]
                for key in (ada, bob, ada)
            ]
            assert secrets[0] == secrets[2] != secrets[1]

    run(scenario())


@pytest.mark.parametrize(
    "url",
    [
        *("", "example.com", "ftp://example.com/", "https://", "https:///x", "//example.com/x"),
        *("https://other.com/", "https://example.com.evil.net/", "https://evilexample.com/"),
        *("https://example.com:8443/", "http://example.com/", "https://user@example.com/"),
        *("https://user:pw@example.com/", "https://example.com/#f", "https://example.com/ x"),
        *(
            "https://example.com\\@evil.net/",
            "https://example.com\r\nX: y/",
            "https://exämple.com/",
        ),
        *("https://.example.org/", "https://example.org/", "http://10.0.0.5:9001/", "https://[::1"),
        *("http://127.0.0.1/", "https://example.com:99999/", "https://example.com/" + "a" * 2_100),
    ],
)
def test_addresses_that_the_operator_does_not_name_are_refused(url: str) -> None:
    allowed = ("example.com", "*.example.org", "http://10.0.0.5:9000")
    with pytest.raises(CallbackRefused):
        parse_callback_url(url, allowed)


@pytest.mark.parametrize(
    "url",
    [
        *("https://example.com", "https://EXAMPLE.com/a?b=c", "https://example.com:443/"),
        *("https://a.example.org/", "https://a.b.example.org/x", "http://10.0.0.5:9000/hook"),
        "https://example.com./",
    ],
)
def test_addresses_that_the_operator_names_are_taken(url: str) -> None:
    parse_callback_url(url, ("example.com", "*.example.org", "http://10.0.0.5:9000"))


def test_a_refused_address_makes_no_job(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with application(tmp_path) as (service, client):
            body = {"text": "Hello.", "callback_url": "https://example.com/"}
            answer = await client.post("/tts", json=body)
            assert answer.status_code == 422
            assert answer.json()["type"] == "urn:phonex:problem:callback-refused"
            assert not service.records.list_jobs("", 10)

    run(scenario())


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "2606:4700::1111", "64:ff9b::5db8:d822", "::ffff:93.184.216.34"]
)
def test_a_public_address_is_called_however_it_is_written(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lookup(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, 443))]

    async def scenario() -> None:
        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", lookup)
        target = parse_callback_url("https://example.com/", ("example.com",))
        assert await resolve(target, allow_private=False) == address

    run(scenario())


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0"),
        *("100.64.0.1", "224.0.0.1", "::1", "fe80::1", "fc00::1", "::ffff:127.0.0.1"),
        *("2002:7f00:1::", "ff02::1", "fec0::1", "::7f00:1", "::ffff:0:a00:1"),
        *("64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "2001:db8::1"),
    ],
)
def test_a_name_that_stands_for_a_private_address_is_not_called(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET

    async def lookup(*_: Any, **__: Any) -> list[Any]:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 443)),
            (family, socket.SOCK_STREAM, 6, "", (address, 443)),
        ]

    async def scenario() -> None:
        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", lookup)
        target = parse_callback_url("https://example.com/", ("example.com",))
        with pytest.raises(AddressRefused):
            await resolve(target, allow_private=False)
        assert await resolve(target, allow_private=True)

    run(scenario())


@pytest.mark.parametrize("host", ["", "https://", "a b", "exa*mple.com", "http://x/path", "x:80"])
def test_a_list_that_means_nothing_is_refused_at_the_start(host: str) -> None:
    with pytest.raises(ValidationError):
        WebhookSettings(allowed_hosts=(host,))


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (httpx.ReadTimeout("x"), "no answer in time"),
        (TimeoutError(), "no answer in time"),
        (httpx.ConnectError("10.0.0.7 refused"), "nobody answers there"),
        (ConnectionRefusedError("10.0.0.7"), "nobody answers there"),
        (httpx.RemoteProtocolError("illegal status line"), "what answers there is no HTTP"),
        (httpx.ReadError("10.0.0.7"), "the connection broke"),
    ],
)
def test_why_nobody_could_be_told_stands_in_words(error: Exception, told: str) -> None:
    assert callbacks._in_words(error) == told

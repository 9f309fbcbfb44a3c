"""Hostile and mistaken requests: a 4xx that says what is wrong, at once, and nothing breaks."""

from __future__ import annotations

import io
import json
import socket
import struct
import time
import wave
from collections.abc import Iterator

import httpx
import numpy as np
import pytest
import soundfile

from engines.audio.encode import encode
from engines.base import Waveform
from tests.running import RunningService

TYPE = "urn:phonex:problem:"


def check_problem(answer: httpx.Response, status: int, name: str) -> dict[str, object]:
    """Every error has the same form, and shows nothing of our insides."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, object] = answer.json()
    assert problem["type"] == TYPE + name
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert problem["request_id"] == answer.headers["x-request-id"]
    for inside in ("Traceback", "site-packages", ".py", "ray."):
        assert inside not in answer.text
    return problem


def pcm(samples: np.ndarray, rate: int = 16_000, subtype: str = "PCM_16") -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, rate, format="WAV", subtype=subtype)
    return buffer.getvalue()


def wav_that_claims(frames: int) -> bytes:
    """A short WAV whose header announces far more."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(b"\0\0" * 100)
    data = bytearray(buffer.getvalue())
    data[40:44] = struct.pack("<I", frames)
    return bytes(data)


@pytest.mark.parametrize(
    ("body", "status", "name"),
    [
        ({}, 422, "invalid-request"),
        ({"text": None}, 422, "invalid-request"),
        ({"text": ["a"]}, 422, "invalid-request"),
        ({"text": "a", "spede": 2}, 422, "invalid-request"),
        ({"text": "a", "speed": 0}, 422, "invalid-request"),
        ({"text": "a", "speed": 1e308}, 422, "invalid-request"),
        ({"text": "a", "pitch": 13}, 422, "invalid-request"),
        ({"text": "a", "format": "exe"}, 422, "invalid-request"),
        ({"text": "a", "seed": -1}, 422, "invalid-request"),
        ({"text": "a", "language": "DE"}, 422, "unknown-language"),
        ({"text": "a", "language": ""}, 422, "unknown-language"),
        ({"text": "a", "speaker": "nobody"}, 422, "unknown-speaker"),
        ({"text": ""}, 422, "unspeakable-text"),
        ({"text": " \n\t "}, 422, "unspeakable-text"),
        ({"text": "😀🎉🤷‍♀️"}, 422, "unspeakable-text"),
        ({"text": "\u202e\u200f\u2066\u0000\u0007"}, 422, "unspeakable-text"),
        ({"text": "...!?"}, 422, "unspeakable-text"),
        ({"text": "a" * 100_000}, 422, "text-too-long"),
    ],
)
def test_a_bad_text_request_says_why(
    client: httpx.Client, body: dict[str, object], status: int, name: str
) -> None:
    check_problem(client.post("/tts", json=body), status, name)


def test_refusals_list_what_exists(client: httpx.Client) -> None:
    language = client.post("/tts", json={"text": "a", "language": "xx"}).json()["detail"]
    assert all(code in language for code in ("EN", "ES", "FR", "ZH", "JP", "KR"))
    speaker = client.post("/tts", json={"text": "a", "speaker": "xx"}).json()["detail"]
    assert "EN-US" in speaker


@pytest.mark.parametrize(
    "text",
    [
        "Control \x00\x07\x1b characters \u202eand\u202c bidi.",
        "Emoji 😀 between 🎉 words.",
        "<speak><break time='10h'/>Markup &amp; more</speak>",
        "[[h@loU]] is no phoneme here.",
        "\ufeffZero\u200bwidth\u2060joiners",
        "Zalgo h̷̢̛e̶l̸l̵o̷",
        "'; DROP TABLE jobs; --",
        "%s%n{0}${jndi:ldap://x}",
    ],
)
def test_odd_texts_are_spoken(client: httpx.Client, text: str) -> None:
    answer = client.post("/tts", json={"text": text})
    assert answer.status_code == 200, answer.text
    assert 0.2 < answer.json()["seconds"] < 30


@pytest.mark.parametrize("path", ["/clone"])
@pytest.mark.parametrize(
    "voice_id", ["nobody", "../../etc/passwd", "..%2f", "' OR 1=1 --", "\x00", "a" * 128]
)
def test_a_voice_that_is_not_there(client: httpx.Client, path: str, voice_id: str) -> None:
    answer = client.post(path, json={"text": "Hello.", "voice_id": voice_id})
    check_problem(answer, 404, "voice-not-found")


NOISE = np.random.default_rng(0).standard_normal(16_000 * 5) * 0.1
NOT_FINITE = np.where(np.arange(16_000 * 5) % 100 == 0, np.nan, 0.1)


@pytest.mark.parametrize(
    ("sample", "status", "name"),
    [
        (b"", 422, "unreadable-audio"),
        (b"RIFF", 415, "unsupported-audio"),
        (b"#!/bin/sh\nrm -rf /\n", 415, "unsupported-audio"),
        (b"#EXTM3U\nfile:///etc/passwd\n", 415, "unsupported-audio"),
        (b"ffconcat version 1.0\nfile '/etc/passwd'\n", 415, "unsupported-audio"),
        (bytes(100_000), 415, "unsupported-audio"),
        (pcm(np.zeros(0)), 422, "unreadable-audio"),
        (pcm(np.zeros(1)), 422, "unusable-speech"),
        (pcm(np.zeros(16_000 * 10)), 422, "unusable-speech"),
        (pcm(NOT_FINITE, subtype="FLOAT"), 422, "unusable-speech"),
        (pcm(NOISE), 422, "unusable-speech"),
        (wav_that_claims(2**31), 422, "unusable-speech"),
    ],
    ids=["empty", "RIFF", "script", "playlist", "concat", "zeros", "no samples", "one sample",
         "silence", "NaN", "noise", "false header"],
)  # fmt: skip
@pytest.mark.parametrize("route", ["/voice/register", "/clone/quick"])
def test_a_recording_that_cannot_be_used(
    client: httpx.Client, route: str, sample: bytes, status: int, name: str
) -> None:
    form = {"voice_name": "hostile"} if "register" in route else {"text": "Hello."}
    started = time.monotonic()
    answer = client.post(route, data=form, files={"voice_sample": ("../../x.wav", sample)})
    check_problem(answer, status, name)
    assert time.monotonic() - started < 10  # not a benchmark: it must not decode for minutes


def test_an_hour_in_a_small_file_is_refused_with_memory_flat(
    client: httpx.Client, service: RunningService
) -> None:
    hours = encode(Waveform(np.zeros(8_000 * 3600 * 2, np.float32), 8_000), "flac")
    before = service.resident_mib("ray::ServeReplica:phonex:Ingress")
    for _ in range(4):
        answer = client.post(
            "/voice/register",
            data={"voice_name": "bomb"},
            files={"voice_sample": ("bomb.flac", hours)},
        )
        check_problem(answer, 422, "audio-too-long")
    assert service.resident_mib("ray::ServeReplica:phonex:Ingress") < before + 150


@pytest.mark.parametrize("chunked", [False, True], ids=["declared", "chunked"])
def test_a_50_megabyte_upload_is_refused(client: httpx.Client, chunked: bool) -> None:
    head = (
        b'--x\r\nContent-Disposition: form-data; name="voice_name"\r\n\r\nbig\r\n'
        b'--x\r\nContent-Disposition: form-data; name="voice_sample"; filename="a.wav"\r\n\r\n'
    )

    def body() -> Iterator[bytes]:
        yield head
        for _ in range(50):
            yield bytes(2**20)
        yield b"\r\n--x--\r\n"

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    content = body() if chunked else b"".join(body())
    answer = client.post("/voice/register", content=content, headers=headers)
    problem = check_problem(answer, 413, "body-too-large")
    assert problem["limit_bytes"] == 25 * 2**20


def test_a_body_that_trickles_in_is_cut_off(service: RunningService) -> None:
    with socket.create_connection(("127.0.0.1", service.port), timeout=30) as connection:
        connection.sendall(
            b"POST /tts HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Content-Length: 1000\r\nConnection: close\r\n\r\n{"
        )
        answer = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
    assert answer.startswith("HTTP/1.1 408")
    assert TYPE + "request-timeout" in answer


@pytest.mark.parametrize(
    ("headers", "content", "status", "name"),
    [
        ({"Content-Type": "text/plain"}, b"Hello", 415, "unsupported-media-type"),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"text=a", 415,
         "unsupported-media-type"),
        ({"Content-Type": "application/json"}, b"{", 422, "invalid-request"),
        ({"Content-Type": "application/json"}, b"\xff\xfe", 422, "invalid-request"),
        ({"Content-Type": "application/json"}, b"[]", 422, "invalid-request"),
        ({"Content-Type": "application/json"}, b"", 422, "invalid-request"),
        ({"Content-Type": "application/json"}, b"[" * 100_000, 422, "invalid-request"),
    ],
)  # fmt: skip
def test_a_body_of_the_wrong_kind(
    client: httpx.Client, headers: dict[str, str], content: bytes, status: int, name: str
) -> None:
    check_problem(client.post("/tts", content=content, headers=headers), status, name)


@pytest.mark.parametrize("declared", ["application/pdf", "text/html", "image/png"])
def test_an_upload_that_declares_itself_something_else(
    client: httpx.Client, recording: bytes, declared: str
) -> None:
    answer = client.post(
        "/voice/register",
        data={"voice_name": "declared"},
        files={"voice_sample": ("voice.wav", recording, declared)},
    )
    check_problem(answer, 415, "unsupported-media-type")


def test_routes_and_methods_that_do_not_exist(client: httpx.Client) -> None:
    check_problem(client.get("/nothing"), 404, "route-not-found")
    check_problem(client.put("/tts"), 405, "method-not-allowed")
    check_problem(client.get("/tts"), 405, "method-not-allowed")


@pytest.mark.parametrize(
    "headers",
    [
        {b"X-Request-Timeout-Seconds": b"0.001"},  # was 408
        {b"X-Request-Disconnect-Disabled": b"?1"},
        {b"serve_multiplexed_model_id": b"other"},
        {b"X-Session-ID": b"\xe9"},  # was 500
    ],
    ids=str,
)
def test_headers_that_ray_serve_obeys_change_nothing(
    client: httpx.Client, headers: dict[bytes, bytes]
) -> None:
    answer = client.post("/tts", json={"text": "As long as it takes."}, headers=headers)
    assert answer.status_code == 200, answer.text


def test_a_head_without_end_is_refused(service: RunningService) -> None:
    """By Ray's proxy, which would keep all of it, before there is a request."""
    url = httpx.URL(service.url)
    with socket.create_connection((url.host, url.port or 80), timeout=30) as wire:
        wire.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-A: " + b"a" * 400_000)
        answer = b""
        while part := wire.recv(65_536):
            answer += part
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 431 ")
    assert json.loads(body)["type"] == TYPE + "bad-request"


@pytest.mark.parametrize("key", ["", "k" * 256, "a\tb"])
def test_an_idempotency_key_that_is_no_key(client: httpx.Client, key: str) -> None:
    answer = client.post("/tts", json={"text": "Hi."}, headers={"Idempotency-Key": key})
    check_problem(answer, 422, "invalid-request")


def test_a_request_id_is_honoured_unless_it_is_hostile(client: httpx.Client) -> None:
    mine = client.get("/healthz", headers={"X-Request-ID": "my-trace-1"})
    assert mine.headers["x-request-id"] == "my-trace-1"
    for hostile in ("a b", "x" * 65, "<script>"):
        other = client.get("/healthz", headers={"X-Request-ID": hostile})
        assert other.headers["x-request-id"] not in ("", hostile)


def test_other_origins_are_not_allowed(client: httpx.Client) -> None:
    answer = client.get("/healthz", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in answer.headers


def test_more_than_the_queue_takes_is_turned_away_with_a_time(
    client: httpx.Client, voice_id: str
) -> None:
    book = "A sentence of a very long book, one of many that follow. " * 300  # about 20 minutes
    accepted: list[httpx.Response] = []
    refused: list[httpx.Response] = []
    try:
        for _ in range(200):  # each counts as a minute at most
            if len(refused) == 3:
                break
            answer = client.post(
                "/clone",
                json={"text": book, "voice_id": voice_id},
                headers={"Prefer": "respond-async"},
            )
            (accepted if answer.status_code == 202 else refused).append(answer)
        assert accepted
        assert refused
        for answer in refused:
            check_problem(answer, 429, "queue-full")
            assert int(answer.headers["retry-after"]) >= 1
    finally:
        for answer in accepted:
            client.delete(f"/audio/{answer.json()['audio_id']}")


def test_the_api_page_shows_every_route_with_its_problems(client: httpx.Client) -> None:
    api = client.get("/openapi.json").json()
    for path in ("/tts", "/clone", "/clone/quick", "/voice/register", "/voice/list",
                 "/voice/{voice_id}", "/audio/{audio_id}", "/status/{audio_id}", "/job/{audio_id}",
                 "/tts/speakers", "/health", "/metrics"):  # fmt: skip
        assert path in api["paths"], path
    tts = api["paths"]["/tts"]["post"]
    assert {"200", "202", "422", "429", "503", "507"} <= set(tts["responses"])
    assert "examples" in json.dumps(api["components"]["schemas"]["SpeechRequest"])

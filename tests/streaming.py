"""A client that listens to a stream, and comes back where it was cut off."""

from __future__ import annotations

import time

import httpx


def hear(client: httpx.Client, audio_id: str, heard: bytes = b"", limit_s: float = 120.0) -> bytes:
    """The bytes of a stream to their end, however often the connection breaks."""
    deadline = time.monotonic() + limit_s
    while time.monotonic() < deadline:
        headers = {"Range": f"bytes={len(heard)}-"} if heard else {}
        asked = client.stream("GET", f"/audio/{audio_id}", params={"stream": True}, headers=headers)
        try:
            with asked as answer:
                if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
                    return heard
                if answer.status_code in (500, 503):  # a replica is being replaced
                    time.sleep(0.3)
                    continue
                assert answer.status_code == (206 if heard else 200), answer.status_code
                for chunk in answer.iter_bytes():
                    heard += chunk
                return heard
        except httpx.HTTPError:
            time.sleep(0.3)
    raise AssertionError(f"the stream did not end; {len(heard)} bytes were heard")


def ask_and_hear(client: httpx.Client, request: dict[str, object], key: str) -> bytes:
    """The bytes of a new stream; the request is repeated until it is answered."""
    heard, audio_id = b"", ""
    while not audio_id:
        try:
            with client.stream(
                "POST", "/tts", json=request, headers={"Idempotency-Key": key}
            ) as answer:
                if answer.status_code in (500, 503):
                    time.sleep(0.3)
                    continue
                assert answer.status_code == httpx.codes.OK, answer.read()
                audio_id = answer.headers["x-audio-id"]
                for chunk in answer.iter_bytes():
                    heard += chunk
                return heard
        except httpx.HTTPError:
            time.sleep(0.3)
    return hear(client, audio_id, heard)

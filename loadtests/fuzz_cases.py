"""What a fuzzed service is sent: case N of a seed is the same bytes each time."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import quote

from loadtests.fuzz_faces import CALLBACKS, batch, other_api, socket_bytes, ssml
from loadtests.fuzz_words import HEADERS, IDS, METHODS, PATHS, QUERIES
from loadtests.mutations import damage, text, value

BOUNDARY = "phonex-fuzz"
FIELDS: dict[str, Callable[[Random], object]] = {
    "text": text,
    "language": lambda rng: rng.choice(("EN", "es", "fr-CA", "ZH", "JP", "kr", "xx", "", "e" * 36)),
    "speaker": lambda rng: rng.choice(("EN-US", "ES", "", "x" * 65, "nobody")),
    "speed": lambda rng: rng.choice((0.5, 1, 2.0, 0.49, 3, -1, "1", "fast", 1e400, None)),
    "pitch": lambda rng: rng.choice((0, 12, -12, 12.1, "x", None)),
    "format": lambda rng: rng.choice(("wav", "mp3", "flac", "opus", "ogg", "WAV", "exe", "")),
    "seed": lambda rng: rng.choice((0, 2**32 - 1, 2**32, -1, 1.5, "x")),
    "voice_id": lambda rng: rng.choice(("fuzz", "nobody", "", "../x", "\x00", "v" * 129)),
    "pronunciations": lambda rng: rng.choice(
        ({"a": "EY1"}, {"": "x"}, {"GIF": "QQ"}, [], "{", "x")
    ),
    "consent": lambda rng: rng.choice((True, "true", "x", "")),
    "input_type": lambda rng: rng.choice(("text", "ssml", "x", None)),
    "timestamps": lambda rng: rng.choice(("word", "x", None)),
    "sample_rate": lambda rng: rng.choice((8000, 48_000, 7999, "x")),
    "stream": lambda rng: rng.choice((True, False, "x")),
    "callback_url": lambda rng: rng.choice(CALLBACKS),
    "bogus": lambda rng: "1",
}
FORMS = ("/voice/register", "/clone/quick", "/voice/import", "/v1/audio/voices",
         "/v1/audio/voice_consents")  # fmt: skip
OF_FORMS = ("voice_name", "voice_sample", "voice_file", "name", "audio_sample", "recording",
            "consent_words", "consent_recording")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """One request.

    Args:
        sort: of what it is an example.
        lies: it contradicts HTTP, so that anything but a crash is an answer.
        then: what is sent once the protocol is switched.
    """

    number: int
    sort: str
    method: str
    raw: bytes
    lies: bool = False
    then: bytes = b""


def make_case(seed: int, number: int, recordings: Sequence[bytes], host: str, key: str) -> Case:
    """Case `number` of a seed, whatever came before it."""
    rng = Random(f"{seed}:{number}")  # noqa: S311  no secret
    (make,) = rng.choices([make for make, _ in SORTS], [weight for _, weight in SORTS])
    return make(rng, number, recordings, {"Host": host} | ({"X-API-Key": key} if key else {}))


Headers = dict[str, str]
Make = Callable[[Random, int, Sequence[bytes], Headers], Case]


def _upload(rng: Random, number: int, recordings: Sequence[bytes], headers: Headers) -> Case:
    register = rng.random() < 0.5
    parts: list[tuple[str, bytes, str]] = []
    if rng.random() < 0.1:
        parts.append(("audio", damage(rng, recordings), "a.wav"))
        return _form_case("upload", number, "/verify", parts, headers)
    if register:
        parts.append(("voice_name", f"fuzz {number}".encode(), ""))
    else:
        parts.append(("text", b"Once.", ""))
    for _ in range(2 if register and rng.random() < 0.1 else 1):
        parts.append(
            ("voice_sample", damage(rng, recordings), rng.choice(("a.wav", "../x", "é", "a.mp3")))
        )
    path = "/voice/register" if register else "/clone/quick"
    return _form_case("upload", number, path, parts, headers)


def _form(rng: Random, number: int, recordings: Sequence[bytes], headers: Headers) -> Case:
    """Odd fields around a recording that is sound, mostly."""
    path = rng.choice(FORMS)
    names = rng.choices([*FIELDS, *OF_FORMS], k=rng.randrange(6))
    parts = [
        (name, _bytes(FIELDS.get(name, text)(rng)), rng.choice(("", "", "", "a.wav")))
        for name in names
    ]
    if rng.random() < 0.7:
        parts.append(("voice_sample", rng.choice(recordings), "a.wav"))
    case = _form_case("form", number, path, parts, headers)
    if rng.random() < 0.3:  # and the form itself is hurt
        head, _, body = case.raw.partition(b"\r\n\r\n")
        hurt = bytearray(body[:20_000])
        for _ in range(rng.randrange(1, 30)):
            if hurt:
                hurt[rng.randrange(min(400, len(hurt)))] = rng.randrange(256)
        lines = [
            line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length")
        ]
        raw = b"\r\n".join([*lines, b"Content-Length: %d" % len(hurt)]) + b"\r\n\r\n" + bytes(hurt)
        return Case(number, "form", case.method, raw)
    return case


def _json(rng: Random, number: int, _: Sequence[bytes], headers: Headers) -> Case:
    path = rng.choice(("/tts", "/clone"))
    names = ["text", *rng.choices(list(FIELDS), k=rng.randrange(4))]
    if path == "/clone":
        names.append("voice_id")
    odd = rng.random() < 0.3
    body: Any = {name: value(rng) if odd else FIELDS[name](rng) for name in names}
    data = json.dumps(body if rng.random() < 0.95 else value(rng)).encode()
    if rng.random() < 0.1:
        hurt = bytearray(data)
        for _wound in range(rng.randrange(1, 5)):
            hurt[rng.randrange(len(hurt))] = rng.randrange(256)
        data = bytes(hurt)
    more = {"Content-Type": "application/json", "Prefer": "respond-async"}
    if rng.random() < 0.1:
        more |= _odd_headers(rng, 2)
    return Case(number, "json", "POST", _request("POST", path, headers | more, data))


def _route(rng: Random, number: int, _: Sequence[bytes], headers: Headers) -> Case:
    """Any method and path, with headers that mean something, or nothing."""
    path = rng.choice(PATHS).replace("{}", rng.choice(IDS), 1)
    if query := rng.choice(QUERIES).replace("{}", rng.choice(IDS)):
        path += f"?{query}"
    method = rng.choice(METHODS)
    more = _odd_headers(rng, rng.randrange(5))
    if rng.random() < 0.1:
        more["Host"] = rng.choice(("evil.example", "", "[::1]:80", "a b", "localhost:99999"))
    raw = _request(
        method, path, headers | more, b"{}" if method in ("POST", "PUT", "PATCH") else b""
    )
    return Case(number, "route", method, raw)


def _broken(rng: Random, number: int, recordings: Sequence[bytes], headers: Headers) -> Case:
    """What contradicts HTTP: lengths and chunks that lie, two of what comes once, noise."""
    sound = _json(rng, number, recordings, headers).raw
    head, _, body = sound.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length")]
    kind = rng.randrange(7)
    if kind == 0:
        lines.append(b"Content-Length: %d" % (len(body) + rng.randrange(1, 1000)))
    elif kind == 1:
        lines.append(
            rng.choice(
                (b"Content-Length: -1", b"Content-Length: x", b"Content-Length: 9" + b"9" * 30)
            )
        )
    elif kind == 2:
        lines += [b"Content-Length: %d" % len(body), b"Transfer-Encoding: chunked"]
    elif kind == 3:
        size = rng.choice((b"%x" % (len(body) + 5), b"-5", b"zz", b"f" * 20, b""))
        lines.append(b"Transfer-Encoding: " + rng.choice((b"chunked", b"gzip, chunked", b"x")))
        body = size + b"\r\n" + body + b"\r\n0\r\n\r\n"
    elif kind == 4:
        lines += [b"Content-Length: %d" % len(body), lines[rng.randrange(1, len(lines))]]
    elif kind == 5:
        lines = [bytes(rng.randrange(256) for _ in range(rng.randrange(1, 300)))]
    else:
        lines[0] = rng.choice(
            (b"POST /tts HTTP/9.9", b"POST /tts", b"\x16\x03\x01\x02\x00\x01", b"PRI * HTTP/2.0")
        )
    return Case(number, "broken", "POST", b"\r\n".join(lines) + b"\r\n\r\n" + body, lies=True)


def _face(rng: Random, number: int, _: Sequence[bytes], headers: Headers) -> Case:
    """The requests of other APIs' clients."""
    path, body = other_api(rng)
    more = {"Content-Type": "application/json"}
    return Case(number, "face", "POST", _request("POST", path, headers | more, body))


def _ssml(rng: Random, number: int, _: Sequence[bytes], headers: Headers) -> Case:
    """SSML as a field, and as the body itself."""
    more = {"Prefer": "respond-async"}
    written = ssml(rng)
    if rng.random() < 0.5:
        body = json.dumps({"text": written, "input_type": "ssml"}).encode()
        kind = {"Content-Type": "application/json"}
        return Case(number, "ssml", "POST", _request("POST", "/tts", headers | more | kind, body))
    path = "/tts" + rng.choice(("", "?language=es", "?text=x", "?speed=2&speed=1", "?format=exe"))
    kind = {"Content-Type": "application/ssml+xml"}
    body = written.encode(rng.choice(("utf-8", "utf-16")), errors="replace")
    return Case(number, "ssml", "POST", _request("POST", path, headers | more | kind, body))


def _batch(rng: Random, number: int, _: Sequence[bytes], headers: Headers) -> Case:
    kind, body = batch(rng)
    more = {"Content-Type": kind} if kind else {}
    path = "/batch" + rng.choice(("", "", "?title=x", "?title=%00", "?x=y"))
    return Case(number, "batch", "POST", _request("POST", path, headers | more, body))


def _socket(rng: Random, number: int, _: Sequence[bytes], headers: Headers) -> Case:
    handshake, frames = socket_bytes(rng, headers)
    return Case(number, "socket", "GET", handshake, lies=True, then=frames)


SORTS: tuple[tuple[Make, float], ...] = (
    (_upload, 0.42), (_form, 0.1), (_json, 0.1), (_face, 0.08), (_ssml, 0.05), (_batch, 0.02),
    (_socket, 0.03), (_route, 0.16), (_broken, 0.04),
)  # fmt: skip


def _odd_headers(rng: Random, count: int) -> Headers:
    return {name: rng.choice(HEADERS[name]) for name in rng.sample(list(HEADERS), count)}


def _form_case(
    sort: str, number: int, path: str, parts: Sequence[tuple[str, bytes, str]], headers: Headers
) -> Case:
    body = b""
    for name, data, filename in parts:
        file = f'; filename="{filename}"' if filename else ""
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'
        body += head.encode() + data + b"\r\n"
    body += f"--{BOUNDARY}--\r\n".encode()
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    more = {"Content-Type": kind, "Prefer": "respond-async"}
    return Case(number, sort, "POST", _request("POST", path, headers | more, body))


def _request(method: str, path: str, headers: Headers, body: bytes) -> bytes:
    lines = [f"{method} {quote(path, safe='/%?=&*{}|;')} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    lines.append("Connection: close")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def _bytes(given: object) -> bytes:
    shown = given if isinstance(given, str) else json.dumps(given)
    return shown.encode(errors="surrogatepass")

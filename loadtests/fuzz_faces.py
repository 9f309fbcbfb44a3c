"""What a fuzzed service is sent on its other faces: other APIs' requests, SSML, batches,
recordings to verify, and WebSockets."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from random import Random
from xml.sax.saxutils import escape

from loadtests.fuzz_words import IDS
from loadtests.mutations import text, value

OPENAI = "/v1/audio/speech"
ELEVENLABS = "/v1/text-to-speech/{}"
WAYS = ("", "/stream", "/with-timestamps", "/stream/with-timestamps")
SOCKETS = ("/v1/audio/speech/stream", ELEVENLABS + "/stream-input",
           ELEVENLABS + "/multi-stream-input", "/tts", "/v1/nothing")  # fmt: skip
VOICES = ("alloy", "EN-US", "nobody", "", "x" * 200, "\x00", "fuzz")
FORMATS = ("mp3_22050_32", "pcm_16000", "wav_48000", "ulaw_8000", "opus_48000_32", "exe_1_1", "_",
           "mp3_" + "9" * 40)  # fmt: skip
FIELDS: dict[str, Callable[[Random], object]] = {
    "model": lambda rng: rng.choice(("tts-1", "", "m" * 300, None, 1)),
    "voice": lambda rng: rng.choice((*VOICES, {"id": "alloy"}, {"id": 1}, {}, None, [])),
    "response_format": lambda rng: rng.choice(("mp3", "opus", "pcm", "wav", "aac", "exe", "")),
    "speed": lambda rng: rng.choice((0.25, 1, 4.0, 4.1, "1", None, 1e400)),
    "stream_format": lambda rng: rng.choice(("audio", "sse", "x")),
    "instructions": text,
    "language": lambda rng: rng.choice(("en", "zh", "xx", "e" * 36, "")),
    "timestamps": lambda rng: rng.choice(("word", "x", None)),
    "seed": lambda rng: rng.choice((0, 2**32, -1)),
    "sample_rate": lambda rng: rng.choice((8000, 48_000, 7999, 22_050.5)),
    "model_id": lambda rng: rng.choice(("eleven_multilingual_v2", "m" * 300, 1)),
    "language_code": lambda rng: rng.choice(("en", "ja", "xx")),
    "voice_settings": lambda rng: rng.choice(({"speed": 1.2}, {"speed": 9}, {"x": "y"}, [], None)),
    "apply_text_normalization": lambda rng: rng.choice(("auto", "off", "x")),
    "bogus\r\nname": lambda rng: value(rng),
}
CALLBACKS = ("http://127.0.0.1/", "http://169.254.169.254/x", "https://[::ffff:127.0.0.1]/",
             "http://u:p@h/", "file:///etc/passwd", "x", "http://" + "a" * 3000, "http://[::1",
             "")  # fmt: skip
TAGS = ("speak", "p", "s", "break time='500ms'", "break time='9e99s'", "prosody rate='slow'",
        "prosody pitch='+99st' volume='loud'", "voice name='fuzz'", "voice name='EN-US'",
        "say-as interpret-as='date'", "say-as interpret-as='telephone' format='x'", "sub alias='x'",
        "phoneme alphabet='ipa' ph='x'", "mark name='m'", "mark", "lang xml:lang='fr'",
        "lang xml:lang='\u202e'", "audio src='http://127.0.0.1/'", "lexicon uri='file:///etc'",
        "x:y", "desc", "w")  # fmt: skip
BEGINNINGS = ("<?xml version='1.0'?>", "<!DOCTYPE x [<!ENTITY a 'aaaa'>]>", "<?xml-stylesheet ?>",
              "<!-- -- -->", "\ufeff")  # fmt: skip


def other_api(rng: Random) -> tuple[str, bytes]:
    """Path and JSON as clients of OpenAI's or ElevenLabs' API send them, or nearly."""
    if rng.random() < 0.5:
        path, said = OPENAI, "input"
    else:
        voice = rng.choice((*IDS, "alloy", "EN-US"))
        path, said = ELEVENLABS.format(voice) + rng.choice(WAYS), "text"
        if rng.random() < 0.7:
            path += f"?output_format={rng.choice(FORMATS)}"
    odd = rng.random() < 0.3
    body: dict[str, object] = {said: text(rng)}
    for name in rng.choices(list(FIELDS), k=rng.randrange(5)):
        body[name] = value(rng) if odd else FIELDS[name](rng)
    return path, dumped(body if rng.random() < 0.95 else value(rng))


def ssml(rng: Random) -> str:
    """Elements in each other, and now and then what is no XML at all."""
    kind = rng.random()
    if kind < 0.05:  # deep, or much
        depth, tag = rng.choice((20, 3000)), rng.choice(TAGS)
        return "<speak>" + f"<{tag}>" * depth + "x" + f"</{tag.split(' ')[0]}>" * depth + "</speak>"
    written = f"<speak>{_elements(rng, 4)}</speak>"
    if kind < 0.3:
        written = rng.choice(BEGINNINGS) + written
    if kind > 0.85:
        at = rng.randrange(len(written))
        written = written[:at] + rng.choice(("<", "&", "&a;", "\x00", "'", "]]>")) + written[at:]
    return written


def _elements(rng: Random, depth: int) -> str:
    parts = []
    for _ in range(rng.randrange(4)):
        said = text(rng)
        if rng.random() < 0.97:
            visible = "".join(one for one in said if one.isprintable())
            said = escape(visible.encode(errors="ignore").decode()[:300])
        parts.append(said)
        if depth:
            tag = rng.choice(TAGS)
            parts.append(f"<{tag}>{_elements(rng, depth - 1)}</{tag.split(' ')[0]}>")
    return "".join(parts)


def batch(rng: Random) -> tuple[str, bytes]:
    """Content type and body of a batch: an array, an object, lines, or something like them."""
    items = [_item(rng) for _ in range(rng.choice((0, 1, 1, 2, 3, 1001)))]
    form = rng.randrange(4)
    if form == 0:
        return "application/x-ndjson", b"\n".join(map(dumped, items))
    if form == 1:
        return "application/json", dumped({"items": items, "title": text(rng)[:300]})
    if form == 2:
        return "application/json", dumped(value(rng))
    return rng.choice(("application/json", "text/plain", "")), dumped(items)


def _item(rng: Random) -> object:
    if rng.random() < 0.1:
        return value(rng)
    item: dict[str, object] = {"text": text(rng), "id": text(rng)[:20]}
    if rng.random() < 0.5:
        item["title"] = rng.choice(("../../x", "a" * 300, "CON", ".", "é" * 90, "\u202e", "a/b\\c"))
    if rng.random() < 0.3:
        item |= {"input_type": "ssml", "text": ssml(rng)}
    if rng.random() < 0.1:
        item["callback_url"] = rng.choice(CALLBACKS)
    return item


def socket_bytes(rng: Random, headers: dict[str, str]) -> tuple[bytes, bytes]:
    """A handshake, and what comes behind its answer: messages that are well meant, and others."""
    path = rng.choice(SOCKETS).format(rng.choice(("alloy", "EN-US", "nobody")))
    lines = [f"GET {path} HTTP/1.1"]
    more = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": rng.choice(("13",) * 9 + ("99",)),
        "Sec-WebSocket-Key": rng.choice(("dGhlIHNhbXBsZSBub25jZQ==",) * 9 + ("x",)),
    }
    lines += [f"{name}: {shown}" for name, shown in (headers | more).items()]
    frames = b"".join(_frame(rng) for _ in range(rng.randrange(6)))
    close = _framed(rng, 8, b"\x03\xe8")
    return "\r\n".join(lines).encode() + b"\r\n\r\n", frames + close


def _frame(rng: Random) -> bytes:
    kind = rng.random()
    if kind < 0.1:
        return rng.randbytes(rng.randrange(1, 40))
    message: object = value(rng)
    if kind < 0.8:
        message = {
            rng.choice(("text", "type", "input", "context_id", "flush", "x")): value(rng)
            for _ in range(rng.randrange(4))
        } | {"text": text(rng), "type": rng.choice(("text.append", "session.start", "x", None))}
    return _framed(rng, rng.choice((1,) * 20 + (2, 8, 9, 3)), dumped(message)[:60_000])


def _framed(rng: Random, opcode: int, data: bytes) -> bytes:
    """A frame as clients send it (RFC 6455, 5.2)."""
    small = len(data) < 126
    length = bytes((0x80 | len(data),)) if small else struct.pack("!BH", 0x80 | 126, len(data))
    mask = rng.randbytes(4)
    hidden = bytes(byte ^ mask[index % 4] for index, byte in enumerate(data))
    return bytes((0x80 | opcode,)) + length + mask + hidden


def dumped(given: object) -> bytes:
    return json.dumps(given).encode()

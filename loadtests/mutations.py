"""Damaged recordings and odd values, all of a seeded generator: the same seed damages the same."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from random import Random

MAGIC = (
    b"RIFF\x00\x00\x00\x00WAVEfmt ", b"RF64\xff\xff\xff\xffWAVE", b"fLaC\x00\x00\x00\x22",
    b"OggS\x00\x02", b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f", b"\xff\xfb\x90\x64", b"\xff\xf1\x50\x80",
    b"\x1aE\xdf\xa3", b"\x00\x00\x00\x18ftypM4A ", b"FORM\x00\x00\x00\x10AIFF",
    b".snd\x00\x00\x00\x18", b"caff\x00\x01", b"0&\xb2u\x8ef\xcf\x11", b"#!AMR\n", b"#EXTM3U\n",
    b"ffconcat version 1.0\n", b"PK\x03\x04", b"\x1f\x8b\x08\x00", b"<svg ", b"%PDF-1.7",
    b"\x7fELF",
)  # fmt: skip
EXTREMES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)
HEAD = 96  # bytes in which most formats say what follows
MOST_BYTES = 400_000


def damage(rng: Random, recordings: Sequence[bytes]) -> bytes:
    """A recording that was hurt once or a few times, or none at all."""
    kind = rng.random()
    if kind < 0.04:
        return rng.randbytes(rng.choice((0, 1, 2, 11, 44, 100, 4096, 60_000)))
    if kind < 0.10:
        return rng.choice(MAGIC) + rng.randbytes(rng.randrange(5000))
    data = bytearray(rng.choice(recordings))
    for _ in range(rng.choice((0, 1, 1, 1, 2, 3, 8))):
        rng.choice(WOUNDS)(rng, data, recordings)
        if not data:
            break
    return bytes(data[:MOST_BYTES])


def _flip(rng: Random, data: bytearray, _: Sequence[bytes]) -> None:
    for _bit in range(rng.choice((1, 1, 4, 64, 1000))):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def _flip_in_head(rng: Random, data: bytearray, _: Sequence[bytes]) -> None:
    data[rng.randrange(min(HEAD, len(data)))] = rng.randrange(256)


def _lie_in_head(rng: Random, data: bytearray, _: Sequence[bytes]) -> None:
    """A number of the header is as large or as small as it can be."""
    size, code = rng.choice(((2, "H"), (4, "I")))
    value = rng.choice(EXTREMES) & ((1 << 8 * size) - 1)
    at = rng.randrange(min(HEAD, len(data)))
    data[at : at + size] = struct.pack(rng.choice("<>") + code, value)


def _cut_end(rng: Random, data: bytearray, _: Sequence[bytes]) -> None:
    del data[rng.randrange(len(data)) :]


def _cut_beginning(rng: Random, data: bytearray, _: Sequence[bytes]) -> None:
    del data[: rng.randrange(min(len(data), 4096))]


def _cut_out(rng: Random, data: bytearray, _: Sequence[bytes]) -> None:
    start = rng.randrange(len(data))
    del data[start : start + rng.randrange(1, 5000)]


def _blank(rng: Random, data: bytearray, _: Sequence[bytes]) -> None:
    start, length = rng.randrange(len(data)), rng.randrange(1, 20_000)
    span = len(data[start : start + length])
    data[start : start + span] = bytes([rng.choice((0, 0xFF, 0x80))]) * span


def _repeat(rng: Random, data: bytearray, _: Sequence[bytes]) -> None:
    start = rng.randrange(len(data))
    piece = bytes(data[start : start + rng.randrange(1, 3000)])
    data[start:start] = piece * rng.choice((1, 2, 20))


def _splice(rng: Random, data: bytearray, recordings: Sequence[bytes]) -> None:
    """The beginning of one file and the rest of another."""
    other = rng.choice(recordings)
    at = rng.randrange(len(data))
    data[at:] = other[rng.randrange(len(other)) :]


def _put_before(rng: Random, data: bytearray, _: Sequence[bytes]) -> None:
    data[:0] = rng.choice((bytes(rng.randrange(1, 5000)), rng.choice(MAGIC), rng.randbytes(64)))


Wound = Callable[[Random, bytearray, Sequence[bytes]], None]
WOUNDS: tuple[Wound, ...] = (
    _flip, _flip_in_head, _flip_in_head, _lie_in_head, _lie_in_head, _cut_end, _cut_beginning,
    _cut_out, _blank, _repeat, _splice, _put_before,
)  # fmt: skip

PIECES = (
    "Hello. ", "¿Qué? ", "你好。", "こんにちは。", "안녕 ", "1,234.56 ", "$5 ", "-3° ", "½ ",
    "[pause 300ms]", "[pause 99h]", "<speak>", "\u202e", "\ud83d\ude00", "\x00", "\x1b[31m",
    "a\u0301", "ﬃ", "http://x.y/z?q ", "e" * 40, "\n\n", "{0}%s", "'; --", "Ⅷ", "\ufeff", "𝐇",
    "(((", "...", "—", "\u0627\u0644 ",
)  # fmt: skip


def text(rng: Random) -> str:
    """Something that somebody may want said, or not."""
    kind = rng.random()
    if kind < 0.1:
        return "".join(chr(rng.randrange(1, 0x2FFF)) for _ in range(rng.randrange(40)))
    if kind < 0.12:
        return "x" * 20_001
    return "".join(rng.choice(PIECES) for _ in range(rng.randrange(12)))


def value(rng: Random, depth: int = 2) -> object:
    """Any value that JSON has."""
    simple: list[object] = [
        None, True, False, 0, -1, 1.5, 2**32, 2**70, -(10**30), 1e308, "", "EN", "wav", text(rng),
    ]  # fmt: skip
    if depth and rng.random() < 0.2:
        inner = [value(rng, depth - 1) for _ in range(rng.randrange(4))]
        return inner if rng.random() < 0.5 else {text(rng)[:20]: item for item in inner}
    return rng.choice(simple)

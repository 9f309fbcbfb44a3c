from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from serve_app.store.blobs import CHUNK_BYTES, Blobs, check_key
from serve_app.store.errors import BlobNotFound, InvalidBlobKey, StoreUnavailable
from serve_app.store.opening import open_blobs

KEY = "audio/3fa9c1d2.wav"
LARGE = bytes(range(256)) * (CHUNK_BYTES // 64)  # four chunks


@pytest.mark.parametrize("data", [b"", b"\x00", b"RIFF" * 10, LARGE], ids=len)
def test_blob_comes_back_as_it_was(blobs: Blobs, data: bytes) -> None:
    blobs.put(KEY, data)

    assert blobs.read(KEY) == data
    assert blobs.size(KEY) == len(data)
    assert b"".join(blobs.stream(KEY)) == data


def test_put_replaces(blobs: Blobs) -> None:
    blobs.put(KEY, b"first, and longer")
    blobs.put(KEY, b"second")
    assert blobs.read(KEY) == b"second"
    assert [info.key for info in blobs.list()] == [KEY]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (0, None),
        (0, 1),
        (0, 0),
        (5, 5),
        (1, 100),
        (CHUNK_BYTES - 1, CHUNK_BYTES + 1),
        (len(LARGE) - 1, None),
        (len(LARGE) - 1, len(LARGE) + 50),
        (len(LARGE), None),
        (len(LARGE) + 5, len(LARGE) + 9),
        (100, None),
    ],
)
def test_range_is_what_python_would_slice(blobs: Blobs, start: int, end: int | None) -> None:
    blobs.put(KEY, LARGE)
    chunks = list(blobs.stream(KEY, start, end))
    assert b"".join(chunks) == LARGE[start:end]
    assert all(0 < len(chunk) <= CHUNK_BYTES for chunk in chunks)


@pytest.mark.parametrize(("start", "end"), [(-1, None), (5, 4), (0, -1)])
def test_impossible_ranges_are_refused(blobs: Blobs, start: int, end: int | None) -> None:
    blobs.put(KEY, LARGE)
    with pytest.raises(ValueError, match="not a range"):
        blobs.stream(KEY, start, end)


def test_missing_blob_is_named_before_the_first_chunk(blobs: Blobs) -> None:
    blobs.put(KEY, b"here")
    for missing in ("audio/other.wav", "audio", "audio/3fa9c1d2", "audio/3fa9c1d2.wav/x"):
        for look in (blobs.read, blobs.size, blobs.stream):
            with pytest.raises(BlobNotFound):
                look(missing)
        assert blobs.delete(missing) is False


def test_delete_says_whether_there_was_something(blobs: Blobs) -> None:
    blobs.put(KEY, b"data")
    assert blobs.delete(KEY) is True
    assert blobs.delete(KEY) is False
    with pytest.raises(BlobNotFound):
        blobs.read(KEY)


def test_a_key_may_begin_with_another(blobs: Blobs) -> None:
    keys = ["a", "a/b", "a/b/b", "a/b/b/b", "b/b", "ab", "a.b"]
    for key in keys:
        blobs.put(key, key.encode())
    assert [blobs.read(key) for key in keys] == [key.encode() for key in keys]
    assert sorted(info.key for info in blobs.list()) == sorted(keys)


def test_list_tells_key_size_and_age(blobs: Blobs) -> None:
    before = time.time()
    blobs.put("audio/abc.wav", b"123")
    blobs.put("audio/abd.wav", b"1234")
    blobs.put("voices/abc.safetensors", b"12345")

    listed = {info.key: info for info in blobs.list("audio/")}

    assert {key: info.size for key, info in listed.items()} == {
        "audio/abc.wav": 3,
        "audio/abd.wav": 4,
    }
    assert all(before - 2 <= info.modified_at <= time.time() + 2 for info in listed.values())
    assert [info.key for info in blobs.list("audio/abd")] == ["audio/abd.wav"]
    assert [info.key for info in blobs.list("v")] == ["voices/abc.safetensors"]
    assert list(blobs.list("nothing/here")) == []
    assert len(list(blobs.list())) == 3


@pytest.mark.parametrize("prefix", ["/etc/", "../", "audio/../..", "Audio", "a\n"])
def test_list_stays_inside(blobs: Blobs, prefix: str) -> None:
    with pytest.raises(InvalidBlobKey):
        list(blobs.list(prefix))


BAD_KEYS = [
    "",
    "/",
    "/etc/passwd",
    "..",
    "a/../b",
    "a/..",
    "a..b",
    "a//b",
    "a/",
    "./a",
    ".hidden",
    "a/.upload-1",
    "A.wav",
    "a b",
    "a\\b",
    "a\x00b",
    "a\n",
    "+3f/a",
    "ä",
    "x" * 201,
    "/".join(["abc"] * 150),
]


@pytest.mark.parametrize("key", BAD_KEYS, ids=lambda key: repr(key)[:20])
def test_every_operation_refuses_a_bad_key(blobs: Blobs, key: str) -> None:
    with pytest.raises(InvalidBlobKey):
        blobs.put(key, b"data")
    for operate in (blobs.size, blobs.read, blobs.stream, blobs.delete):
        with pytest.raises(InvalidBlobKey):
            operate(key)
    assert list(blobs.list()) == []


@given(key=st.text(st.sampled_from("ab.-_/\\~+A%\x00\n\u2025 "), max_size=12) | st.text())
@example(key="a/b.wav")
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_an_accepted_key_never_leaves_the_root(key: str) -> None:
    try:
        accepted = check_key(key)
    except InvalidBlobKey:
        return
    root = Path("/root/of/blobs")
    assert (root / accepted).is_relative_to(root)
    parts = accepted.split("/")
    assert "/".join(Path(accepted).parts) == accepted  # one spelling, one file
    assert not any(part.startswith(".") or part == "" for part in parts)
    assert accepted.isascii()
    assert accepted == accepted.lower()


def test_reader_never_sees_part_of_a_blob(blobs: Blobs) -> None:
    """Each version is one byte repeated, so a mixture or a short read shows."""
    versions = [bytes([i]) * 300_000 for i in range(1, 13)]
    blobs.put(KEY, versions[0])
    done = threading.Event()

    def look() -> int:
        looks = 0
        while not done.is_set():
            data = blobs.read(KEY)
            assert len(data) == 300_000
            assert len(set(data)) == 1
            looks += 1
        return looks

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(look) for _ in range(2)]
        for version in versions * 2:
            blobs.put(KEY, version)
        done.set()
        assert all(reader.result() > 0 for reader in readers)


def test_stream_survives_the_deletion_of_its_blob(blobs: Blobs) -> None:
    blobs.put(KEY, LARGE)
    stream = blobs.stream(KEY)
    first = next(stream)
    blobs.delete(KEY)
    assert first + b"".join(stream) == LARGE


def test_two_stores_of_one_place_see_the_same(
    blobs: Blobs, blob_url: str | None, tmp_path: Path
) -> None:
    blobs.put(KEY, b"data")
    other = open_blobs(blob_url, tmp_path)
    assert other.read(KEY) == b"data"
    other.close()


def test_ping_and_free_bytes(blobs: Blobs, blob_url: str | None) -> None:
    blobs.ping()
    free = blobs.free_bytes()
    assert free is None if blob_url else free is not None and free > 0
    assert blobs.remove_stale_uploads(0) == 0


def test_unknown_kind_of_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="s3://bucket"):
        open_blobs("gs://bucket/prefix", tmp_path)

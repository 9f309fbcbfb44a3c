from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError, IncompleteReadError
from botocore.response import StreamingBody

from serve_app.store.errors import StorageFull, StoreUnavailable
from serve_app.store.opening import open_blobs
from serve_app.store.s3 import S3Blobs, parse_url
from tests.serve_app.store.s3_server import S3Server

KEY = "audio/3fa9c1d2.wav"


@pytest.fixture
def bucket(s3_server: S3Server) -> str:
    return s3_server.create_bucket()


def test_keys_lie_under_the_prefix(s3_server: S3Server, bucket: str) -> None:
    S3Blobs(s3_server.url(bucket, "deep/prefix")).put(KEY, b"data")
    S3Blobs(s3_server.url(bucket, "")).put("top", b"data")

    assert s3_server.keys(bucket) == [f"deep/prefix/{KEY}", "top"]
    assert [info.key for info in S3Blobs(s3_server.url(bucket, "deep/prefix")).list()] == [KEY]
    assert [info.key for info in S3Blobs(s3_server.url(bucket, "deep")).list()] == [f"prefix/{KEY}"]


def test_stranger_in_the_bucket_is_not_listed(s3_server: S3Server, bucket: str) -> None:
    blobs = S3Blobs(s3_server.url(bucket))
    blobs._client.put_object(Bucket=bucket, Key="phonex/Not Ours.TXT", Body=b"")
    blobs.put(KEY, b"data")
    assert [info.key for info in blobs.list()] == [KEY]


def test_more_blobs_than_one_page_are_listed(s3_server: S3Server, bucket: str) -> None:
    blobs = S3Blobs(s3_server.url(bucket))
    for i in range(7):
        blobs.put(f"audio/{i}", b"data")
    client = blobs._client
    pages = client.get_paginator("list_objects_v2").paginate

    class ShortPages:
        def paginate(self, **arguments: object) -> object:
            return pages(**arguments, PaginationConfig={"PageSize": 3})

    client.get_paginator = lambda _: ShortPages()
    assert len(list(blobs.list("audio/"))) == 7


def test_missing_bucket_is_told(s3_server: S3Server) -> None:
    blobs = S3Blobs(s3_server.url("no-such-bucket"))
    with pytest.raises(StoreUnavailable, match="no-such-bucket"):
        blobs.ping()
    with pytest.raises(StoreUnavailable, match="no-such-bucket"):
        blobs.put(KEY, b"data")
    with pytest.raises(StoreUnavailable, match="no-such-bucket"):
        blobs.read(KEY)
    with pytest.raises(StoreUnavailable, match="no-such-bucket"):
        list(blobs.list())


def test_unreachable_server_is_told(s3_server: S3Server) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    blobs = S3Blobs(f"s3://bucket?endpoint_url=http://127.0.0.1:{port}&region=x")
    with pytest.raises(StoreUnavailable, match="bucket"):
        blobs.size(KEY)


@pytest.mark.parametrize("code", ["507", "InsufficientStorage", "QuotaExceeded"])
def test_full_bucket_is_named(
    s3_server: S3Server, bucket: str, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    blobs = S3Blobs(s3_server.url(bucket))

    def refuse(**_: object) -> None:
        raise ClientError({"Error": {"Code": code, "Message": "full"}}, "PutObject")

    monkeypatch.setattr(blobs._client, "put_object", refuse)
    with pytest.raises(StorageFull):
        blobs.put(KEY, b"data")


def test_connection_that_breaks_in_a_stream_is_named(
    s3_server: S3Server, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs = S3Blobs(s3_server.url(bucket))
    blobs.put(KEY, bytes(1000))

    def break_off(*_: object) -> Iterator[bytes]:
        yield b"\x00" * 10
        raise IncompleteReadError(actual_bytes=10, expected_bytes=1000)

    monkeypatch.setattr(StreamingBody, "iter_chunks", break_off)
    stream = blobs.stream(KEY)
    assert next(stream) == bytes(10)
    with pytest.raises(StoreUnavailable):
        next(stream)


@pytest.mark.parametrize(
    "url",
    [
        "s3://",
        "s3:///prefix",
        "s3://key:secret@bucket/prefix",
        "s3://bucket?regoin=eu",
        "s3://bucket?endpoint_url=nonsense",
        "s3://bucket#fragment",
    ],
)
def test_url_that_cannot_be_meant_is_refused(url: str) -> None:
    with pytest.raises(StoreUnavailable, match="blob_url") as caught:
        open_blobs(url, Path())
    assert "secret" not in str(caught.value)


def test_url_is_read() -> None:
    assert parse_url("s3://b/a/c/?endpoint_url=http://h:1&region=eu") == (
        "b",
        "a/c/",
        {"endpoint_url": "http://h:1", "region": "eu"},
    )
    assert parse_url("s3://b") == ("b", "", {})


def test_missing_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    monkeypatch.delitem(sys.modules, "serve_app.store.s3", raising=False)
    with pytest.raises(StoreUnavailable, match=r"pip install .*\[s3\]"):
        open_blobs("s3://bucket", Path())

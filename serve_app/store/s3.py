"""Blobs in an S3-compatible bucket. Credentials come from boto3's own chain, never from the URL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.response import StreamingBody
from urllib3.exceptions import HTTPError

from serve_app.store.blobs import (
    CHUNK_BYTES,
    BlobInfo,
    check_key,
    check_prefix,
    check_range,
)
from serve_app.store.errors import (
    BlobNotFound,
    InvalidBlobKey,
    StorageFull,
    StoreError,
    StoreUnavailable,
)

MAX_CONNECTIONS = 32
NOT_FOUND = {"404", "NoSuchKey", "NotFound"}
FULL = {"507", "InsufficientStorage", "QuotaExceeded", "XMinioStorageFull"}
OPTIONS = {"endpoint_url", "region"}


class S3Blobs:
    def __init__(self, url: str) -> None:
        self._bucket, self._prefix, options = parse_url(url)
        try:
            self._client: Any = _make_client(options.get("endpoint_url"), options.get("region"))
        except (BotoCoreError, ValueError) as error:
            raise StoreUnavailable(f"blob_url cannot be used: {error}") from error

    def put(self, key: str, data: bytes) -> None:
        with self._named_errors(key):
            self._client.put_object(Body=data, **self._object(key))

    def size(self, key: str) -> int:
        with self._named_errors(key):
            return int(self._client.head_object(**self._object(key))["ContentLength"])

    def read(self, key: str) -> bytes:
        with self._named_errors(key):
            return bytes(self._client.get_object(**self._object(key))["Body"].read())

    def stream(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        check_range(start, end)
        if start >= (size := self.size(key)) or start == end:
            return iter(())  # a range of no bytes cannot be asked for
        last = size - 1 if end is None else min(end, size) - 1
        with self._named_errors(key):
            answer = self._client.get_object(Range=f"bytes={start}-{last}", **self._object(key))
        return self._chunks(answer["Body"], key)

    def delete(self, key: str) -> bool:
        try:
            self.size(key)  # S3 itself does not say whether there was anything
        except BlobNotFound:
            return False
        with self._named_errors(key):
            self._client.delete_object(**self._object(key))
        return True

    def list(self, prefix: str = "") -> Iterator[BlobInfo]:
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=self._prefix + check_prefix(prefix)
        )
        with self._named_errors():
            for page in pages:
                for entry in page.get("Contents", ()):
                    key = entry["Key"].removeprefix(self._prefix)
                    if _is_key(key):
                        modified_at = entry["LastModified"].timestamp()
                        yield BlobInfo(key, int(entry["Size"]), modified_at)

    def remove_stale_uploads(self, older_than_s: float) -> int:
        """None: an object that was not received whole does not exist."""
        return 0

    def free_bytes(self) -> int | None:
        return None

    def ping(self) -> None:
        with self._named_errors():
            self._client.head_bucket(Bucket=self._bucket)

    def close(self) -> None:
        self._client.close()

    def _object(self, key: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": self._prefix + check_key(key)}

    def _chunks(self, body: StreamingBody, key: str) -> Iterator[bytes]:
        with self._named_errors(key), body:
            yield from body.iter_chunks(CHUNK_BYTES)

    @contextmanager
    def _named_errors(self, key: str | None = None) -> Iterator[None]:
        try:
            yield
        except ClientError as error:
            raise self._name_error(error, key) from error
        except (BotoCoreError, HTTPClientError, HTTPError) as error:
            raise StoreUnavailable(f"bucket {self._bucket}: {error}") from error

    def _name_error(self, error: ClientError, key: str | None) -> StoreError:
        code = error.response.get("Error", {}).get("Code", "")
        if key is not None and code in NOT_FOUND:
            return BlobNotFound(f"no blob {key!r}")
        if code in FULL:
            return StorageFull(f"bucket {self._bucket} has no room left")
        return StoreUnavailable(f"bucket {self._bucket}: {error}")


def _make_client(endpoint_url: str | None, region: str | None) -> object:
    config = Config(
        connect_timeout=5,
        read_timeout=30,
        retries={"mode": "standard", "max_attempts": 4},
        max_pool_connections=MAX_CONNECTIONS,
        # Servers other than Amazon's seldom know the newer checksum headers, nor a host name
        # for each bucket.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={"addressing_style": "path" if endpoint_url else "auto"},
    )
    return boto3.client("s3", endpoint_url=endpoint_url, region_name=region, config=config)


def parse_url(url: str) -> tuple[str, str, dict[str, str]]:
    """Bucket, prefix of keys, and options of `s3://bucket/prefix?endpoint_url=…&region=…`."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if not parts.netloc or "@" in parts.netloc or parts.fragment:
        raise StoreUnavailable("blob_url must be s3://bucket/prefix, credentials elsewhere")
    if unknown := sorted(set(options) - OPTIONS):
        raise StoreUnavailable(f"blob_url has {unknown}; it may have {sorted(OPTIONS)}")
    prefix = parts.path.strip("/")
    return parts.netloc, f"{prefix}/" if prefix else "", options


def _is_key(key: str) -> bool:
    try:
        check_key(key)
    except InvalidBlobKey:
        return False
    return True

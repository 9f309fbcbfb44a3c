"""A real S3 server on a loopback port, and the settings that reach it."""

from __future__ import annotations

import itertools

import boto3
from moto.server import ThreadedMotoServer

REGION = "eu-central-1"


class S3Server:
    def __init__(self) -> None:
        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self._names = itertools.count(1)

    def start(self) -> None:
        self._server.start()
        host, port = self._server.get_host_and_port()
        self._endpoint_url = f"http://{host}:{port}"
        self._client = boto3.client("s3", endpoint_url=self._endpoint_url, region_name=REGION)

    def stop(self) -> None:
        self._server.stop()

    def url(self, bucket: str, prefix: str = "phonex") -> str:
        return f"s3://{bucket}/{prefix}?endpoint_url={self._endpoint_url}&region={REGION}"

    def create_bucket(self) -> str:
        name = f"bucket-{next(self._names)}"
        place = {"LocationConstraint": REGION}
        self._client.create_bucket(Bucket=name, CreateBucketConfiguration=place)
        return name

    def keys(self, bucket: str) -> list[str]:
        """As they are in the bucket, prefix and all."""
        listed = self._client.list_objects_v2(Bucket=bucket).get("Contents", [])
        return [entry["Key"] for entry in listed]

"""Run in a network namespace of its own: what each port answers to who has no token, as JSON.

python stranger.py '[["10.0.0.1", 40123], ...]' TOKEN
"""

from __future__ import annotations

import contextlib
import http.client
import json
import sys
from collections.abc import Sequence

import grpc  # type: ignore[import-untyped]

WAIT_S = 5.0
# Calls of every service that Ray has on any port, as far as they are known. None may be let in:
# an empty RequestWorkerLease alone ends the node.
HARMLESS = "/ray.rpc.NodeInfoGcsService/GetAllNodeInfo"
CALLS = (
    HARMLESS,
    "/ray.rpc.InternalKVGcsService/InternalKVKeys",
    "/ray.rpc.JobInfoGcsService/GetAllJobInfo",
    "/ray.rpc.ActorInfoGcsService/GetAllActorInfo",
    "/ray.rpc.autoscaler.AutoscalerStateService/GetClusterStatus",
    "/ray.rpc.NodeManagerService/GetNodeStats",
    "/ray.rpc.NodeManagerService/RequestWorkerLease",
    "/ray.rpc.ObjectManagerService/Push",
    "/ray.rpc.CoreWorkerService/GetCoreWorkerStats",
    "/ray.rpc.CoreWorkerService/PushTask",
    "/ray.rpc.CoreWorkerService/Exit",
    "/ray.rpc.ReporterService/GetTraceback",
    "/ray.rpc.LogService/ListLogs",
    "/ray.rpc.events.EventAggregatorService/AddEvents",
    "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
    "/ray.serve.ASGIService/HandleRequest",
    "/ray.serve.ASGIService/HandleRequestWithRejection",
)
REQUESTS = (
    ("GET", "/"),
    ("GET", "/metrics"),
    ("GET", "/api/version"),
    ("GET", "/api/job_agent/jobs/"),
    ("POST", "/get_or_create_runtime_env"),
    ("POST", "/delete_runtime_env_if_possible"),
)
FORGED = "Bearer " + "0" * 64


def call(address: str, token: str | None, names: Sequence[str] = CALLS) -> dict[str, str]:
    """The status of each call that the port understands; of none where it speaks no gRPC."""
    said = {}
    metadata = [("authorization", token)] if token else []
    with grpc.insecure_channel(address, [("grpc.enable_http_proxy", 0)]) as channel:
        for name in names:
            try:
                method = channel.unary_unary(name)
                method(b"", metadata=metadata, timeout=WAIT_S)
                said[name] = "OK"
            except grpc.RpcError as error:
                said[name] = error.code().name
            if said[name] in ("UNAVAILABLE", "DEADLINE_EXCEEDED"):
                break
    return said


def ask(host: str, port: int, token: str | None) -> dict[str, int]:
    """The status of each request; of none where the port speaks no HTTP/1.1."""
    said = {}
    for method, path in REQUESTS:
        connection = http.client.HTTPConnection(host, port, timeout=WAIT_S)
        headers = {"Authorization": token} if token else {}
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection.request(method, path, b"" if method == "POST" else None, headers)
            said[f"{method} {path}"] = connection.getresponse().status
        connection.close()
        if not said:
            break
    return said


if __name__ == "__main__":
    found = {}
    for host, port in json.loads(sys.argv[1]):
        address = f"{host}:{port}"
        known = f"Bearer {sys.argv[2]}"
        found[address] = {
            "grpc": [call(address, token) for token in (None, FORGED)],
            "http": [ask(host, port, token) for token in (None, FORGED)],
            "known": call(address, known, [HARMLESS]).get(HARMLESS, ""),
        }
    print(json.dumps(found))  # noqa: T201

"""Every name of Ray that Ray does not promise, and why it is needed: all of them, and only here.

They are those of the release that `pyproject.toml` pins. Read this list when you change the pin;
`tests/serve_app/host/test_ray_private.py` fails where a name went away, or where another file of
the service takes one up.

Besides these imports, four private parameters of public functions are in use: `_node_ip_address` of
`ray.init` and `_blocking` of `deploy_apps` and of `serve.delete` in `node.py`, and `_by_reference`
of a handle's options in `deployments/pipeline.py`, by which audio goes from stage to stage past the
ingress.

Ray reads its environment when it is imported, so nothing here imports it before it is called.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

LOG_HANDLER = "ray_print_logs"  # Ray's own, which prints what the workers write
Print = Callable[[Mapping[str, Any]], None]


def take_over_logs(print_message: Print) -> None:
    """Give the workers' output to us alone: Ray has no setting that leaves its lines whole."""
    from ray._private.ray_logging import global_worker_stdstream_dispatcher as dispatcher

    dispatcher.remove_handler(LOG_HANDLER)
    dispatcher.add_handler("phonex", print_message)


def start_serve(http_options: dict[str, Any], proxy_location: Any) -> Any:
    """Start Ray Serve, and its client: `serve.start` and `serve.run` return none, and cannot deploy
    a whole config."""
    from ray.serve._private import api

    return api.serve_start(http_options=http_options, proxy_location=proxy_location)


def leave_out_dashboard() -> None:
    """Start no dashboard and no autoscaler with a node of this process. Without its pages the
    dashboard does one thing alone, to ask the metadata services of three clouds where it is, usage
    statistics or not; and a node of one machine does not scale. Each would be a process, with a
    port on every interface."""
    from ray._private.node import Node

    def start_nothing(*_: object, **__: object) -> None:
        return None

    for name in ("start_api_server", "start_monitor"):
        setattr(Node, name, start_nothing)


def announce_metrics() -> None:
    """Write the file by which Prometheus finds the metrics of Ray's agents, as the head of a
    cluster does: /tmp/ray/prom_metrics_service_discovery.json. Here it has no dashboard to do so.
    """
    from ray._private import worker
    from ray._private.metrics_agent import PrometheusServiceDiscoveryWriter

    node: Any = worker._global_node
    writer = PrometheusServiceDiscoveryWriter(
        node.gcs_address, node.get_temp_dir_path(), node.get_session_dir_path()
    )
    writer.daemon = True
    writer.start()


def dead_parts_of_node() -> list[str]:
    """Which of the processes that a node cannot lose are gone; none in a cluster that we joined.

    The raylet ends itself when its dashboard agent dies. Ray tells nobody: calls then hang.
    """
    from ray._private import ray_constants, worker

    vital = (ray_constants.PROCESS_TYPE_RAYLET, ray_constants.PROCESS_TYPE_GCS_SERVER)
    node = worker._global_node
    return [name for name, _ in node.dead_processes() if name in vital] if node else []


def asks_for_token() -> bool:
    """Whether the Ray that this process runs under lets nobody in without its token."""
    from ray._private.authentication.authentication_utils import is_token_auth_enabled

    return bool(is_token_auth_enabled())


def obeyed_headers() -> tuple[tuple[str, ...], str]:
    """Headers by which a client may choose a time limit, a model or a replica, and the beginning of
    more of them. No setting of Ray Serve's makes it deaf to them."""
    from ray.serve._private import constants

    names = (
        constants.SERVE_HTTP_REQUEST_DISCONNECT_DISABLED_HEADER,
        constants.SERVE_HTTP_REQUEST_TIMEOUT_S_HEADER,
        constants.SERVE_MULTIPLEXED_MODEL_ID,
        constants.SERVE_SESSION_ID,
    )
    return names, constants.SERVE_INGRESS_ROUTER_HEADER_PREFIX


def time_limit_header() -> str:
    """That of them which says how many seconds an answer may take in all; none with 0."""
    from ray.serve._private.constants import SERVE_HTTP_REQUEST_TIMEOUT_S_HEADER

    return SERVE_HTTP_REQUEST_TIMEOUT_S_HEADER


def proxy_shares_port(http_options: Mapping[str, Any]) -> bool:
    """Whether Ray Serve's proxy will listen on its port beside others, in plain HTTP."""
    environment = os.environ.get
    shares = environment("SERVE_SOCKET_REUSE_PORT_ENABLED", "1") == "1"
    by_haproxy = environment("RAY_SERVE_ENABLE_HA_PROXY", "0") == "1"
    return shares and not by_haproxy and not http_options.get("ssl_keyfile")


async def listening_host() -> str | None:
    """The address that Ray Serve's proxies listen on, as the running cluster has it; None where
    it is not known, or where the replicas listen beside them, on every interface.

    `serve.status` leaves it out, and the config that started the cluster may not be ours.
    """
    from ray.serve._private.constants import RAY_SERVE_ENABLE_DIRECT_INGRESS
    from ray.serve.context import _get_global_client

    client = _get_global_client(raise_if_no_controller_running=False)
    if client is None or RAY_SERVE_ENABLE_DIRECT_INGRESS:
        return None
    options = await client._controller.get_http_config.remote()
    host: str | None = options.host
    return host

"""Runs the service on one machine: `python -m serve_app.server` under `phonex serve`.

The process that starts Ray is replaceable. `supervise` keeps one alive: when the node under it
dies (a dead dashboard agent takes Ray's whole node with it), the accepted jobs are in the
database, and a new node takes them up.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx

from config.service_config import http_environment, ray_environment
from serve_app.log_lines import forward_as_json

START_LIMIT_S = 180.0
SILENCE_LIMIT_S = 20.0  # Ray Serve replaces a dead proxy in 6 s and a replica in 13
CHECK_PERIOD_S = 2.0
STOP_LIMIT_S = 60.0
ANSWER_LIMIT_S = 5.0  # of one probe
LONG_RUN_S = 600.0
BACKOFF_S = (1.0, 2.0, 5.0, 10.0, 30.0)

EXIT_FAILED_TO_DEPLOY = 3  # starting again would fail again


def supervise(
    document: dict[str, Any],
    on_state: Callable[[str], None],
    check_period_s: float = CHECK_PERIOD_S,
) -> int:
    """Keep the service running until it is told to stop, by SIGTERM or Ctrl-C.

    Args:
        document: the Ray Serve config to run.
        on_state: hears "starting", "ready", "restarting: why".
    Returns:
        The exit status: 0 when told to stop.
    """
    stopping = _listen_for_stop()
    restarts = 0
    while True:
        on_state("starting")
        began = time.monotonic()
        child = _start(document)
        reason = _watch(child, document, on_state, check_period_s, stopping)
        _end(child)
        if stopping():
            return 0
        if child.returncode == EXIT_FAILED_TO_DEPLOY:
            return EXIT_FAILED_TO_DEPLOY
        on_state(f"restarting: {reason}")
        if time.monotonic() - began > LONG_RUN_S:
            restarts = 0  # what ran for long is no child that cannot start
        _rest(BACKOFF_S[min(restarts, len(BACKOFF_S) - 1)], stopping)
        if stopping():
            return 0
        restarts += 1


def _listen_for_stop() -> Callable[[], bool]:
    """Whether SIGTERM or Ctrl-C has come since this call."""
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    return told.is_set


def port_is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def base_url(document: dict[str, Any]) -> str:
    http = document.get("http_options", {})
    host = http.get("host", "127.0.0.1")
    return f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{http.get('port', 8000)}"  # noqa: S104


def _start(document: dict[str, Any]) -> subprocess.Popen[bytes]:
    child = subprocess.Popen(
        [sys.executable, "-m", "serve_app.server"],
        stdin=subprocess.PIPE,
        env=os.environ | ray_environment() | http_environment(document),
        start_new_session=True,  # Ctrl-C reaches us alone, and the whole group can be ended
    )
    if child.stdin:
        with contextlib.suppress(BrokenPipeError):  # it died at once, which `_watch` will tell
            child.stdin.write(json.dumps(document).encode())
            child.stdin.close()
    return child


def _watch(
    child: subprocess.Popen[bytes],
    document: dict[str, Any],
    on_state: Callable[[str], None],
    check_period_s: float,
    stopping: Callable[[], bool],
) -> str:
    """Return why the child must be replaced, or when we are told to stop."""
    url = base_url(document)
    started = answered = time.monotonic()
    ready = False
    while not stopping():
        if child.poll() is not None:
            return f"the service ended with status {child.returncode}"
        if _answers(url + ("/healthz" if ready else "/readyz")):
            answered = time.monotonic()
            if not ready:
                ready = True
                on_state("ready")
        now = time.monotonic()
        if ready and now - answered > SILENCE_LIMIT_S:
            return f"no answer for {SILENCE_LIMIT_S:.0f} s"
        if not ready and now - started > START_LIMIT_S:
            return f"not ready after {START_LIMIT_S:.0f} s"
        time.sleep(check_period_s if ready else 0.25)
    return "told to stop"


def _rest(seconds: float, stopping: Callable[[], bool]) -> None:
    deadline = time.monotonic() + seconds
    while not stopping() and time.monotonic() < deadline:
        time.sleep(min(0.1, seconds))


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=ANSWER_LIMIT_S).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def _end(child: subprocess.Popen[bytes]) -> None:
    """Let it drain, then make sure that nothing of its group is left."""
    if child.poll() is None:
        child.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(STOP_LIMIT_S)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def run(document: dict[str, Any]) -> int:
    """Start Ray and Ray Serve in this process, deploy, and stay until a signal.

    With `RAY_ADDRESS` set, join that cluster instead of starting a node.
    """
    import ray  # after the environment is set: Ray reads it when imported
    from ray import serve
    from ray.serve import _private
    from ray.serve.schema import ServeDeploySchema

    schema = ServeDeploySchema.model_validate(document)
    address = os.environ.get("RAY_ADDRESS", "local")
    local: dict[str, Any] = {"include_dashboard": False, "_node_ip_address": "127.0.0.1"}
    ray.init(
        address=address,
        namespace="serve",
        logging_level=logging.WARNING,
        **(local if address == "local" else {}),
    )
    if address == "local":
        _announce_metrics()
    if schema.applications[0].args.get("logs", {}).get("format") == "json":
        forward_as_json()
    client = _private.api.serve_start(
        http_options=schema.http_options.model_dump(), proxy_location=schema.proxy_location
    )
    client.deploy_apps(schema, _blocking=False)
    return _stay(serve, schema.applications[0].name, shut_down=address == "local")


def _announce_metrics() -> None:
    """Write the file by which Prometheus finds the metrics of Ray's agents, as the head of a
    cluster does: /tmp/ray/prom_metrics_service_discovery.json. Here it has no dashboard to do so.
    """
    import ray
    from ray._private.metrics_agent import PrometheusServiceDiscoveryWriter

    node: Any = ray._private.worker._global_node
    writer = PrometheusServiceDiscoveryWriter(
        node.gcs_address, node.get_temp_dir_path(), node.get_session_dir_path()
    )
    writer.daemon = True
    writer.start()


def _stay(serve: Any, application: str, *, shut_down: bool) -> int:
    stopping = _listen_for_stop()
    status = 0
    while not stopping():
        state = serve.status().applications.get(application)
        if state is not None and state.status == "DEPLOY_FAILED":
            print(f"The service cannot start: {state.message}", file=sys.stderr)  # noqa: T201
            for name, deployment in state.deployments.items():
                if deployment.message:
                    print(f"  {name}: {deployment.message}", file=sys.stderr)  # noqa: T201
            status = EXIT_FAILED_TO_DEPLOY
            break
        time.sleep(1.0)
    if shut_down:
        # Replicas drain here. Ray Serve's own shutdown would then wait half a minute in vain for
        # its controller; ours goes with the node, when this process ends.
        serve.delete(application)
    return status


if __name__ == "__main__":
    sys.exit(run(json.load(sys.stdin)))

"""Runs the service on one machine: `python -m serve_app.server` under `phonex serve`.

The process that starts Ray is replaceable. `supervise` keeps one alive: when the node under it
dies (a dead dashboard agent takes Ray's whole node with it), the accepted jobs are in the
database, and a new node takes them up. The supervisor in turn is systemd's: it says when the
service is ready, and feeds the watchdog only while the service answers.
"""

from __future__ import annotations

import contextlib
import ctypes
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
from serve_app.notify import Notifier

START_LIMIT_S = 180.0
SILENCE_LIMIT_S = 20.0  # Ray Serve replaces a dead proxy in 5 s and a replica in 13
CHECK_PERIOD_S = 2.0
STOP_LIMIT_S = 60.0
ANSWER_LIMIT_S = 5.0  # of one probe
BACKOFF_S = (1.0, 2.0, 5.0, 10.0, 30.0)

EXIT_FAILED_TO_DEPLOY = 3  # starting again would fail again
EXIT_NODE_DIED = 4
PR_SET_PDEATHSIG = 1  # of prctl(2)


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
    notifier = Notifier()
    failed_starts = 0
    while True:
        on_state("starting")
        child = _start(document)
        reason, was_ready = _watch(child, document, on_state, check_period_s, stopping, notifier)
        if stopping():
            notifier.stopping()
            _drain(child)
        _end(child)
        if stopping():
            return 0
        if child.returncode == EXIT_FAILED_TO_DEPLOY:
            return EXIT_FAILED_TO_DEPLOY
        on_state(f"restarting: {reason}")
        notifier.status(f"Restarting: {reason}.")
        failed_starts = 0 if was_ready else failed_starts + 1
        _rest(BACKOFF_S[min(failed_starts, len(BACKOFF_S) - 1)], stopping)
        if stopping():
            return 0


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
    child = subprocess.Popen(  # noqa: S603  of ours alone
        [sys.executable, "-m", "serve_app.server", str(os.getpid())],
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
    notifier: Notifier,
) -> tuple[str, bool]:
    """Return why the child must be replaced, or when we are told to stop; and whether it was ever
    ready."""
    url = base_url(document)
    started = answered = time.monotonic()
    ready = False
    while not stopping():
        if child.poll() is not None:
            return f"the service ended with status {child.returncode}", ready
        if _answers(url + ("/healthz" if ready else "/readyz")):
            answered = time.monotonic()
            if not ready:
                ready = True
                notifier.ready()
                on_state("ready")
            notifier.alive()
        now = time.monotonic()
        if ready and now - answered > SILENCE_LIMIT_S:
            return f"no answer for {SILENCE_LIMIT_S:.0f} s", ready
        if not ready and now - started > START_LIMIT_S:
            return f"not ready after {START_LIMIT_S:.0f} s", ready
        time.sleep(check_period_s if ready else 0.25)
    return "told to stop", ready


def _rest(seconds: float, stopping: Callable[[], bool]) -> None:
    deadline = time.monotonic() + seconds
    while not stopping() and time.monotonic() < deadline:
        time.sleep(min(0.1, seconds))


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=ANSWER_LIMIT_S).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def _drain(child: subprocess.Popen[bytes]) -> None:
    """Let running jobs end or be given back."""
    if child.poll() is None:
        child.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(STOP_LIMIT_S)


def _end(child: subprocess.Popen[bytes]) -> None:
    """Make sure that nothing of its group is left. What no longer serves is given no time: its
    jobs are in the database, and a Ray node with a dead part waits a minute for it in vain."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def die_with(supervisor: int) -> None:
    """Leave no orphan that holds the port: the kernel ends this process with its supervisor.
    Ray ties its own processes to this one in the same way."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != supervisor:  # it died before we asked
        sys.exit(EXIT_NODE_DIED)


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
    return _stay(serve, schema.applications[0].name, local=address == "local")


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


def _stay(serve: Any, application: str, *, local: bool) -> int:
    """Return the exit status when told to stop, or when nothing will be served any more."""
    stopping = _listen_for_stop()
    deploying = True
    while not stopping():
        if dead := _dead_parts_of_node():
            print(f"Ray's {dead[0]} died, and the node with it.", file=sys.stderr, flush=True)  # noqa: T201
            os._exit(EXIT_NODE_DIED)  # Ray's own way out waits for what is dead
        if deploying:
            state = serve.status().applications.get(application)
            if state is not None and state.status == "DEPLOY_FAILED":
                _explain(state)
                return EXIT_FAILED_TO_DEPLOY
            # In a cluster RUNNING may still be the last version's. On a node of our own it is this
            # one's, and nobody needs to ask a controller that may be dead by then.
            deploying = not local or state is None or state.status != "RUNNING"
        time.sleep(0.5)
    if local:
        # Replicas drain here. Ray Serve's own shutdown would then wait half a minute in vain for
        # its controller; ours goes with the node, when this process ends.
        serve.delete(application)
    return 0


def _dead_parts_of_node() -> list[str]:
    """Which of the processes that a node cannot lose are gone; none in a cluster that we joined.

    The raylet ends itself when its dashboard agent dies."""
    from ray._private import ray_constants, worker

    vital = (ray_constants.PROCESS_TYPE_RAYLET, ray_constants.PROCESS_TYPE_GCS_SERVER)
    node = worker._global_node
    return [name for name, _ in node.dead_processes() if name in vital] if node else []


def _explain(state: Any) -> None:
    print(f"The service cannot start: {state.message}", file=sys.stderr)  # noqa: T201  for who started it
    for name, deployment in state.deployments.items():
        if deployment.message:
            print(f"  {name}: {deployment.message}", file=sys.stderr)  # noqa: T201  the same


if __name__ == "__main__":
    die_with(int(sys.argv[1]))
    sys.exit(run(json.load(sys.stdin)))

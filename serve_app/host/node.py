"""Starts Ray and the service in a process of its own: `python -m serve_app.host.node`.

It reads the Ray Serve config to run from its standard input, and ends with the supervisor whose
process id it is given.
"""

from __future__ import annotations

import asyncio
import ctypes
import json
import logging
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from serve_app.host import ray_private
from serve_app.host.ray_logs import forward

EXIT_FAILED_TO_DEPLOY = 3  # starting again would fail again
EXIT_NODE_DIED = 4
INGRESS = "Ingress"
DRAIN_LIMIT_S = 45.0  # jobs.drain_s, and what giving back takes; the supervisor waits for 60
DELETE_LIMIT_S = 5.0  # answers that end by themselves are a matter of milliseconds
PR_SET_PDEATHSIG = 1  # of prctl(2)


def listen_for_stop() -> Callable[[], bool]:
    """Whether SIGTERM or Ctrl-C has come since this call."""
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    return told.is_set


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
    from ray.serve.schema import ServeDeploySchema

    schema = ServeDeploySchema.model_validate(document)
    address = os.environ.get("RAY_ADDRESS", "local")
    local: dict[str, Any] = {"include_dashboard": False, "_node_ip_address": "127.0.0.1"}
    if address == "local":
        ray_private.leave_out_dashboard()
    ray.init(
        address=address,
        namespace="serve",
        logging_level=logging.WARNING,
        **(local if address == "local" else {}),
    )
    if address == "local":
        ray_private.announce_metrics()
    logs = schema.applications[0].args.get("logs", {})
    forward("json" if logs.get("format") == "json" else "text")
    logging.getLogger("ray.serve").setLevel(logging.WARNING)
    client = ray_private.start_serve(schema.http_options.model_dump(), schema.proxy_location)
    client.deploy_apps(schema, _blocking=False)
    return _stay(serve, schema.applications[0].name, local=address == "local")


def _stay(serve: Any, application: str, *, local: bool) -> int:
    """Return the exit status when told to stop, or when nothing will be served any more."""
    stopping = listen_for_stop()
    deploying = True
    while not stopping():
        if dead := ray_private.dead_parts_of_node():
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
        # Threads of Ray's would tell, with tracebacks, that what they watch has ended.
        for name in ("ray", "ray.serve"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        _drain(serve, application)
        _delete(serve, application)
    return 0


def _delete(serve: Any, application: str) -> None:
    """Let answers that are being sent end, for a moment: whatever the service had to give back has
    been, and a request that is still open (a WebSocket, a slow download) may be so for ever.

    Ray Serve's own shutdown would wait half a minute in vain for its controller; ours goes with the
    node, when this process ends."""
    deadline = time.monotonic() + DELETE_LIMIT_S
    serve.delete(application, _blocking=False)
    while application in serve.status().applications and time.monotonic() < deadline:
        time.sleep(0.1)


def _drain(serve: Any, application: str) -> None:
    """Let the ingress finish its jobs or give them back while the stages are there to speak them:
    Ray Serve takes all deployments down together."""

    async def drain() -> None:  # outside an event loop such a handle does nothing
        ingress = serve.get_deployment_handle(INGRESS, application)
        await ingress.broadcast("drain").results_async(timeout_s=DRAIN_LIMIT_S)

    try:
        asyncio.run(drain())
    except Exception as error:  # noqa: BLE001  it may be dead; no job is lost by that
        print(f"The ingress did not drain: {error!r}", file=sys.stderr, flush=True)  # noqa: T201


def _explain(state: Any) -> None:
    print(f"The service cannot start: {state.message}", file=sys.stderr)  # noqa: T201  for who started it
    for name, deployment in state.deployments.items():
        if deployment.message:
            print(f"  {name}: {sentence(deployment.message)}", file=sys.stderr)  # noqa: T201  the same


def sentence(message: str) -> str:
    """What our own error says at the end of the stack traces that Ray puts around it; all of the
    message where it is another's, which needs them."""
    raised = re.compile(r"^serve_app(?:\.\w+)+: (?=\S)", re.MULTILINE)
    *_, found = re.split(raised, message)
    return found.strip()


if __name__ == "__main__":
    die_with(int(sys.argv[1]))
    sys.exit(run(json.load(sys.stdin)))

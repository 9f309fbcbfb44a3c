"""Keeps the service running on one machine: what `phonex serve` is.

The process that starts Ray (`serve_app.host.node`) is replaceable. When the node under it dies (a
dead dashboard agent takes Ray's whole node with it), the accepted jobs are in the database, and a
new node takes them up. The supervisor in turn is systemd's: it says when the service is ready, and
feeds the watchdog only while the service answers.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import httpx
from starlette.types import ASGIApp

from config.service_config import (
    ConfigError,
    http_environment,
    ray_environment,
    read_settings,
)
from config.settings import HttpSettings
from serve_app.host.node import EXIT_FAILED_TO_DEPLOY, listen_for_stop
from serve_app.host.stand_in import StandIn, open_beside_proxy
from serve_app.host.systemd import Notifier

START_LIMIT_S = 180.0
SILENCE_LIMIT_S = 20.0  # Ray Serve replaces a dead proxy in 5 s and a replica in 13
CHECK_PERIOD_S = 2.0
STOP_LIMIT_S = 60.0
ANSWER_LIMIT_S = 5.0  # of one probe
BACKOFF_S = (0.1, 1.0, 5.0, 10.0, 30.0)  # the first after a node that was ready
LOOK_PERIOD_S = 0.1  # for a child that has ended, or a signal
RETRY_AFTER_S = 3.0  # for clients that come meanwhile
STARTS_AGAIN = "The service starts again. Accepted jobs are kept and go on."


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
    stopping = listen_for_stop()
    notifier = Notifier()
    failed_starts = 0
    absence = Absence(document)
    while True:
        on_state("starting")
        child = _start(document)
        reason, was_ready = _watch(child, document, on_state, check_period_s, stopping, notifier)
        if stopping():
            notifier.stopping()
            absence.close()
            _drain(child)
        _end(child)
        if stopping():
            return 0
        if child.returncode == EXIT_FAILED_TO_DEPLOY:
            absence.close()
            return EXIT_FAILED_TO_DEPLOY
        absence.why = STARTS_AGAIN
        on_state(f"restarting: {reason}")
        notifier.status(f"Restarting: {reason}.")
        failed_starts = 0 if was_ready else failed_starts + 1
        _rest(BACKOFF_S[min(failed_starts, len(BACKOFF_S) - 1)], stopping)
        if stopping():
            absence.close()
            return 0


class Absence:
    """Answers 503 on the service's port while no node of ours does, where that can be arranged.

    Attributes:
        why: what the answers say.
    """

    def __init__(self, document: dict[str, Any]) -> None:
        self.why = "The service is starting."
        self._document = document
        listening = open_beside_proxy(document.get("http_options", {}))
        prefix = _route_prefix(document)
        self._stand_in = StandIn(listening, self._make_app, prefix) if listening else None

    def close(self) -> None:
        if self._stand_in:
            self._stand_in.close()

    def _make_app(self) -> ASGIApp:
        from serve_app.web.away import Away

        try:
            http = read_settings(self._document).http
        except ConfigError:  # which the deployment will tell
            http = HttpSettings()
        return Away(http, lambda: self.why, RETRY_AFTER_S)


def port_is_free(host: str, port: int) -> bool:
    return port_fault(host, port) is None


def port_fault(host: str, port: int) -> str | None:
    """Why nothing could listen there now; None where it could."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        in_use = error.errno == errno.EADDRINUSE
        return "it is in use" if in_use else (error.strerror or str(error)).lower()
    return None


def base_url(document: dict[str, Any]) -> str:
    """Where this machine reaches the service. `root_path` is for who comes through a proxy, which
    takes it off; an application's `route_prefix` is a part of every path."""
    http = document.get("http_options", {})
    url = url_of(http.get("host", "127.0.0.1"), http.get("port", 8000))
    return url + _route_prefix(document)


def _route_prefix(document: dict[str, Any]) -> str:
    prefix: str = (document.get("applications") or [{}])[0].get("route_prefix") or ""
    return prefix.rstrip("/")


def url_of(host: str, port: int) -> str:
    """Where this machine reaches what listens there."""
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  not listened on here
    return f"http://{address_of(here, port)}"


def address_of(host: str, port: int) -> str:
    """As URLs have it: IPv6 addresses stand in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _start(document: dict[str, Any]) -> subprocess.Popen[bytes]:
    child = subprocess.Popen(  # noqa: S603  of ours alone
        [sys.executable, "-m", "serve_app.host.node", str(os.getpid())],
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
    asking = probing()
    started = answered = time.monotonic()
    ready = False
    while not stopping():
        if child.poll() is not None:
            return f"the service ended with status {child.returncode}", ready
        if answers(url + ("/healthz" if ready else "/readyz"), asking):
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
        _rest(check_period_s if ready else 0.25, lambda: stopping() or child.poll() is not None)
    return "told to stop", ready


def _rest(seconds: float, interrupted: Callable[[], bool]) -> None:
    deadline = time.monotonic() + seconds
    while not interrupted() and (left := deadline - time.monotonic()) > 0:
        time.sleep(min(LOOK_PERIOD_S, left))


def probing() -> httpx.Client:
    """A client to ask with. Making one takes longer than asking, for the certificates that it would
    read: this one asks by HTTP alone, and reads none."""
    # Past any proxy of the environment: it is this machine that is asked.
    return httpx.Client(timeout=ANSWER_LIMIT_S, trust_env=False, verify=False)  # noqa: S501


def answers(url: str, asking: httpx.Client | None = None) -> bool:
    """Whether the service there answers 200."""
    try:
        return (asking or probing()).get(url).status_code == httpx.codes.OK
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

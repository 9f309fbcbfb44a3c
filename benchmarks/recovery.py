"""How long the service is away when a part of it is killed with -9, and whether work is lost."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.conftest import SETTINGS
from tests.running import RunningService
from tests.survival.work import (
    accept_clones,
    check_completed_once,
    register_target,
    wait_for_all,
)

# What is killed, and by which words its process is known. The last one is `phonex serve` itself,
# which is started again as systemd would.
VICTIMS = {
    "HTTP proxy": "ray::ProxyActor",
    "dashboard agent": "ray::DashboardAgent",
    "raylet": "raylet/raylet",
    "GCS": "gcs/gcs_server",
    "Ray node": "serve_app.host.node",
    "phonex serve": "serve_app.cli.main",
}
LATE_S = 25.0  # a death may show only after this
STEADY_S = 5.0
LIMIT_S = 240.0


class Watch:
    """Asks /readyz ten times a second, and remembers the answers."""

    def __init__(self, url: str) -> None:
        self.answers: list[tuple[float, bool]] = []
        self._url = f"{url}/readyz"
        self._stop = threading.Event()

    @contextmanager
    def running(self) -> Iterator[Watch]:
        thread = threading.Thread(target=self._ask, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._stop.set()
            thread.join()

    def _ask(self) -> None:
        while not self._stop.wait(0.1):
            began = time.monotonic()
            try:
                served = httpx.get(self._url, timeout=5.0).status_code == httpx.codes.OK
            except httpx.HTTPError:
                served = False
            self.answers.append((time.monotonic() if served else began, served))

    def away_s(self, since: float, late_s: float = LATE_S) -> tuple[float, float]:
        """Seconds from `since` to serving again, and seconds in between without an answer."""
        deadline = since + LIMIT_S
        while time.monotonic() < deadline:
            time.sleep(0.2)
            answers = [answer for answer in self.answers if answer[0] >= since]
            failed = [moment for moment, served in answers if not served]
            if not failed:
                if time.monotonic() - since > late_s:
                    return 0.0, 0.0
                continue
            back = [moment for moment, served in answers if served and moment > failed[-1]]
            if back and back[-1] - back[0] > STEADY_S:
                return back[0] - since, back[0] - failed[0]
        raise AssertionError(f"not serving again after {LIMIT_S:.0f} s")


def measure() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        service = RunningService(Path(folder), SETTINGS)
        try:
            service.wait_until_ready()
            voice_id = register_target(service)
            return [_measure_one(service, voice_id, name) for name in VICTIMS]
        finally:
            service.stop()


def _measure_one(service: RunningService, voice_id: str, name: str) -> dict[str, Any]:
    service.wait_until_ready()
    audio_ids = accept_clones(service, voice_id)
    with Watch(service.url).running() as watch:
        killed = time.monotonic()
        if not service.kill(VICTIMS[name]):
            raise AssertionError(f"there was no {name} to kill")
        if name == "phonex serve":
            service.start_again()
        back_s, gap_s = watch.away_s(killed)
    wait_for_all(service, audio_ids)
    check_completed_once(service, audio_ids)
    return {
        "killed": name,
        "serving again after, s": back_s,
        "away, s": gap_s,
        "accepted jobs": len(audio_ids),
        "lost": 0,  # the two lines above raise otherwise
    }

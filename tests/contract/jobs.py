"""What becomes of jobs that nobody waits for."""

from __future__ import annotations

import time

import httpx


def wait_until_all_ended(client: httpx.Client, limit_s: float = 20.0) -> None:
    """Raises AssertionError where a job goes on for longer."""
    deadline = time.monotonic() + limit_s
    while unfinished := _unfinished(client):
        assert time.monotonic() < deadline, f"{unfinished} jobs go on"
        time.sleep(0.1)


def _unfinished(client: httpx.Client) -> int:
    states = ("queued", "processing")
    return sum(client.get("/jobs", params={"state": one}).json()["count"] for one in states)

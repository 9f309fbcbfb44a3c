"""From the command to the first healthy answer, and to the first second of speech."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from tests.running import RunningService


def measure() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        service = RunningService(Path(folder), {})
        try:
            service.wait_until_ready()
            ready = time.perf_counter() - began
            service.client.post("/tts", json={"text": "Hello, world!"}).raise_for_status()
            spoke = time.perf_counter() - began
            resident = service.resident_mib("")
        finally:
            began = time.perf_counter()
            service.stop()
        return [
            {
                "ready, s": ready,
                "first audio, s": spoke,
                "resident, MiB": round(resident),
                "stop, s": time.perf_counter() - began,
            }
        ]

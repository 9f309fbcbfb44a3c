"""From the command to the first healthy answer, and to the first second of speech; and what each
process has computed by then, nearly all of it to import what it is made of."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.idle import cpu_seconds
from tests.running import RunningService


def measure() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        service = RunningService(Path(folder), {})
        try:
            service.wait_until_ready()
            ready = time.perf_counter() - began
            computed = cpu_seconds(service)
            service.client.post("/tts", json={"text": "Hello, world!"}).raise_for_status()
            spoke = time.perf_counter() - began
            resident = service.resident_mib("")
        finally:
            began = time.perf_counter()
            service.stop()
        whole: dict[str, Any] = {
            "what": "the whole service",
            "ready, s": ready,
            "first audio, s": spoke,
            "resident, MiB": round(resident),
            "stop, s": time.perf_counter() - began,
            "processor, s": float(computed.total()),
        }
        parts = [
            dict.fromkeys(whole, "") | {"what": part, "processor, s": float(seconds)}
            for part, seconds in computed.most_common()
        ]
        return [whole, *parts]

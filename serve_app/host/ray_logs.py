"""What Ray's processes write, on standard output as one JSON object a line.

Ray would put a prefix before each line and leave out what it takes for repetitions. Our own lines
are JSON already and pass as they are; those of Ray and of native libraries are wrapped.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from serve_app.host import ray_private


def forward_as_json() -> None:
    """Take over from Ray, in the process that started it."""
    ray_private.take_over_logs(_print)


def _print(data: Mapping[str, Any]) -> None:
    for line in json_lines(data):
        print(line, flush=True)  # noqa: T201  the log


def json_lines(data: Mapping[str, Any]) -> Iterator[str]:
    """The lines of one message of Ray's log monitor."""
    if data.get("pid") == "autoscaler":
        return  # tables for people, every few seconds; Ray shows a person only a part of them
    for line in data.get("lines", ()):
        if _is_object(line):
            yield line
        elif line.strip():
            yield json.dumps(
                {
                    "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
                    "level": "INFO",
                    "logger": "stderr" if data.get("is_err") else "stdout",
                    "message": line,
                    "pid": data.get("pid"),
                    "process": data.get("actor_name") or data.get("task_name"),
                }
            )


def _is_object(line: str) -> bool:
    if not line.startswith("{"):
        return False
    try:
        json.loads(line)
    except ValueError:
        return False
    return True

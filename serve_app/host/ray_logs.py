"""What Ray's processes write, as `phonex serve` shows it.

Ray would put a prefix before each line and leave out what it takes for repetitions. For machines
each line is a JSON object on standard output: our own are that already and pass as they are, those
of Ray and of native libraries are wrapped. For people our own lines pass as well; of what Ray
Serve's controller and proxies say of themselves, only warnings and errors do.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from serve_app.host import ray_private
from telemetry.logs import OURS

OUR_LINE = re.compile(rf"\d{{4}}-\d\d-\d\d [\d:,]+ [A-Z]+ (?:{'|'.join(OURS)})\b")
RAYS_LINE = re.compile(r"(DEBUG|INFO|WARNING|ERROR|CRITICAL) \d{4}-\d\d-\d\d ")
QUIET = {"DEBUG", "INFO"}


def forward(form: Literal["text", "json"]) -> None:
    """Take over from Ray, in the process that started it."""
    ray_private.take_over_logs(_print_json if form == "json" else _text_printer())


def _print_json(data: Mapping[str, Any]) -> None:
    for line in json_lines(data):
        print(line, flush=True)  # noqa: T201  the log


def _text_printer() -> ray_private.Print:
    lines = TextLines()

    def show(data: Mapping[str, Any]) -> None:
        for line in lines.of(data):
            print(line, file=sys.stderr, flush=True)  # noqa: T201  the log

    return show


def json_lines(data: Mapping[str, Any]) -> Iterator[str]:
    """The lines of one message of Ray's log monitor."""
    if data.get("pid") == "autoscaler":
        return  # tables for people, every few seconds; Ray shows a person only a part of them
    for line in data.get("lines", ()):
        if _is_object(line):
            yield line
        elif line.strip():
            level = RAYS_LINE.match(line)
            yield json.dumps(
                {
                    "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
                    "level": level[1] if level else "INFO",
                    "logger": "stderr" if data.get("is_err") else "stdout",
                    "message": line,
                    "pid": data.get("pid"),
                    "process": _process(data),
                }
            )


class TextLines:
    """The same for people. A message of several lines is shown whole or not at all."""

    def __init__(self) -> None:
        self._hidden: set[object] = set()  # processes whose last message was of no interest

    def of(self, data: Mapping[str, Any]) -> Iterator[str]:
        pid = data.get("pid")
        if pid == "autoscaler":
            return
        for line in data.get("lines", ()):
            ours = OUR_LINE.match(line)
            if ours:
                self._hidden.discard(pid)
                yield line
                continue
            if level := RAYS_LINE.match(line):
                (self._hidden.add if level[1] in QUIET else self._hidden.discard)(pid)
            if pid not in self._hidden and line.strip():
                yield f"{_process(data) or 'ray'}: {line}"


def _process(data: Mapping[str, Any]) -> str | None:
    name: str | None = data.get("actor_name") or data.get("task_name")
    return name


def _is_object(line: str) -> bool:
    if not line.startswith("{"):
        return False
    try:
        json.loads(line)
    except ValueError:
        return False
    return True

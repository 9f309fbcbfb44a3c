"""Logs of every Phonex process: one line an event, to standard error.

An event is a short message and fields, given as `extra=`: `request_id` and `job_id` join the lines
of one request over all replicas. What users say or name never stands in a line.
"""

from __future__ import annotations

import json
import logging
import math
import os
import re
import sys
import time
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Literal

from config.settings import LogSettings

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
OURS = ("serve_app", "deployments", "engines", "telemetry", "phonex")
STANDARD_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
PLAIN = re.compile(r"[!#-~]+")  # needs no quotes: visible, no space
REPEAT_S = 30.0
DEFAULTS = LogSettings()


class Formatter(logging.Formatter):
    """Text for people: the message, then its fields as name=value."""

    def format(self, record: logging.LogRecord) -> str:
        fields = " ".join(f"{name}={_shown(value)}" for name, value in fields_of(record).items())
        if not fields:
            return super().format(record)
        copy = logging.makeLogRecord(vars(record))
        copy.msg, copy.args = f"{record.getMessage()} {fields}", None
        return super().format(copy)

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802  logging's name
        # The standard one prints line by line, which Ray's workers turn into tuples.
        return "".join(traceback.format_exception(*ei)).rstrip()


class JsonFormatter(Formatter):
    """One JSON object a line, for machines."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "pid": os.getpid(),
            **fields_of(record),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def fields_of(record: logging.LogRecord) -> Mapping[str, Any]:
    """What the call gave as `extra=`; a field that is None says nothing."""
    return {
        name: round(value, 4) if isinstance(value, float) else value
        for name, value in vars(record).items()
        if name not in STANDARD_FIELDS and value is not None
    }


def _shown(value: object) -> str:
    text = str(value)
    return text if PLAIN.fullmatch(text) else json.dumps(text)


def choose_format(settings: LogSettings) -> Literal["text", "json"]:
    """What `auto` means for this process."""
    if settings.format != "auto":
        return settings.format
    return "text" if sys.__stderr__ is not None and sys.__stderr__.isatty() else "json"


def configure_logs(settings: LogSettings = DEFAULTS) -> None:
    """Send our loggers to standard error. Ray collects it from its workers, and leaves loggers
    that it does not know without a handler."""
    # Not sys.stderr: in a replica that is Ray Serve's own logger, which buffers.
    handler = logging.StreamHandler(sys.__stderr__)
    text = choose_format(settings) == "text"
    handler.setFormatter(Formatter(FORMAT) if text else JsonFormatter())
    for name in OURS:
        logger = logging.getLogger(name)
        logger.setLevel(settings.level)
        logger.propagate = False
        logger.handlers = [handler]


class Throttle:
    """Warns of what fails again and again: one line, then one every `period_s` that counts."""

    def __init__(self, logger: logging.Logger, period_s: float = REPEAT_S) -> None:
        self._logger = logger
        self._period_s = period_s
        self._told: dict[str, tuple[float, int]] = {}  # when last, and how often in silence since

    def warn(self, message: str, error: BaseException) -> None:
        """Messages are told apart; the error's own words are not."""
        told_at, silent = self._told.get(message, (-math.inf, 0))
        if time.monotonic() - told_at < self._period_s:
            self._told[message] = (told_at, silent + 1)
            return
        self._told[message] = (time.monotonic(), 0)
        fields = {"error": f"{type(error).__name__}: {error}", "repeated": silent or None}
        self._logger.warning(message, extra=fields)

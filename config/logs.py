"""Logs of every Phonex process: one line an event, to standard error."""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
OURS = ("serve_app", "deployments", "engines", "phonex")


class Formatter(logging.Formatter):
    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802  logging's name
        # The standard one prints line by line, which Ray's workers turn into tuples.
        return "".join(traceback.format_exception(*ei)).rstrip()


def configure_logs(level: int = logging.INFO) -> None:
    """Send our loggers to standard error. Ray collects it from its workers, and leaves loggers
    that it does not know without a handler."""
    # Not sys.stderr: in a replica that is Ray Serve's own logger, which buffers.
    handler = logging.StreamHandler(sys.__stderr__)
    handler.setFormatter(Formatter(FORMAT))
    for name in OURS:
        logger = logging.getLogger(name)
        logger.setLevel(level)
        logger.propagate = False
        logger.handlers = [handler]

"""Logs of every Phonex process: one line an event, to standard error."""

from __future__ import annotations

import logging
import sys

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
OURS = ("serve_app", "deployments", "engines", "phonex")


def configure_logs(level: int = logging.INFO) -> None:
    """Send our loggers to standard error. Ray collects it from its workers, and leaves loggers
    that it does not know without a handler."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter(FORMAT))
    for name in OURS:
        logger = logging.getLogger(name)
        logger.setLevel(level)
        logger.propagate = False
        logger.handlers = [handler]

"""Our loggers write one event in one record, however often they are configured."""

from __future__ import annotations

import logging
import subprocess
import sys

import pytest

from config.logs import FORMAT, Formatter

SCRIPT = """
import logging, sys
from config.logs import configure_logs
sys.stderr = None  # as Ray Serve replaces it in its replicas
configure_logs(); configure_logs()
logging.getLogger("serve_app.jobs").info("an event")
logging.getLogger("phonex.access").info("GET /healthz")
logging.getLogger("engines").debug("too much")
logging.getLogger("someone.else").info("not ours")
try:
    1 / 0
except ZeroDivisionError:
    logging.getLogger("deployments").exception("it broke")
"""


def test_each_event_is_written_once_to_standard_error() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == ""
    assert done.stderr.count("INFO serve_app.jobs: an event") == 1
    assert done.stderr.count("GET /healthz") == 1
    assert done.stderr.count("ZeroDivisionError: division by zero") == 1
    assert "too much" not in done.stderr
    assert "not ours" not in done.stderr


def test_a_stack_trace_is_one_text() -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        _ = 1 / 0
    info = (caught.type, caught.value, caught.tb)
    record = logging.LogRecord("phonex", logging.ERROR, "f", 1, "it %s", ("broke",), info)
    text = Formatter(FORMAT).format(record)
    assert "ERROR phonex: it broke\nTraceback (most recent call last):" in text
    assert text.endswith("ZeroDivisionError: division by zero")

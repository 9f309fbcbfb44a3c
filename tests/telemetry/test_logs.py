"""Our loggers write one event in one line, however often they are configured; text for people,
JSON for machines."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys

import pytest

from telemetry.logs import FORMAT, Formatter, JsonFormatter, Throttle

SCRIPT = """
import logging, sys
from telemetry.logs import configure_logs
from config.settings import LogSettings
sys.stderr = None  # as Ray Serve replaces it in its replicas
for _ in range(2):
    configure_logs(LogSettings(format=sys.argv[1]))
logging.getLogger("serve_app.work.jobs").info("an event", extra={"job_id": "j1", "seconds": 1 / 3})
logging.getLogger("phonex.access").info("GET %s", "/healthz")
logging.getLogger("engines").debug("too much")
logging.getLogger("someone.else").info("not ours")
try:
    1 / 0
except ZeroDivisionError:
    logging.getLogger("deployments").exception("it broke")
"""


def written(log_format: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, log_format],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout == ""
    return done.stderr


def test_each_event_is_written_once_to_standard_error() -> None:
    text = written("text")
    assert text.count("INFO serve_app.work.jobs: an event job_id=j1 seconds=0.3333\n") == 1
    assert text.count("GET /healthz") == 1
    assert text.count("ZeroDivisionError: division by zero") == 1
    assert "too much" not in text
    assert "not ours" not in text


@pytest.mark.parametrize("log_format", ["json", "auto"])  # no terminal here
def test_json_is_one_object_a_line(log_format: str) -> None:
    event, access, broke = [json.loads(line) for line in written(log_format).splitlines()]
    assert event["message"] == "an event"
    assert (event["level"], event["logger"]) == ("INFO", "serve_app.work.jobs")
    assert (event["job_id"], event["seconds"]) == ("j1", 0.3333)
    assert event["time"].endswith("+00:00")
    assert access["message"] == "GET /healthz"
    assert broke["exception"].endswith("ZeroDivisionError: division by zero")


def test_a_stack_trace_is_one_text() -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        _ = 1 / 0
    info = (caught.type, caught.value, caught.tb)
    record = logging.LogRecord("phonex", logging.ERROR, "f", 1, "it %s", ("broke",), info)
    text = Formatter(FORMAT).format(record)
    assert "ERROR phonex: it broke\nTraceback (most recent call last):" in text
    assert text.endswith("ZeroDivisionError: division by zero")


@pytest.mark.parametrize("formatter", [Formatter(FORMAT), JsonFormatter()])
def test_no_value_can_forge_a_line(formatter: logging.Formatter) -> None:
    record = logging.LogRecord("phonex", logging.INFO, "f", 1, "an event", None, None)
    record.voice = 'x" \n{"level": "ERROR"}\r\u2028'
    assert len(formatter.format(record).splitlines()) == 1


def test_what_fails_again_and_again_is_told_once_a_period() -> None:
    logger, stream = logging.Logger("throttled"), io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    logger.addHandler(handler)
    throttle = Throttle(logger, period_s=0.2)
    for number in range(50):
        throttle.warn("the store is away", ConnectionError(f"attempt {number}"))
    throttle.warn("another thing", ValueError("no"))
    throttle.warn("the store is away", ConnectionError("still"))
    first, other = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert (first["message"], first["error"]) == (
        "the store is away",
        "ConnectionError: attempt 0",
    )
    assert other["message"] == "another thing"

    throttle._told["the store is away"] = (0.0, 50)  # as after a period
    throttle.warn("the store is away", ConnectionError("still"))
    assert json.loads(stream.getvalue().splitlines()[-1])["repeated"] == 50

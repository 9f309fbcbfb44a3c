"""Evaluates every expression of every panel and alert on a real Prometheus."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

from monitoring.alerts import ALERTS
from monitoring.panels import expressions
from tests.monitoring.prometheus import Prometheus

WINDOW = "1m"  # for Grafana's $__rate_interval

# What has no series in a service that nothing happens to, and why. A panel that shows one of these
# shows a zero beside it.
EMPTY_IN_PEACE = {
    "phonex_job_errors_total": "no attempt broke",
    "phonex_store_errors_total": "no store was away",
    "phonex_clone_similarity": "no speaker encoder",
    "phonex_pieces_faulty_total": "no piece was faulty",
    "phonex_pieces_remade_total": "no piece was made again",
    "phonex_gpu_bytes": "no GPU",
    "ray_node_gpus_utilization": "no GPU",
    "ray_node_gram_used": "no GPU",
    "absent(phonex_replicas)": "the service is there",
    'state="failed"': "no job failed",
    'status=~"5.."': "no request failed",
}


def all_expressions(way: str) -> Iterator[tuple[str, str]]:
    """(where it stands, expression) of the panels and of what the alerts watch."""
    for place, expression in expressions():
        yield place, expression.replace("$job", way).replace("$__rate_interval", WINDOW)
    for alert in ALERTS:
        yield f"alert {alert.name}", alert.watched


def may_be_empty(expression: str) -> bool:
    return "vector(0)" not in expression and any(name in expression for name in EMPTY_IN_PEACE)


def failures(prometheus: Prometheus, way: str, limit_s: float) -> list[str]:
    """What errs or stays empty, asked until all is well or the time is up."""
    deadline = time.monotonic() + limit_s
    waiting = dict(all_expressions(way))
    broken: list[str] = []
    while True:
        for place, expression in list(waiting.items()):
            try:
                found = prometheus.query(expression)
            except ValueError as error:
                broken.append(f"{place}: {expression}: {error}")
                found = [0.0]
            if found or may_be_empty(expression):
                del waiting[place]
        if not waiting or time.monotonic() > deadline:
            return broken + [f"{place}: empty: {waiting[place]}" for place in waiting]
        time.sleep(1.0)


def names_in(expression: str) -> set[str]:
    return set(re.findall(r"\b(?:ray_)?phonex_\w+|\bray_\w+", expression))

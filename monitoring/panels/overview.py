"""Are users served, how fast, what is the bottleneck."""

from __future__ import annotations

from monitoring.panels.panel import Panel, Row
from monitoring.panels.stages import STAGES, busy
from monitoring.query import CREATING, PROBES, largest, or_zero, quantile, rate, total
from telemetry import metrics as m


def errors_share() -> str:
    failed = rate(m.REQUESTS, where=f'status=~"5..",{PROBES}')
    return f"(({failed}) or vector(0)) / {rate(m.REQUESTS, where=PROBES)}"


def used_slots() -> str:
    return f"{total(m.BATCHES_IN_FLIGHT, 'path')} / {total(m.BATCH_SLOTS, 'path')}"


OVERVIEW = Row(
    "Overview: are users served, how fast, what is the bottleneck",
    (
        Panel(
            "Ready replicas",
            "The fewest of any stage, one for those that rest. At 0 no request of that stage is "
            "served.",
            (
                (
                    "fewest",
                    f"min ({largest(m.REPLICAS, 'deployment')} + "
                    f"{largest(m.RESTING, 'deployment')})",
                ),
            ),
            kind="stat",
            width=3,
        ),
        Panel(
            "Server errors",
            "Share of answers with a status of 500 or more.",
            (("5xx", errors_share()),),
            "percentunit",
            "stat",
            3,
        ),
        Panel(
            "Audio made",
            "Seconds of finished audio a second: the service's speed.",
            (("s/s", or_zero(rate(m.AUDIO_SECONDS))),),
            kind="stat",
            width=3,
        ),
        Panel(
            "Room in the queue",
            "The expected wait as a share of the longest allowed. At 1 new work gets 429.",
            (
                (
                    "{{kind}}",
                    f"{largest(m.EXPECTED_WAIT, 'kind')} / "
                    f"{largest(m.EXPECTED_WAIT_LIMIT, 'kind')}",
                ),
            ),
            "percentunit",
            "stat",
            3,
        ),
        Panel(
            "Bottleneck: how busy is each stage",
            "Share of the time its replicas computed. The stage nearest to 1 is the one to scale.",
            tuple((title, busy(stage, name)) for title, stage, name, _ in STAGES),
            "percentunit",
            width=12,
        ),
        Panel(
            "Requests",
            "Answers a second, by status.",
            (("{{status}}", rate(m.REQUESTS, "status", PROBES)),),
            "reqps",
        ),
        Panel(
            "Problems",
            "Error answers a second, by problem type.",
            (("{{type}}", rate(m.PROBLEMS, "type")), ("none", "vector(0)")),
            "reqps",
        ),
        Panel(
            "Time to the first byte of an answer",
            "Of requests that make audio or voices; waits for the audio are in it.",
            (
                ("p50 {{route}}", quantile(0.5, m.FIRST_BYTE_SECONDS, "route", CREATING)),
                ("p99 {{route}}", quantile(0.99, m.FIRST_BYTE_SECONDS, "route", CREATING)),
            ),
            "s",
        ),
        Panel(
            "Time to the last byte",
            "Of all requests, by route.",
            (("p99 {{route}}", quantile(0.99, m.REQUEST_SECONDS, "route", PROBES)),),
            "s",
        ),
        Panel(
            "A job's life",
            "From acceptance to completion, and its share until the first run.",
            (
                ("p50", quantile(0.5, m.JOB_SECONDS)),
                ("p99", quantile(0.99, m.JOB_SECONDS)),
                ("p99 until it runs", quantile(0.99, m.JOB_WAIT_SECONDS)),
            ),
            "s",
        ),
        Panel(
            "How alike clones are",
            "Cosine of clones and voices, by engine: of one person from 0.83, of two to 0.67.",
            (
                ("p50 {{engine}}", quantile(0.5, m.CLONE_SIMILARITY, "engine")),
                ("p5 {{engine}}", quantile(0.05, m.CLONE_SIMILARITY, "engine")),
                ("none", "vector(0)"),
            ),
        ),
        Panel(
            "Faulty pieces",
            "Faults heard in pieces of speech a second, and pieces that were made again.",
            (
                ("{{fault}}", rate(m.PIECES_FAULTY, "fault")),
                ("made again: {{outcome}}", rate(m.PIECES_REMADE, "outcome")),
                ("none", "vector(0)"),
            ),
        ),
        Panel(
            "Waiting for a batch",
            "p99 of an item's wait in the dispatcher, by path.",
            (("{{path}}", quantile(0.99, m.QUEUE_WAIT, "path")),),
            "s",
        ),
        Panel(
            "Queued audio",
            "Estimated seconds of audio that wait for a batch, by path.",
            (("{{path}}", total(m.QUEUED_AUDIO, "path")),),
            "s",
        ),
        Panel(
            "Batch slots in use",
            "Batches on their way, of those that may be. At 1 the stages are full.",
            (("{{path}}", used_slots()),),
            "percentunit",
        ),
    ),
)

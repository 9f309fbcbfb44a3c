"""The alerts: what wakes a person, why, and where the runbook is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from monitoring.query import CREATING, PROBES, select
from telemetry import metrics as m
from telemetry.metrics import Metric

LABELS = "job"  # each way of scraping is judged by itself


@dataclass(frozen=True)
class Alert:
    name: str
    watched: str  # a value, there in good times too
    limit: str  # and when it is bad
    hold: str  # how long it must be so
    severity: str  # page | ticket
    summary: str
    description: str

    @property
    def expression(self) -> str:
        return f"{self.watched} {self.limit}".strip()


def _rate(metric: Metric, where: str = "", window: str = "5m") -> str:
    return f"sum by ({LABELS}) (rate({select(metric, where, job='')}[{window}]))"


def _max(metric: Metric, by: str = LABELS, offset: str = "") -> str:
    return f"max by ({by}) ({select(metric, job='')}{offset})"


def _p99(metric: Metric, where: str) -> str:
    buckets = f"rate({select(metric, where, '_bucket', job='')}[5m])"
    return f"histogram_quantile(0.99, sum by ({LABELS}, le) ({buckets}))"


def _memory(offset: str = "") -> str:
    """Of each replica with its workers."""
    replica = f"{LABELS}, deployment, replica"
    return f"sum by ({replica}) ({_max(m.RESIDENT_BYTES, f'{replica}, part', offset)})"


FAILED = _rate(m.REQUESTS, f'status=~"5..",{PROBES}')
ANSWERED = _rate(m.REQUESTS, PROBES)
JOBS_FAILED = _rate(m.JOBS_ENDED, 'state="failed"', "15m")
JOBS_RUN = _rate(m.JOBS_ENDED, 'state=~"completed|failed"', "15m")
RAN_DRY = _rate(m.STREAM_UNDERRUNS, window="15m")
STREAMS_ENDED = _rate(m.STREAMS_ENDED, window="15m")

ALERTS = (
    Alert(
        "PhonexErrors",
        f"{FAILED} / {ANSWERED}",
        "> 0.02",
        "5m",
        "page",
        "{{ $value | humanizePercentage }} of requests fail",
        "More than 2% of the answers of the last 5 minutes had a status of 500 or more.",
    ),
    Alert(
        "PhonexSlow",
        _p99(m.FIRST_BYTE_SECONDS, CREATING),
        "> 30",
        "10m",
        "page",
        "Clients wait {{ $value | humanizeDuration }} for audio",
        "The slowest 1% of requests that make audio or voices wait over 30 s for their answer.",
    ),
    Alert(
        "PhonexStreamsRunDry",
        f"{RAN_DRY} / {STREAMS_ENDED}",
        "> 0.05",
        "10m",
        "ticket",
        "{{ $value | humanizePercentage }} of streams run dry",
        "More than 5% of the streams of the last 15 minutes were made more slowly than they are "
        "played: listeners hear gaps.",
    ),
    Alert(
        "PhonexQueueOld",
        _max(m.OLDEST_QUEUED),
        "> 120",
        "5m",
        "page",
        "A job has waited for {{ $value | humanizeDuration }}",
        "The oldest queued job is over 2 minutes old: work comes in faster than it is done, or "
        "no runner takes it.",
    ),
    Alert(
        "PhonexQueueFull",
        f"{_max(m.EXPECTED_WAIT, f'{LABELS}, kind')} / "
        f"{_max(m.EXPECTED_WAIT_LIMIT, f'{LABELS}, kind')}",
        "> 0.9",
        "5m",
        "ticket",
        "The queue of {{ $labels.kind }} is {{ $value | humanizePercentage }} full",
        "New work would take about as long as it may; beyond that clients get 429.",
    ),
    Alert(
        "PhonexNoReplica",
        f"{_max(m.REPLICAS, f'{LABELS}, deployment')} + {_max(m.RESTING, f'{LABELS}, deployment')}",
        "< 1",
        "1m",
        "page",
        "{{ $labels.deployment }} has no ready replica",
        "Requests of this stage wait or are refused. Accepted jobs are kept.",
    ),
    Alert(
        "PhonexGone",
        f"absent({select(m.REPLICAS, job='')})",
        "",
        "2m",
        "page",
        "Phonex tells no metrics",
        "No ingress replica is scraped: the service is down, or Prometheus cannot reach it.",
    ),
    Alert(
        "PhonexJobsFail",
        f"{JOBS_FAILED} / {JOBS_RUN}",
        "> 0.05",
        "5m",
        "page",
        "{{ $value | humanizePercentage }} of jobs fail",
        "More than 5% of the jobs that ended in the last 15 minutes failed for good.",
    ),
    Alert(
        "PhonexBatchStandsStill",
        _max(m.JOB_BATCH_STILL),
        "> 900",
        "5m",
        "ticket",
        "Nothing has come of a batch for {{ $value | humanizeDuration }}",
        "For over 15 minutes no job of a batch has begun, come further or ended.",
    ),
    Alert(
        "PhonexStoreErrors",
        _rate(m.STORE_ERRORS),
        "> 0.1",
        "5m",
        "page",
        "A store fails {{ $value | humanize }} times a second",
        "The database or the blob store is away or full. Jobs wait for it; new work is refused.",
    ),
    Alert(
        "PhonexDisk",
        f"min by ({LABELS}, store) ({select(m.DISK_FREE, job='')})",
        f"< 4 * {_max(m.DISK_RESERVE, f'{LABELS}, store')}",
        "5m",
        "ticket",
        "{{ $value | humanize1024 }}B of disk are left",
        "Less than four times jobs.min_free_bytes is free; below it new work gets 507.",
    ),
    Alert(
        "PhonexMemoryGrows",
        _memory(),
        f"> 2 * {_memory(' offset 6h')} and {_memory()} > 2e9",
        "30m",
        "ticket",
        "{{ $labels.deployment }} takes {{ $value | humanize1024 }}B",
        "A replica and its workers take over 2 GB, twice what they took six hours ago.",
    ),
)


def rules() -> dict[str, Any]:
    """Prometheus' rule file."""
    return {
        "groups": [
            {
                "name": "phonex",
                "rules": [
                    {
                        "alert": alert.name,
                        "expr": alert.expression,
                        "for": alert.hold,
                        "labels": {"severity": alert.severity},
                        "annotations": {
                            "summary": alert.summary,
                            "description": alert.description,
                            "runbook": f"docs/operate.md#{alert.name.lower()}",
                        },
                    }
                    for alert in ALERTS
                ],
            }
        ]
    }

"""Jobs and their batches, voices, and the stores that hold them."""

from __future__ import annotations

from monitoring.panels.panel import Panel, Row
from monitoring.query import largest, or_zero, quantile, rate, select, total
from telemetry import metrics as m

JOBS_AND_STORAGE = Row(
    "Jobs, voices and storage",
    (
        Panel(
            "Jobs",
            "Unfinished, by state, in the records that all replicas share.",
            (("{{state}}", largest(m.JOBS, "state")),),
        ),
        Panel(
            "Age of the oldest queued job",
            "What a client who asks now may have to wait at least.",
            (("age", largest(m.OLDEST_QUEUED)),),
            "s",
        ),
        Panel(
            "Jobs accepted and ended",
            "A minute. Accepted above completed for long fills the queue.",
            (
                ("accepted", or_zero(f"60 * {rate(m.JOBS_ACCEPTED)}")),
                ("{{state}}", f"60 * {rate(m.JOBS_ENDED, 'state')}"),
                ("expired", or_zero(f"60 * {rate(m.JOBS_EXPIRED)}")),
            ),
        ),
        Panel(
            "Attempts that broke",
            "A minute, by problem type; most are tried again.",
            (("{{type}}", f"60 * {rate(m.JOB_ERRORS, 'type')}"), ("none", "vector(0)")),
        ),
        Panel(
            "Leases",
            "Lost by a runner that was too slow, and jobs taken over from one that died.",
            (
                ("lost", or_zero(f"60 * {rate(m.LEASES_LOST)}")),
                ("recovered", or_zero(f"60 * {rate(m.JOBS_RECOVERED)}")),
            ),
        ),
        Panel(
            "Voices",
            "Registered, and rejected by reason, an hour.",
            (
                ("registered", or_zero(f"3600 * {rate(m.VOICES_REGISTERED)}")),
                ("{{type}}", f"3600 * {rate(m.VOICES_REJECTED, 'type')}"),
            ),
        ),
        Panel(
            "Ends of jobs that were told",
            "Calls of callback URLs by what they came to, an hour; given up: no more attempts.",
            (
                ("{{result}}", f"3600 * {rate(m.CALLBACKS, 'result')}"),
                ("none", "vector(0)"),
            ),
        ),
        Panel(
            "Batches of jobs",
            "Under way; those that ended and their items, an hour, by how they ended.",
            (
                ("under way", total(m.JOB_BATCHES)),
                ("{{how}}", f"3600 * {rate(m.JOB_BATCHES_ENDED, 'how')}"),
                ("items {{state}}", f"3600 * {rate(m.JOB_BATCH_ITEMS_ENDED, 'state')}"),
            ),
        ),
        Panel(
            "Batches that stand still",
            "Longest time for which nothing came of a batch. They are fed when others leave room.",
            (("longest", largest(m.JOB_BATCH_STILL)),),
            "s",
        ),
        Panel(
            "Recordings looked at for the mark",
            "By what was found, an hour.",
            (
                ("{{result}}", f"3600 * {rate(m.VERIFICATIONS, 'result')}"),
                ("none", "vector(0)"),
            ),
        ),
        Panel(
            "The expected wait and its limit",
            "Seconds that new work would take, the limit of that (jobs.max_queue_wait_s, or in an "
            "overload jobs.overload_queue_wait_s), and the seconds of audio that are accepted.",
            (
                ("{{kind}}", largest(m.EXPECTED_WAIT, "kind")),
                ("limit, {{kind}}", largest(m.EXPECTED_WAIT_LIMIT, "kind")),
                ("audio accepted and not finished", largest(m.OUTSTANDING_AUDIO)),
                ("items in the dispatcher", total(m.QUEUED_ITEMS)),
            ),
        ),
        Panel(
            "Database",
            "p99 of a call, by operation.",
            (
                (
                    "{{operation}}",
                    quantile(0.99, m.STORE_SECONDS, "operation", 'store="database"'),
                ),
            ),
            "s",
        ),
        Panel(
            "Blobs",
            "p99 of a call, by operation.",
            (("{{operation}}", quantile(0.99, m.STORE_SECONDS, "operation", 'store="blobs"')),),
            "s",
        ),
        Panel(
            "Store errors",
            "Calls of a store that was away or full, a minute.",
            (
                ("{{store}} {{operation}}", f"60 * {rate(m.STORE_ERRORS, 'store, operation')}"),
                ("none", "vector(0)"),
            ),
        ),
        Panel(
            "Disk",
            "Room left for audio, and the reserve below which new work gets 507.",
            (
                ("free", f"min ({select(m.DISK_FREE)})"),
                ("reserve", largest(m.DISK_RESERVE)),
            ),
            "bytes",
        ),
        Panel(
            "Memory by deployment",
            "Resident, replicas and workers together.",
            (
                (
                    "{{deployment}}",
                    f"sum by (deployment) ({largest(m.RESIDENT_BYTES, 'deployment,replica,part')})",
                ),
            ),
            "bytes",
        ),
    ),
)

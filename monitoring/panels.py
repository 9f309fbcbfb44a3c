"""What the dashboard shows: rows of panels, each a question and the expressions that answer it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from monitoring.query import (
    WINDOW,
    largest,
    or_zero,
    quantile,
    rate,
    ratio,
    select,
    total,
)
from telemetry import metrics as m


@dataclass(frozen=True)
class Panel:
    title: str
    help: str
    targets: tuple[tuple[str, str], ...]  # (legend, expression)
    unit: str = "short"  # Grafana's name
    kind: str = "timeseries"  # or "stat", "table"
    width: int = 6  # of 24


@dataclass(frozen=True)
class Row:
    title: str
    panels: tuple[Panel, ...]


STAGES = (
    ("Text to speech", "text_to_speech", "TextToSpeech", "speech"),
    ("Embedding extraction", "embedding_extraction", "EmbeddingExtraction", "embedding"),
    ("Tone conversion", "tone_conversion", "ToneConversion", "cloning"),
)
PROBES = 'route!~"/healthz|/readyz|/metrics"'
CREATING = 'route=~"/tts|/clone|/clone/quick|/voice/register"'


def errors_share() -> str:
    failed = rate(m.REQUESTS, where=f'status=~"5..",{PROBES}')
    return f"(({failed}) or vector(0)) / {rate(m.REQUESTS, where=PROBES)}"


def used_slots() -> str:
    return f"{total(m.BATCHES_IN_FLIGHT, 'path')} / {total(m.BATCH_SLOTS, 'path')}"


def busy(stage: str, deployment: str) -> str:
    """Share of the time a stage's replicas computed."""
    ready = select(m.REPLICAS, f'deployment="{deployment}"')
    computed = or_zero(rate(m.STAGE_BUSY, where=f'stage="{stage}"'))
    return f"({computed}) / scalar(clamp_min(max (max_over_time({ready}[1m])), 1))"


def batches(stage: str) -> str:
    """A second."""
    counted = select(m.COMPUTE_SECONDS, f'stage="{stage}"', "_count")
    return f"sum (rate({counted}[{WINDOW}]))"


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


def stage_row(title: str, stage: str, deployment: str, path: str) -> Row:
    here = f'stage="{stage}"'
    audio = rate(m.STAGE_AUDIO, where=here)
    return Row(
        title,
        (
            Panel(
                "Replicas",
                "Ready ones. Their number is num_replicas or autoscaling_config's.",
                (("ready", largest(m.REPLICAS, where=f'deployment="{deployment}"')),),
                kind="stat",
                width=3,
            ),
            Panel(
                "Engine",
                "What runs here, and on what.",
                (
                    (
                        "{{engine}} {{version}}, {{backend}} on {{device}}",
                        largest(
                            m.ENGINE,
                            "engine, version, backend, device",
                            f'deployment="{deployment}"',
                        ),
                    ),
                ),
                kind="stat",
                width=3,
            ),
            Panel(
                "Audio",
                "Seconds of audio that go through a second.",
                (("s/s", or_zero(audio)),),
            ),
            Panel(
                "Real-time factor",
                "Seconds of compute for one of audio; below 1 is faster than speech.",
                (
                    ("p50", quantile(0.5, m.REAL_TIME_FACTOR, where=here)),
                    ("p99", quantile(0.99, m.REAL_TIME_FACTOR, where=here)),
                ),
            ),
            Panel(
                "Compute of a batch",
                "Without its wait for the batch before it.",
                (
                    ("p50", quantile(0.5, m.COMPUTE_SECONDS, where=here)),
                    ("p99", quantile(0.99, m.COMPUTE_SECONDS, where=here)),
                ),
                "s",
            ),
            Panel(
                "Waits before the compute",
                f"p99 in the dispatcher (path {path}) and at the replica.",
                (
                    ("dispatcher", quantile(0.99, m.QUEUE_WAIT, where=f'path="{path}"')),
                    ("replica", quantile(0.99, m.STAGE_WAIT_SECONDS, where=here)),
                    ("whole path", quantile(0.99, m.BATCH_SECONDS, where=f'path="{path}"')),
                ),
                "s",
            ),
            Panel(
                "Items in a batch",
                "Larger ones use a GPU better; a CPU gains nothing from them.",
                (
                    ("mean", ratio(m.STAGE_ITEMS, batches(stage), here)),
                    ("p90", quantile(0.9, m.BATCH_ITEMS, where=here)),
                ),
            ),
            Panel(
                "Padding",
                "Share of the work that only fills batches up.",
                (
                    (
                        "of all compute",
                        ratio(m.STAGE_PADDING, rate(m.STAGE_BUSY, where=here), here),
                    ),
                    ("p99 of batches", quantile(0.99, m.PADDED_SHARE, where=here)),
                ),
                "percentunit",
            ),
            Panel(
                "Failures",
                "Items the engine refused or failed on, and batches lost with their replica.",
                (
                    ("items", or_zero(rate(m.STAGE_ITEMS_FAILED, where=here))),
                    ("batches", or_zero(rate(m.BATCHES_LOST, where=f'path="{path}"'))),
                ),
            ),
            Panel(
                "Memory",
                "Resident, by replica: of itself and of its workers.",
                (
                    (
                        "{{replica}} {{part}}",
                        largest(m.RESIDENT_BYTES, "replica, part", f'deployment="{deployment}"'),
                    ),
                ),
                "bytes",
            ),
        ),
    )


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

STREAMS = Row(
    "Streams: what is heard while it is made",
    (
        Panel(
            "Time to the first audio",
            "From the moment somebody listens until the stream's first bytes.",
            (
                ("p50 {{kind}}", quantile(0.5, m.STREAM_FIRST_AUDIO, "kind")),
                ("p95 {{kind}}", quantile(0.95, m.STREAM_FIRST_AUDIO, "kind")),
            ),
            "s",
        ),
        Panel(
            "Streams that ended",
            "A minute: complete, left by who listened, failed.",
            (("{{how}}", f"60 * {rate(m.STREAMS_ENDED, 'how')}"),),
        ),
        Panel(
            "Streams that ran dry",
            "A minute: a player at real time would have stood still, since the audio was not made "
            "as fast as it is played.",
            (("ran dry", or_zero(f"60 * {rate(m.STREAM_UNDERRUNS)}")),),
        ),
        Panel(
            "Audio streamed",
            "Seconds of it a second.",
            (("{{kind}}", rate(m.STREAMED_AUDIO, "kind")),),
        ),
    ),
)

# Ray's own series: its agents see the GPUs. Its names are the same with our relabelling.
GPUS = Row(
    "GPUs (0 where there is none; the last two only by Ray's agents)",
    (
        Panel(
            "GPU memory of the replicas",
            "What torch has reserved.",
            (
                ("{{deployment}} {{replica}}", largest(m.GPU_BYTES, "deployment, replica")),
                ("none", "vector(0)"),
            ),
            "bytes",
            width=8,
        ),
        Panel(
            "GPU utilization",
            "By node and GPU, in percent.",
            (
                ("{{ip}} {{GpuIndex}}", 'ray_node_gpus_utilization{job="$job"}'),
                ("none", "vector(0)"),
            ),
            "percent",
            width=8,
        ),
        Panel(
            "GPU memory of the machine",
            "Used, by node and GPU; other programs' too.",
            (
                ("{{ip}} {{GpuIndex}}", '1048576 * ray_node_gram_used{job="$job"}'),
                ("none", "vector(0)"),
            ),
            "bytes",
            width=8,
        ),
    ),
)

ROWS = (OVERVIEW, *(stage_row(*stage) for stage in STAGES), STREAMS, JOBS_AND_STORAGE, GPUS)


def expressions() -> Iterator[tuple[str, str]]:
    """(where it stands, expression) of every panel."""
    for row in ROWS:
        for panel in row.panels:
            for legend, expression in panel.targets:
                yield f"{row.title} / {panel.title} / {legend}", expression

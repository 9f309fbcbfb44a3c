"""Every metric of Phonex and its buckets, in one place.

`telemetry.meter` counts them. docs/operate.md says what each is good for.

Ray's agents export a histogram's buckets and count as they are, and a sum that they guess from the
middles of the buckets: where a sum matters there is a counter beside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
ITEMS = (1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0, 64.0)
FACTORS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
COSINES = (0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1.0)
SHARES = (0.001, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Metric:
    name: str
    kind: Literal["counter", "gauge", "histogram"]
    help: str
    labels: tuple[str, ...] = ()
    buckets: Sequence[float] = ()


REQUESTS = Metric(
    "phonex_http_requests_total",
    "counter",
    "HTTP requests answered, by route template and status.",
    ("method", "route", "status"),
)
REQUEST_SECONDS = Metric(
    "phonex_http_request_seconds",
    "histogram",
    "Time from a request's first byte to its answer's last, waits for audio included.",
    ("method", "route"),
    SECONDS,
)
FIRST_BYTE_SECONDS = Metric(
    "phonex_http_first_byte_seconds",
    "histogram",
    "Time from a request's first byte to the first byte of its answer's body.",
    ("method", "route"),
    SECONDS,
)
PROBLEMS = Metric(
    "phonex_http_problems_total",
    "counter",
    "Error answers, by route template and problem type.",
    ("route", "type"),
)

CALLBACKS = Metric(
    "phonex_callbacks_total",
    "counter",
    "Calls that told the end of a job: told, failed (and tried again) or given_up.",
    ("result",),
)

VERIFICATIONS = Metric(
    "phonex_verifications_total",
    "counter",
    "Recordings that were looked at for the mark of generated speech: marked or unmarked.",
    ("result",),
)

# Jobs

JOBS_ACCEPTED = Metric("phonex_jobs_accepted_total", "counter", "Jobs accepted.", ("kind",))
JOBS_ENDED = Metric(
    "phonex_jobs_ended_total",
    "counter",
    "Jobs that ended: completed, failed or cancelled.",
    ("kind", "state"),
)
JOB_ERRORS = Metric(
    "phonex_job_errors_total",
    "counter",
    "Attempts at a job that broke, by problem type; most are tried again.",
    ("kind", "type"),
)
JOBS_EXPIRED = Metric(
    "phonex_jobs_expired_total", "counter", "Ended jobs forgotten after their retention."
)
JOB_SECONDS = Metric(
    "phonex_job_seconds", "histogram", "From acceptance to completion.", ("kind",), SECONDS
)
JOB_WAIT_SECONDS = Metric(
    "phonex_job_wait_seconds",
    "histogram",
    "From a job's acceptance to its first run.",
    ("kind",),
    SECONDS,
)
JOBS = Metric("phonex_jobs", "gauge", "Unfinished jobs in the records.", ("state",))
OLDEST_QUEUED = Metric("phonex_oldest_queued_seconds", "gauge", "Age of the oldest queued job.")
OUTSTANDING_AUDIO = Metric(
    "phonex_outstanding_audio_seconds",
    "gauge",
    "Estimated seconds of audio that are accepted and not finished.",
)
EXPECTED_WAIT = Metric(
    "phonex_expected_wait_seconds",
    "gauge",
    "Seconds until the outstanding work on the way of such a job will be done.",
    ("kind",),
)
EXPECTED_WAIT_LIMIT = Metric(
    "phonex_expected_wait_limit_seconds",
    "gauge",
    "Expected wait beyond which such a job is refused, as it stands now.",
    ("kind",),
)
LEASES_LOST = Metric(
    "phonex_leases_lost_total", "counter", "Jobs this runner no longer held when it renewed."
)
JOBS_RECOVERED = Metric(
    "phonex_jobs_recovered_total", "counter", "Jobs taken over from a runner that fell silent."
)
AUDIO_SECONDS = Metric(
    "phonex_audio_seconds_total", "counter", "Seconds of finished audio.", ("kind",)
)

# Batches of jobs, which are no batches of the dispatcher

JOB_BATCHES = Metric(
    "phonex_job_batches",
    "gauge",
    "Batches of jobs that have not ended and whose items this ingress replica makes jobs of.",
)
JOB_BATCH_STILL = Metric(
    "phonex_job_batch_still_seconds",
    "gauge",
    "Longest time for which nothing came of a batch of jobs: no job begun or ended, no piece made.",
)
JOB_BATCHES_ENDED = Metric(
    "phonex_job_batches_ended_total",
    "counter",
    "Batches of jobs by their end: all items made (completed), some (partly), none (failed), or "
    "deleted before it.",
    ("how",),
)
JOB_BATCH_ITEMS_ENDED = Metric(
    "phonex_job_batch_items_ended_total",
    "counter",
    "Items of batches that came to their end: completed, failed, cancelled, refused, or deleted.",
    ("state",),
)

# What is heard of the service's own work

CLONE_SIMILARITY = Metric(
    "phonex_clone_similarity",
    "histogram",
    "Cosine of a clone's voice and its target's, by GE2E.",
    ("engine",),
    COSINES,
)
PIECES_FAULTY = Metric(
    "phonex_pieces_faulty_total", "counter", "Faults found in pieces of speech.", ("fault",)
)
PIECES_REMADE = Metric(
    "phonex_pieces_remade_total",
    "counter",
    "Faulty pieces that were made a second time: mended, or faulty again.",
    ("outcome",),
)

# Streams

STREAM_FIRST_AUDIO = Metric(
    "phonex_stream_first_audio_seconds",
    "histogram",
    "From the moment somebody listens to a job until its stream's first bytes.",
    ("kind",),
    SECONDS,
)
STREAMS_ENDED = Metric(
    "phonex_streams_ended_total",
    "counter",
    "Streams that ended: complete, left by their listener, or failed.",
    ("how",),
)
STREAM_UNDERRUNS = Metric(
    "phonex_stream_underruns_total",
    "counter",
    "Streams from their beginning on, whose audio was not made as fast as a player plays it.",
)
STREAMED_AUDIO = Metric(
    "phonex_streamed_audio_seconds_total",
    "counter",
    "Seconds of audio of streams that were heard from their beginning on.",
    ("kind",),
)

# Voices

VOICES_REGISTERED = Metric("phonex_voices_registered_total", "counter", "Voices registered.")
VOICES_REJECTED = Metric(
    "phonex_voices_rejected_total",
    "counter",
    "Voices that were not registered, by problem type.",
    ("type",),
)

# The dispatcher

QUEUED_AUDIO = Metric(
    "phonex_queued_audio_seconds",
    "gauge",
    "Estimated seconds of audio that wait for a batch, by path.",
    ("path",),
)
QUEUED_ITEMS = Metric(
    "phonex_queued_items", "gauge", "Items that wait for a batch, by path.", ("path",)
)
BATCHES_IN_FLIGHT = Metric(
    "phonex_batches_in_flight", "gauge", "Batches on their way through the stages.", ("path",)
)
BATCH_SLOTS = Metric(
    "phonex_batch_slots", "gauge", "Batches that may be on their way at once.", ("path",)
)
QUEUE_WAIT = Metric(
    "phonex_queue_wait_seconds",
    "histogram",
    "From an item's arrival to the closing of its batch.",
    ("path",),
    SECONDS,
)
BATCH_SECONDS = Metric(
    "phonex_batch_seconds",
    "histogram",
    "From sending a batch to its results, over all stages.",
    ("path",),
    SECONDS,
)
BATCHES_LOST = Metric(
    "phonex_batches_lost_total",
    "counter",
    "Batches whose replica died, raised or timed out; their items are tried again.",
    ("path",),
)

# The stages, as their reports come back with each batch

BATCH_ITEMS = Metric(
    "phonex_batch_items", "histogram", "Items in a batch, by stage.", ("stage",), ITEMS
)
STAGE_WAIT_SECONDS = Metric(
    "phonex_stage_wait_seconds",
    "histogram",
    "From a batch's arrival at a replica until the batch before it was done.",
    ("stage",),
    SECONDS,
)
COMPUTE_SECONDS = Metric(
    "phonex_compute_seconds",
    "histogram",
    "Compute of one batch in a stage, waits for the batch before it not included.",
    ("stage",),
    SECONDS,
)
REAL_TIME_FACTOR = Metric(
    "phonex_real_time_factor",
    "histogram",
    "Seconds of compute for each second of audio in a batch.",
    ("stage",),
    FACTORS,
)
PADDED_SHARE = Metric(
    "phonex_padded_share",
    "histogram",
    "Share of a batch's work that is padding.",
    ("stage",),
    SHARES,
)
STAGE_BUSY = Metric(
    "phonex_stage_busy_seconds_total", "counter", "Compute of all batches.", ("stage",)
)
STAGE_PADDING = Metric(
    "phonex_stage_padding_seconds_total", "counter", "Compute spent on padding.", ("stage",)
)
STAGE_ITEMS = Metric(
    "phonex_stage_items_total", "counter", "Items that went through a stage.", ("stage",)
)
STAGE_AUDIO = Metric(
    "phonex_stage_audio_seconds_total", "counter", "Audio a stage went through.", ("stage",)
)
STAGE_ITEMS_FAILED = Metric(
    "phonex_stage_items_failed_total", "counter", "Items a stage gave an error for.", ("stage",)
)

# The stores

STORE_SECONDS = Metric(
    "phonex_store_seconds",
    "histogram",
    "One call of the database or of the blob store.",
    ("store", "operation"),
    SECONDS,
)
STORE_ERRORS = Metric(
    "phonex_store_errors_total",
    "counter",
    "Calls of a store that was away, full or broken.",
    ("store", "operation"),
)
DISK_FREE = Metric(
    "phonex_disk_free_bytes", "gauge", "Room left where a store keeps its files.", ("store",)
)
DISK_RESERVE = Metric(
    "phonex_disk_reserve_bytes", "gauge", "Room below which new work is refused.", ("store",)
)

# What runs

REPLICAS = Metric("phonex_replicas", "gauge", "Replicas that are ready.", ("deployment",))
RESTING = Metric(
    "phonex_resting",
    "gauge",
    "1 for a deployment that has no replica because nobody uses it.",
    ("deployment",),
)
ENGINE = Metric(
    "phonex_engine_info",
    "gauge",
    "1 for the engine each stage runs.",
    ("deployment", "engine", "version", "backend", "device"),
)
RESIDENT_BYTES = Metric(
    "phonex_resident_bytes",
    "gauge",
    "Resident memory of a replica itself and of its worker processes.",
    ("deployment", "replica", "part"),
)
GPU_BYTES = Metric(
    "phonex_gpu_bytes",
    "gauge",
    "GPU memory that a replica holds.",
    ("deployment", "replica"),
)

ALL: tuple[Metric, ...] = tuple(
    value for value in list(globals().values()) if isinstance(value, Metric)
)

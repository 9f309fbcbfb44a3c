"""A row for each stage of the graph: its replicas, its engine, its batches."""

from __future__ import annotations

from monitoring.panels.panel import Panel, Row
from monitoring.query import WINDOW, largest, or_zero, quantile, rate, ratio, select
from telemetry import metrics as m

STAGES = (
    ("Text to speech", "text_to_speech", "TextToSpeech", "speech"),
    ("Embedding extraction", "embedding_extraction", "EmbeddingExtraction", "embedding"),
    ("Tone conversion", "tone_conversion", "ToneConversion", "cloning"),
)


def busy(stage: str, deployment: str) -> str:
    """Share of the time a stage's replicas computed."""
    ready = select(m.REPLICAS, f'deployment="{deployment}"')
    computed = or_zero(rate(m.STAGE_BUSY, where=f'stage="{stage}"'))
    return f"({computed}) / scalar(clamp_min(max (max_over_time({ready}[1m])), 1))"


def batches(stage: str) -> str:
    """A second."""
    counted = select(m.COMPUTE_SECONDS, f'stage="{stage}"', "_count")
    return f"sum (rate({counted}[{WINDOW}]))"


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

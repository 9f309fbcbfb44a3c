"""What is heard while it is made."""

from __future__ import annotations

from monitoring.panels.panel import Panel, Row
from monitoring.query import or_zero, quantile, rate
from telemetry import metrics as m

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

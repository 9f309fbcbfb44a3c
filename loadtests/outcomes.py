"""What the users of a load test met with, over time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any, Literal

import numpy as np

from loadtests.ledger import Ledger

End = Literal["done", "refused", "failed"]  # refused: turned away with 429 or 503 for good


@dataclass(frozen=True, slots=True)
class Outcome:
    """One piece of audio that somebody wanted. Times are `time.monotonic()`."""

    kind: str
    due_at: float  # when it was to be asked for
    ended_at: float
    end: End
    audio_s: float = 0.0
    refusals: int = 0  # before it was accepted, or given up

    @property
    def latency_s(self) -> float:
        """From when it was to be asked for to the last byte of its audio."""
        return self.ended_at - self.due_at


@dataclass(frozen=True, slots=True)
class Refusal:
    at: float
    seconds: float  # until the answer
    status: int
    retry_after_s: float | None


@dataclass
class Record:
    """Everything that happened in one run."""

    started_at: float = field(default_factory=time.monotonic)
    arrivals: list[float] = field(default_factory=list)  # when each piece of audio was wanted
    outcomes: list[Outcome] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)  # wrong audio, errors, broken promises
    lateness: list[float] = field(default_factory=list)  # seconds, of the generator itself
    ledger: Ledger = field(default_factory=Ledger)

    def between(self, since: float, until: float) -> Record:
        """The same, of what was due within a time."""
        return Record(
            since,
            [at for at in self.arrivals if since <= at < until],
            [one for one in self.outcomes if since <= one.due_at < until],
            [one for one in self.refusals if since <= one.at < until],
            self.faults,
            self.lateness,
            self.ledger,
        )

    def done(self) -> list[Outcome]:
        return [one for one in self.outcomes if one.end == "done"]

    def latencies(self) -> list[float]:
        return [one.latency_s for one in self.done()]

    def summary(self, seconds: float) -> dict[str, Any]:
        """Figures of a run of that many seconds."""
        done = self.done()
        audio_s = sum(one.audio_s for one in done)
        ends = [one.end for one in self.outcomes]
        return {
            "seconds": seconds,
            "arrivals": len(self.arrivals),
            "arrivals_per_s": len(self.arrivals) / seconds,
            "done": len(done),
            "refused": ends.count("refused"),
            "failed": ends.count("failed"),
            "faults": len(self.faults),
            "audio_s": audio_s,
            "latency_s": percentiles(self.latencies()),
            "real_time_factor": percentiles(real_time_factors(done)),
            "rejections": len(self.refusals),
            "rejection_ms": percentiles([one.seconds * 1000 for one in self.refusals]),
            "retry_after_s": percentiles([one.retry_after_s or 0.0 for one in self.refusals]),
            "retry_after_missing": sum(one.retry_after_s is None for one in self.refusals),
            "generator_late_ms": percentiles([late * 1000 for late in self.lateness]),
            "ledger": self.ledger.summary(),
        }

    def completed_per_s(self, since: float, until: float) -> tuple[float, float]:
        """Goodput: pieces, and seconds of audio, that were finished within a time, a second."""
        ended = [one for one in self.done() if since <= one.ended_at < until]
        return len(ended) / (until - since), sum(one.audio_s for one in ended) / (until - since)

    def series(self, step_s: float = 1.0) -> dict[str, list[float]]:
        """What the plots show, one value for each step."""
        ends = [one.ended_at for one in self.outcomes] + self.arrivals
        steps = int((max(ends, default=self.started_at) - self.started_at) / step_s) + 1
        done, wide = self.done(), max(1, round(5 / step_s))  # percentiles want more than a second
        latency = {
            f"p{q}": self._moving(done, steps, step_s, wide, partial(np.percentile, q=q))
            for q in (50, 95, 99)
        }
        return {
            "at": [step * step_s for step in range(steps)],
            "arrivals": self._rates(self.arrivals, steps, step_s),
            "goodput": self._rates([one.ended_at for one in done], steps, step_s),
            "audio": self._rates(
                [one.ended_at for one in done], steps, step_s, [one.audio_s for one in done]
            ),
            "rejections": self._rates([one.at for one in self.refusals], steps, step_s),
            "waiting": self._waiting(steps, step_s),
            **latency,
        }

    def _rates(
        self,
        times: Iterable[float],
        steps: int,
        step_s: float,
        weights: Sequence[float] | None = None,
    ) -> list[float]:
        edges = self.started_at + np.arange(steps + 1) * step_s
        counts, _ = np.histogram(np.array(list(times)), edges, weights=weights)
        return [float(value) for value in counts / step_s]

    def _waiting(self, steps: int, step_s: float) -> list[float]:
        """Pieces of audio that were wanted by then and whose wait had not ended."""
        ends = self.started_at + (np.arange(steps) + 1) * step_s
        came = np.searchsorted(np.sort(np.array(self.arrivals)), ends)
        went = np.searchsorted(np.sort([one.ended_at for one in self.outcomes]), ends)
        return [float(value) for value in came - went]

    def _moving(
        self,
        done: Sequence[Outcome],
        steps: int,
        step_s: float,
        wide: int,
        of: Callable[[Sequence[float]], Any],
    ) -> list[float]:
        """A figure over the last `wide` steps; not a number where nothing ended."""
        by_step: list[list[float]] = [[] for _ in range(steps)]
        for one in done:
            by_step[min(steps - 1, int((one.ended_at - self.started_at) / step_s))].append(
                one.latency_s
            )
        values = []
        for step in range(steps):
            recent = [v for part in by_step[max(0, step - wide + 1) : step + 1] for v in part]
            values.append(float(of(recent)) if recent else float("nan"))
        return values

    def to_json(self, seconds: float) -> dict[str, Any]:
        # JSON has no NaN.
        series = {
            name: [None if value != value else round(value, 4) for value in values]
            for name, values in self.series().items()
        }
        lost = [asdict(entry) for entry in self.ledger.lost()]
        return {**self.summary(seconds), "lost": lost, "what": self.faults[:100], "series": series}


def real_time_factors(done: Iterable[Outcome]) -> list[float]:
    """Seconds until the audio was there, for each second of it."""
    return [one.latency_s / one.audio_s for one in done if one.audio_s]


def percentiles(values: Sequence[float]) -> dict[str, float]:
    if not values:
        return {}
    names = {"p50": 50, "p95": 95, "p99": 99, "max": 100}
    return {name: float(np.percentile(values, q)) for name, q in names.items()}

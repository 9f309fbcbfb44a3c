"""Traces for OpenTelemetry, where `tracing.endpoint` names a collector; off otherwise.

One span a request, one a job, and under each job one for every batch of a stage that held a piece
of it. A job carries its request's context in its record, and an item its job's to the stages, so
a trace holds together over replicas and restarts. Nothing of OpenTelemetry is imported while off.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Literal

from config.installing import install_hint
from config.settings import TracingSettings

HEADER = "traceparent"  # W3C Trace Context
Attributes = dict[str, str | int | float]


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose work an item of a batch is."""

    job: str  # its id, or that of the request that waits for the item
    traceparent: str | None = None


def jobs_of(origins: Sequence[Origin]) -> list[str]:
    return sorted({origin.job for origin in origins})


class TracingUnavailable(RuntimeError):
    """Tracing is asked for and not installed."""


class Tracer:
    """Makes no spans: what a service without tracing has."""

    @contextmanager
    def span(
        self,
        name: str,
        parent: str | None,
        kind: Literal["server", "consumer"],
        attributes: Attributes,
    ) -> Iterator[Attributes]:
        """A span around the block, in which it is current.

        Args:
            parent: the `traceparent` to continue; anything else begins a trace.
        Yields:
            `attributes`, which the block may add to; "name" renames the span.
        """
        yield attributes

    @contextmanager
    def stage(self, stage: str, origins: Sequence[Origin]) -> Iterator[Attributes]:
        """Around one batch: a span in the trace of each job that has an item in it."""
        yield {}

    def traceparent(self) -> str | None:
        """The current span, in the words of W3C Trace Context."""
        return None

    def close(self) -> None:
        """Send what is left. Blocks."""


OFF = Tracer()


def open_tracer(settings: TracingSettings, deployment: str) -> Tracer:
    """Raises TracingUnavailable."""
    if settings.endpoint is None:
        return OFF
    try:
        return _ExportingTracer(settings.endpoint, settings.sample_ratio, deployment)
    except ImportError as error:
        raise TracingUnavailable(
            f"tracing.endpoint is set, but tracing is not installed: {install_hint('tracing')}"
        ) from error


class _ExportingTracer(Tracer):
    """Sends spans to an OTLP collector over HTTP, in the background."""

    def __init__(self, endpoint: str, sample_ratio: float, deployment: str) -> None:
        from opentelemetry import trace
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        resource = Resource.create({"service.name": "phonex", "phonex.deployment": deployment})
        sampler = ParentBased(TraceIdRatioBased(sample_ratio))
        # Our own provider, not OpenTelemetry's global one, which belongs to whoever runs us.
        self._provider = TracerProvider(resource=resource, sampler=sampler)
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint)))
        self._tracer = self._provider.get_tracer("phonex")
        self._propagator = TraceContextTextMapPropagator()
        self._trace = trace

    @contextmanager
    def span(
        self,
        name: str,
        parent: str | None,
        kind: Literal["server", "consumer"],
        attributes: Attributes,
    ) -> Iterator[Attributes]:
        span = self._tracer.start_span(
            name, self._context(parent), self._trace.SpanKind[kind.upper()]
        )
        try:
            with self._trace.use_span(span, record_exception=True, set_status_on_exception=True):
                yield attributes
        finally:
            span.update_name(str(attributes.pop("name", name)))
            span.set_attributes(_prefixed(attributes))
            span.end()

    @contextmanager
    def stage(self, stage: str, origins: Sequence[Origin]) -> Iterator[Attributes]:
        attributes: Attributes = {}
        began = time.time_ns()
        failure: Exception | None = None
        try:
            yield attributes
        except Exception as error:
            failure = error
            raise
        finally:
            for origin, items in Counter(origins).items():
                span = self._tracer.start_span(
                    stage,
                    self._context(origin.traceparent),
                    attributes=_prefixed(
                        {"job_id": origin.job, "items_of_job": items, **attributes}
                    ),
                    start_time=began,
                )
                if failure:
                    span.record_exception(failure)
                    span.set_status(self._trace.StatusCode.ERROR)
                span.end()

    def traceparent(self) -> str | None:
        carrier: dict[str, str] = {}
        self._propagator.inject(carrier)
        return carrier.get(HEADER)

    def close(self) -> None:
        with suppress(Exception):  # a collector that is away must not keep a replica from stopping
            self._provider.shutdown()

    def _context(self, traceparent: str | None) -> Any:
        return self._propagator.extract({HEADER: traceparent} if traceparent else {})


def _prefixed(attributes: Mapping[str, str | int | float]) -> Attributes:
    return {f"phonex.{name}": value for name, value in attributes.items()}

"""The stores as the service uses them: every call timed, every failure counted.

Around the stores, which know nothing of metrics.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Literal, TypeVar, cast

from serve_app.store.blobs import Blobs
from serve_app.store.errors import StorageFull, StoreUnavailable
from serve_app.store.records import Records
from telemetry import metrics
from telemetry.meter import Meter

StoreT = TypeVar("StoreT", Records, Blobs)


def measured(store: StoreT, name: Literal["database", "blobs"], meter: Meter) -> StoreT:
    """The same store; its methods tell the meter how long they took."""
    return cast(StoreT, _Measured(store, name, meter))


class _Measured:
    def __init__(self, store: Records | Blobs, name: str, meter: Meter) -> None:
        self._store = store
        self._name = name
        self._meter = meter

    def __getattr__(self, operation: str) -> Any:
        method = getattr(self._store, operation)
        timed = self._timed(method, operation) if callable(method) else method
        setattr(self, operation, timed)  # found at once the next time
        return timed

    def _timed(self, method: Callable[..., Any], operation: str) -> Callable[..., Any]:
        labels = {"store": self._name, "operation": operation}

        def call(*args: Any, **kwargs: Any) -> Any:
            began = time.perf_counter()
            try:
                return method(*args, **kwargs)
            except (StoreUnavailable, StorageFull):  # what a missing blob raises is an answer
                self._meter.count(metrics.STORE_ERRORS, 1, **labels)
                raise
            finally:
                seconds = time.perf_counter() - began
                self._meter.observe(metrics.STORE_SECONDS, seconds, **labels)

        return call

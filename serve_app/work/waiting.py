"""Who waits for a job to end in this process, without asking the records again and again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

ANY_JOB = ""  # listens to all of them


class Waiting:
    """Events of jobs, which are set when they end here."""

    def __init__(self) -> None:
        self._events: dict[str, set[asyncio.Event]] = {}
        self.over = False  # no job will end here any more: who waits is to go

    @contextmanager
    def listen(self, job_id: str) -> Iterator[asyncio.Event]:
        """An event that is set when the job ends here."""
        event = asyncio.Event()
        if self.over:
            event.set()
        events = self._events.setdefault(job_id, set())
        events.add(event)
        try:
            yield event
        finally:
            events.discard(event)
            if not events:
                del self._events[job_id]

    def end(self) -> None:
        """This replica has stopped. A request that waited on would keep it from ending."""
        self.over = True
        for events in self._events.values():
            for event in events:
                event.set()

    def signal(self, job_id: str) -> None:
        for listened in (job_id, ANY_JOB):
            for event in self._events.get(listened, ()):
                event.set()

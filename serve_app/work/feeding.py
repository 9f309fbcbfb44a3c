"""Feeds the items of batches to the intake, as there is room: one feeder in each ingress replica.

A batch stands behind everybody, its owner's other requests included. It has a job under way while
there is any room at all; more only while its owner's work would be done within seconds, and while
the owner keeps half of what its key may have. Owners take turns, and each one's batches.
"""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from itertools import chain, zip_longest

from config.settings import JobSettings, KeySettings
from serve_app.problems import detail_of, kind_of
from serve_app.store.batch_values import OpenBatch, WaitingItem
from serve_app.store.errors import ItemTaken, QuotaExceeded, StoreError
from serve_app.store.quotas import Share
from serve_app.store.records import Records
from serve_app.store.values import Failure, Quota
from serve_app.threads import Threads
from serve_app.work.batch_outcomes import BatchOutcomes
from serve_app.work.jobs import Jobs
from serve_app.work.waiting import ANY_JOB
from telemetry.logs import Throttle
from telemetry.meter import Meter

logger = logging.getLogger(__name__)

MOST_AHEAD = 16  # unfinished jobs of one batch
AHEAD_S = 3.0  # of work that its owner has under way: beyond, more would only wait elsewhere
HALF = 2  # of an owner's limits, in parts, is what its batches leave it
ROUND_S = 2.0  # of feeding, before leases are looked at again
PAUSE_S = 0.05  # at least, between two rounds
PASSING = (
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.INSUFFICIENT_STORAGE,
)

Accept = Callable[[OpenBatch, WaitingItem], Awaitable[object]]
"""Makes a job of an item. Raises what the intake raises, and ItemTaken."""


@dataclass(slots=True)
class _Fed:
    """A batch while it is fed."""

    batch: OpenBatch
    waiting: int
    unfinished: int


class Feeder:
    """Makes jobs of what waits in batches."""

    def __init__(
        self,
        records: Records,
        jobs: Jobs,
        threads: Threads,
        settings: JobSettings,
        keys: KeySettings,
        accept: Accept,
        meter: Meter,
    ) -> None:
        self._records = records
        self._jobs = jobs
        self._threads = threads
        self._settings = settings
        self._keys = keys
        self._accept = accept
        self.outcomes = BatchOutcomes(meter)
        self._name = uuid.uuid4().hex
        self._throttle = Throttle(logger)
        self._wake = asyncio.Event()
        self._closing = False
        self._loop: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._loop = asyncio.create_task(self._feed_forever(), name="feed")

    def check(self) -> None:
        """Raise when the loop has died: this replica feeds no batches and must be replaced."""
        if self._loop and self._loop.done() and not self._closing:
            raise RuntimeError("the feed loop has ended") from (
                None if self._loop.cancelled() else self._loop.exception()
            )

    async def close(self) -> None:
        """Feed no more, and let others go on with what is held here."""
        self._closing = True
        self._wake.set()
        if self._loop is None:
            return
        await asyncio.gather(self._loop, return_exceptions=True)
        with suppress(StoreError):  # the leases run out by themselves
            await self._threads.io(self._records.release_batches, self._name)

    def wake(self) -> None:
        """There is a new batch, or one less: look now."""
        self._wake.set()

    async def clear(self, batch_id: str, owner: str) -> None:
        """Cancel and delete the jobs of a deleted batch."""
        for job_id in await self._threads.io(self._records.batch_leftovers, batch_id):
            await self._jobs.delete(job_id, owner)

    async def _feed_forever(self) -> None:
        while not self._closing:
            with self._jobs.runner.waiting.listen(ANY_JOB) as ended:
                try:
                    any_held = await self._look()
                except StoreError as error:
                    self._throttle.warn("could not feed batches; trying again", error)
                    any_held = False
                if self._closing:
                    return
                await asyncio.sleep(PAUSE_S)
                await self._wait(ended if any_held else None)

    async def _wait(self, ended: asyncio.Event | None) -> None:
        """Until there may be something to do: a batch that is new, a job that has ended here."""
        events = [self._wake, *([ended] if ended else [])]
        waits = [asyncio.create_task(event.wait()) for event in events]
        await asyncio.wait(
            waits, timeout=self._settings.poll_s, return_when=asyncio.FIRST_COMPLETED
        )
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)
        self._wake.clear()

    async def _look(self) -> bool:
        """Feed what there is room for; whether this replica holds any batch."""
        held = await self._hold()
        self.outcomes.look(held)
        if not held:
            return False
        for batch in held:
            if batch.deleted:
                await self.clear(batch.id, batch.owner)
        alive = [_Fed(one, one.waiting, one.unfinished) for one in held if not one.deleted]
        await self._feed(alive)
        over = [one.id for one in held if one.deleted]
        over += [fed.batch.id for fed in alive if not fed.waiting and not fed.unfinished]
        if over:
            self.outcomes.ended(await self._threads.io(self._records.end_batches, over))
        return True

    async def _hold(self) -> list[OpenBatch]:
        """The batches that are this feeder's, its leases on them prolonged."""
        lease_s = self._settings.lease_s
        found = await self._threads.io(self._records.open_batches, self._name, lease_s)
        wanted = [batch.id for batch in found if not batch.held]
        got: set[str] = set()
        if wanted:
            got = await self._threads.io(self._records.hold_batches, self._name, wanted, lease_s)
        return [batch for batch in found if batch.held or batch.id in got]

    async def _feed(self, batches: list[_Fed]) -> None:
        """One item of each batch after the other, while there is room for some."""
        until = time.monotonic() + min(ROUND_S, self._settings.lease_s / 4)
        unfinished: Counter[str] = Counter()  # jobs of batches, by owner
        for fed in batches:
            unfinished[fed.batch.owner] += fed.unfinished
        left = [fed for fed in batches if fed.waiting]
        while left and time.monotonic() < until and not self._closing:
            left = [fed for fed in in_turns(left) if await self._feed_one(fed, unfinished)]

    async def _feed_one(self, fed: _Fed, unfinished: Counter[str]) -> bool:
        """Make a job of a batch's next item; whether to go on with it."""
        item = await self._threads.io(self._records.next_item, fed.batch.id)
        if item is None:
            fed.waiting = 0
            return False
        is_first = unfinished[fed.batch.owner] == 0
        if fed.unfinished >= MOST_AHEAD or not await self._has_room(fed, item, is_first=is_first):
            return False
        try:
            await self._accept(fed.batch, item)
            fed.unfinished += 1
            unfinished[fed.batch.owner] += 1
        except ItemTaken:  # deleted, or fed by another whose lease ran out
            return False
        except Exception as error:  # noqa: BLE001  one item must not end the loop
            if not await self._refuse(item, error):
                return False
        fed.waiting -= 1
        return fed.waiting > 0

    async def _has_room(self, fed: _Fed, item: WaitingItem, *, is_first: bool) -> bool:
        """Whether an owner may have one more job of its batches under way, or its first."""
        owner, line = fed.batch.owner, self._jobs.admission.lines[item.kind]
        await self._jobs.admission.refresh()
        if line.wait_of(owner) > (line.limit_s(owner) / HALF if is_first else AHEAD_S):
            return False
        if not owner:
            return True
        quota = Quota(item.chars, self._keys.max_unfinished_jobs, self._keys.max_chars_per_minute)
        share = Share(jobs=1 if is_first else HALF, chars=HALF)
        try:
            await self._threads.io(self._records.check_quota, owner, quota, share)
        except QuotaExceeded:
            return False
        return True

    async def _refuse(self, item: WaitingItem, error: Exception) -> bool:
        """Write why an item cannot become a job; False where it may, at another time."""
        kind = kind_of(error)
        if kind.status in PASSING:
            if isinstance(error, StoreError):
                self._throttle.warn("could not feed batches; trying again", error)
            return False
        if kind.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            logger.error("an item of a batch broke", extra=_about(item), exc_info=error)
        problem = Failure(kind.name, kind.title, detail_of(error))
        await self._threads.io(self._records.refuse_item, item.place, problem)
        return True


def in_turns(batches: Iterable[_Fed]) -> list[_Fed]:
    """The first batch of each owner, then the second of each."""
    by_owner: defaultdict[str, list[_Fed]] = defaultdict(list)
    for fed in batches:
        by_owner[fed.batch.owner].append(fed)
    rounds = zip_longest(*by_owner.values())
    return [fed for fed in chain.from_iterable(rounds) if fed is not None]


def _about(item: WaitingItem) -> dict[str, object]:
    return {"batch_id": item.place.batch_id, "position": item.place.position}

"""Batches are formed here, where the queue is, and as late as can be.

A `Dispatcher` holds the items of all jobs for one path through the graph. Whenever that path has
a free slot it closes one batch and sends it as one call. There is no wait timer: while every slot
is busy the queue grows and the next batch is larger; while slots are free nothing waits. A batch
is filled by cost (padded seconds of audio), not by count. Owners share it fairly, then their jobs.

While several owners are about, batches are closed smaller, and of what fills every slot an owner
may have all but one slot's under way: whoever comes next waits for one batch, and that one is
short. What is counted is cost, so that who has little under way is not kept from a free slot.

Batches are short, too, while somebody listens to audio as it is made: a long one would give all of
its pieces at once, and late. What a listener waits for first comes before what the same owner has
queued, in a batch of its own kind.

`@serve.batch` closes the next batch while the current one still computes, and makes two calls an
item: measured on the same graph it reached a fifth of the throughput for six times the CPU.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Generic, Literal, TypeVar

from config.settings import BatchingSettings
from deployments.fair_queue import FairQueue
from deployments.losses import speaks_against_items
from deployments.presence import Presence
from engines.errors import EngineError, EngineUnavailable
from telemetry import metrics
from telemetry.meter import Meter

logger = logging.getLogger(__name__)

ISOLATE_AFTER = 2  # losses: with others, then in a batch of its own beside other batches
ISOLATE_DELAY_S = 1.0
PACE_WEIGHT = 0.2  # of a new measurement

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")

Urgency = Literal["none", "stream", "first"]
"""Nobody listens as it is made; somebody does; and has heard nothing yet."""


@dataclass(frozen=True, slots=True)
class StageReport:
    """What one stage did with one batch."""

    stage: str
    items: int
    failed: int
    compute_s: float
    audio_s: float  # seconds of audio that came out (went in, for embedding extraction)
    padded_share: float = 0.0  # of the work, spent on padding
    wait_s: float = 0.0  # at the replica, for the batch before it


@dataclass(frozen=True, slots=True)
class StageResult(Generic[ResultT]):
    """A batch's results in its order, and the reports of every stage it went through."""

    items: list[ResultT | EngineError]
    reports: tuple[StageReport, ...]


@dataclass(slots=True)
class _Entry(Generic[ItemT, ResultT]):
    owner: str
    item: ItemT
    cost: float
    future: asyncio.Future[ResultT]
    queued_at: float
    urgent: bool = False
    losses: int = 0  # batches that it was in and that were lost
    blows: int = 0  # those of them that speak against it: it was all that was under way


class Dispatcher(Generic[ItemT, ResultT]):
    """Feeds one path of the graph with batches; lives on one event loop.

    Args:
        name: the path, for metrics and logs.
        send: makes one call with a batch, and awaits its results in order.
        replicas: how many replicas can take batches now, the fewest of the path's stages.
        stages: how many stages the path has: one more batch may be on its way for each beyond
            the first.
        presence: who is about, where paths share their stages.
        learn: told the cost of each batch that was done, and what its stages reported.
    """

    def __init__(
        self,
        name: str,
        send: Callable[[Sequence[ItemT]], Awaitable[StageResult[ResultT]]],
        replicas: Callable[[], int],
        settings: BatchingSettings,
        meter: Meter,
        stages: int = 1,
        presence: Presence | None = None,
        learn: Callable[[float, Sequence[StageReport]], None] = lambda cost, reports: None,
    ) -> None:
        self.name = name
        self._send = send
        self._replicas = replicas
        self._settings = settings
        self._meter = meter
        self._stages = stages
        self._presence = presence or Presence()
        self._learn = learn
        self._queue: FairQueue[_Entry[ItemT, ResultT]] = FairQueue(lambda one: one.future.done())
        self._running: dict[asyncio.Task[None], list[tuple[str, float]]] = {}  # costs
        self._pace: float | None = None  # seconds the slowest stage computes for each of cost
        self._pump_due = False
        self._isolating = False  # one item is under way, and nothing beside it

    @property
    def queued_cost(self) -> float:
        """Seconds of audio that wait for a batch."""
        return self._queue.cost

    @property
    def in_flight(self) -> int:
        return len(self._running)

    async def submit(
        self, item: ItemT, cost: float, flow: str, owner: str = "", urgency: Urgency = "none"
    ) -> ResultT:
        """Queue one item and wait for its result.

        Args:
            cost: seconds of audio, the estimate by which batches are filled.
            flow: items of one flow (a job) keep their order and share one turn.
            owner: flows of one owner share its turn; "" where no keys are in use.
            urgency: whether somebody listens to the flow as it is made, and waits in silence.
        Raises:
            EngineError: the engine's word on this item, or a replica broke on it again and again
                while it was all that was under way.
            EngineUnavailable: its batch was lost again and again, which may be no fault of it.
        """
        future: asyncio.Future[ResultT] = asyncio.get_running_loop().create_future()
        now = time.monotonic()
        self._presence.note(owner, now)
        entry = _Entry(owner, item, cost, future, now, urgency == "first")
        if entry.urgent:
            self._queue.push_front(owner, entry, cost)
        else:
            self._queue.push(owner, flow, entry, cost)
        self._schedule_pump()
        if urgency == "none":
            return await future
        self._presence.awaited += 1
        try:
            return await future
        finally:
            self._presence.awaited -= 1

    def wake(self) -> None:
        """Look again: a replica came up."""
        self._schedule_pump()

    async def close(self) -> None:
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _schedule_pump(self) -> None:
        # One turn of the loop later, so that all pieces a job submits at once meet in one batch.
        if not self._pump_due:
            self._pump_due = True
            asyncio.get_running_loop().call_soon(self._pump)

    def _pump(self) -> None:
        self._pump_due = False
        slots = max(1, self._replicas()) * self._settings.batches_per_replica + self._stages - 1
        short = self._presence.wants_short_batches(time.monotonic())
        while len(self._running) < slots and not self._isolating:
            batch = self._close_batch(slots, short)
            if not batch:
                break
            self._isolating = batch[0].losses >= ISOLATE_AFTER
            task = asyncio.create_task(self._run(batch, self._isolating and self._replicas() > 0))
            self._running[task] = [(entry.owner, entry.cost) for entry in batch]
            task.add_done_callback(self._finished)
        self._meter.set(metrics.QUEUED_AUDIO, self._queue.cost, path=self.name)
        self._meter.set(metrics.QUEUED_ITEMS, len(self._queue), path=self.name)
        self._meter.set(metrics.BATCH_SLOTS, slots, path=self.name)
        self._meter.set(metrics.BATCHES_IN_FLIGHT, len(self._running), path=self.name)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._running.pop(task, None)
        self._isolating = False
        self._schedule_pump()

    def _close_batch(self, slots: int, short: bool) -> list[_Entry[ItemT, ResultT]]:
        """The next batch: as full as the limits allow, but no fuller than an even split among
        the replicas that have nothing to do."""
        settings = self._settings
        self._queue.tidy()
        idle = max(1, self._replicas() - len(self._running))
        enough = self._queue.cost / idle
        most = math.inf
        if short:  # before the pace is known, one piece at a time
            most = settings.shared_batch_s / self._pace if self._pace else 0.0
        under_way: defaultdict[str, float] = defaultdict(float)
        if len(self._running) == slots - 1:  # one slot is left
            for owner, cost in chain.from_iterable(self._running.values()):
                under_way[owner] += cost
        besides: set[str] = set()  # who leaves it to others
        batch: list[_Entry[ItemT, ResultT]] = []
        longest = taken = 0.0
        while len(batch) < settings.max_batch_items and (entry := self._queue.peek(besides)):
            has = under_way[entry.owner]
            if has and has + entry.cost > most * (slots - 1):
                besides.add(entry.owner)
                continue
            longest = max(longest, entry.cost)
            padded = longest * (len(batch) + 1)
            if entry.losses >= ISOLATE_AFTER and self._running:
                break  # its turn comes when nothing else is under way
            suspect = entry.losses > 0  # was in a lost batch: goes alone, to harm no other
            full = padded > settings.max_batch_audio_s or taken + entry.cost > most
            other = bool(batch) and entry.urgent != batch[0].urgent
            if batch and (suspect or full or other or taken >= enough):
                break
            self._queue.pop(besides)
            batch.append(entry)
            taken += entry.cost
            under_way[entry.owner] += entry.cost if has else 0.0
            if suspect:
                break
        self._queue.tidy()
        return batch

    async def _run(self, batch: list[_Entry[ItemT, ResultT]], isolated: bool) -> None:
        now = time.monotonic()
        for entry in batch:
            self._meter.observe(metrics.QUEUE_WAIT, now - entry.queued_at, path=self.name)
        try:
            async with asyncio.timeout(self._settings.batch_timeout_s):
                result = await self._send([entry.item for entry in batch])
            if len(result.items) != len(batch):
                raise ValueError(f"{len(result.items)} results for a batch of {len(batch)} items")
        except Exception as error:  # noqa: BLE001  a lost batch, whatever the cause, is tried again
            self._retry(batch, error, isolated and speaks_against_items(error))
            return
        self._report(result.reports, time.monotonic() - now)
        self._learn_pace(batch, result.reports)
        for entry, item in zip(batch, result.items, strict=True):
            if entry.future.done():
                continue
            if isinstance(item, EngineError):
                entry.future.set_exception(item)
            else:
                entry.future.set_result(item)

    def _retry(self, batch: list[_Entry[ItemT, ResultT]], error: Exception, blow: bool) -> None:
        logger.warning("batch of %d on path %s was lost: %r", len(batch), self.name, error)
        self._meter.count(metrics.BATCHES_LOST, path=self.name)
        most = self._settings.max_attempts
        for entry in batch:
            if entry.future.done():
                continue
            entry.losses += 1
            entry.blows += blow
            lost: EngineError | None = None
            if entry.blows >= most:
                lost = EngineError(f"the {self.name} path broke {most} times on this piece alone")
            elif entry.losses - entry.blows >= most:
                lost = EngineUnavailable(f"the {self.name} path lost this piece {most} times")
            if lost:
                lost.__cause__ = error
                entry.future.set_exception(lost)
            elif entry.losses < ISOLATE_AFTER:
                self._queue.push_front(entry.owner, entry, entry.cost)
            else:  # when it is known again which replicas there are
                asyncio.get_running_loop().call_later(ISOLATE_DELAY_S, self._push_again, entry)

    def _push_again(self, entry: _Entry[ItemT, ResultT]) -> None:
        self._queue.push_front(entry.owner, entry, entry.cost)
        self._schedule_pump()

    def _learn_pace(
        self, batch: Sequence[_Entry[ItemT, ResultT]], reports: Sequence[StageReport]
    ) -> None:
        cost = sum(entry.cost for entry in batch)
        if not reports or cost <= 0:
            return
        self._learn(cost, reports)
        pace = max(report.compute_s for report in reports) / cost
        self._pace = pace if self._pace is None else self._pace + PACE_WEIGHT * (pace - self._pace)

    def _report(self, reports: Sequence[StageReport], wall_s: float) -> None:
        meter = self._meter
        meter.observe(metrics.BATCH_SECONDS, wall_s, path=self.name)
        for report in reports:
            meter.observe(metrics.BATCH_ITEMS, report.items, stage=report.stage)
            meter.observe(metrics.STAGE_WAIT_SECONDS, report.wait_s, stage=report.stage)
            meter.observe(metrics.COMPUTE_SECONDS, report.compute_s, stage=report.stage)
            if report.audio_s:
                factor = report.compute_s / report.audio_s
                meter.observe(metrics.REAL_TIME_FACTOR, factor, stage=report.stage)
            meter.observe(metrics.PADDED_SHARE, report.padded_share, stage=report.stage)
            meter.count(metrics.STAGE_ITEMS, report.items, stage=report.stage)
            meter.count(metrics.STAGE_BUSY, report.compute_s, stage=report.stage)
            padding_s = report.compute_s * report.padded_share
            meter.count(metrics.STAGE_PADDING, padding_s, stage=report.stage)
            meter.count(metrics.STAGE_AUDIO, report.audio_s, stage=report.stage)
            meter.count(metrics.STAGE_ITEMS_FAILED, report.failed, stage=report.stage)

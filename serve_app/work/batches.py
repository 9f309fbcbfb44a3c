"""Batches: taken in whole, looked at, deleted. `feeding.py` makes jobs of their items."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from typing import Any

from config.settings import Settings
from engines.errors import EngineError
from serve_app.catalog import Catalog
from serve_app.errors import BatchesExceeded, BatchNotFound, ServiceError, ServiceStarting
from serve_app.problems import detail_of, kind_of
from serve_app.stages import Stages
from serve_app.store.batch_values import (
    Batch,
    BatchItem,
    NewBatch,
    NewItem,
    OpenBatch,
    WaitingItem,
)
from serve_app.store.errors import StorageFull, TooManyBatches
from serve_app.store.records import Records
from serve_app.store.values import Failure, Idempotency, Job, Json
from serve_app.threads import Threads
from serve_app.voices import Voices
from serve_app.work.callbacks import Callbacks
from serve_app.work.feeding import Accept, Feeder
from serve_app.work.intake import Asked, Intake
from serve_app.work.jobs import Jobs
from serve_app.work.orders import Words
from serve_app.work.scripts import check_length

VOICE, WORDS, CALLBACK = "voice_id", "words", "callback_url"  # of an item's request
LOOK_S = 0.5  # between two looks at a batch that is waited for
RETRY_AFTER_S = 5.0


def problem_of(error: Exception) -> Failure:
    """An error as the problem of an item."""
    kind = kind_of(error)
    return Failure(kind.name, kind.title, detail_of(error))


def request_of(
    words: Words, voice_id: str | None, callback_url: str | None = None
) -> dict[str, Any]:
    """What an item asks for, as its batch keeps it."""
    request = {WORDS: asdict(words), VOICE: voice_id, CALLBACK: callback_url}
    return {name: value for name, value in request.items() if value is not None}


def words_and_voice(request: Json) -> tuple[Words, str | None]:
    """The same again. What a newer release may have added is left out."""
    known = {one.name for one in fields(Words)}
    kept = {name: value for name, value in request[WORDS].items() if name in known}
    return Words(**kept), request.get(VOICE)


def feed(intake: Intake) -> Accept:
    """How the item of a batch becomes a job."""

    async def accept(batch: OpenBatch, item: WaitingItem) -> Job:
        words, voice_id = words_and_voice(item.request)
        callback_url = item.request.get(CALLBACK)
        asked = Asked(item.kind, batch.owner, batch.request_id, None, callback_url, item.place)
        if voice_id is None:
            return await intake.speak(asked, words)
        return await intake.clone(asked, words, voice_id)

    return accept


class Batches:
    """Takes batches in and follows them; one instance in each ingress replica."""

    def __init__(
        self,
        records: Records,
        stages: Stages,
        voices: Voices,
        jobs: Jobs,
        threads: Threads,
        settings: Settings,
        feeder: Feeder,
        callbacks: Callbacks,
    ) -> None:
        self._records = records
        self._stages = stages
        self._voices = voices
        self._jobs = jobs
        self._threads = threads
        self._limits = settings.limits
        self._most_open = settings.keys.max_unfinished_batches
        self._min_free_bytes = settings.jobs.min_free_bytes
        self.feeder = feeder
        self._callbacks = callbacks

    async def check_room(self, owner: str) -> None:
        """Refuse a batch that there is no room for, before its body is read.

        Raises:
            BatchesExceeded, StorageFull
        """
        try:
            await self._threads.io(self._records.check_batches, owner, self._most_open)
        except TooManyBatches as error:
            raise self._refusal() from error
        await self._jobs.admission.refresh()
        free_bytes = self._jobs.admission.free_bytes
        if free_bytes is not None and free_bytes < self._min_free_bytes:
            raise StorageFull("free disk space is below jobs.min_free_bytes")

    async def earlier(self, owner: str, repeat: Idempotency) -> Batch | None:
        """The batch that an earlier request with this key made. Raises IdempotencyConflict."""
        return await self._threads.io(self._records.find_batch_replay, owner, repeat)

    async def accept(
        self,
        owner: str,
        request_id: str,
        title: str,
        items: Sequence[NewItem],
        repeat: Idempotency | None = None,
    ) -> Batch:
        """Commit a batch. When this returns, all its items survive whatever dies.

        An item that can be seen to be in vain is refused here; what is only seen when its text is
        read is told by the batch's state.

        Raises:
            BatchesExceeded: its owner has as many as it may.
            IdempotencyConflict: the key stands for another request.
        """
        checked = await self._checked(owner, items)
        new = NewBatch(str(uuid.uuid4()), owner, title, request_id, checked)
        try:
            batch = await self._threads.io(self._records.accept_batch, new, repeat, self._most_open)
        except TooManyBatches as error:
            raise self._refusal() from error
        self.feeder.wake()
        return batch

    async def get(self, batch_id: str, owner: str, wait_s: float = 0.0) -> Batch:
        """A batch as soon as it has ended, or as it stands when the wait is over.

        Raises:
            BatchNotFound
        """
        deadline = time.monotonic() + wait_s
        while True:
            batch = await self._threads.io(self._records.get_batch, batch_id, owner)
            if batch is None:
                raise BatchNotFound("No batch has this id.")
            left = deadline - time.monotonic()
            if batch.state == "ended" or left <= 0:
                return batch
            await asyncio.sleep(min(left, LOOK_S))

    async def items(self, batch: Batch, start: int, limit: int) -> list[BatchItem]:
        return await self._threads.io(self._records.list_batch_items, batch.id, start, limit)

    async def delete(self, batch_id: str, owner: str) -> None:
        """Make no more of a batch, and delete what was made. Once committed, it is done to its end
        whatever dies: a feeder goes on with it.

        Raises:
            BatchNotFound
        """
        was = await self._threads.io(self._records.delete_batch, batch_id, owner)
        if was is None:
            raise BatchNotFound("No batch has this id.")
        if was == "processing":
            self.feeder.outcomes.deleted()
        await self.feeder.clear(batch_id, owner)
        self.feeder.wake()

    async def _checked(self, owner: str, items: Sequence[NewItem]) -> list[NewItem]:
        """With the problems that can be seen without reading a text."""
        checked = await self._threads.compute(owner, self._check_words, items)
        asked = {item.request[VOICE] for item in checked if VOICE in item.request}
        unknown: dict[str, Failure] = {}
        for voice_id in asked:
            try:
                await self._voices.get(voice_id, owner)
            except ServiceError as error:
                unknown[voice_id] = problem_of(error)
        return [
            replace(item, problem=item.problem or unknown.get(item.request.get(VOICE, "")))
            for item in checked
        ]

    def _check_words(self, items: Sequence[NewItem]) -> list[NewItem]:
        try:
            catalog = self._stages.catalog()
        except ServiceStarting:
            return list(items)  # it will be seen when their turn comes
        return [item if item.problem else self._with_fault(item, catalog) for item in items]

    def _with_fault(self, item: NewItem, catalog: Catalog) -> NewItem:
        words, _ = words_and_voice(item.request)
        try:
            self._callbacks.check(item.request.get(CALLBACK))
            check_length(words.text, self._limits)
            catalog.resolve(words.language, words.speaker)
        except (ServiceError, EngineError) as error:
            return replace(item, problem=problem_of(error))
        return item

    def _refusal(self) -> BatchesExceeded:
        return BatchesExceeded(
            f"{self._most_open} of your batches have not ended. Wait for one, or delete one.",
            retry_after_s=RETRY_AFTER_S,
            limit=self._most_open,
        )

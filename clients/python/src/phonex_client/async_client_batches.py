"""`client_batches.py`, to be awaited."""

from __future__ import annotations

import inspect
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import TypeAlias

from phonex_client import answers, batch_calls
from phonex_client.async_sending import AsyncSender
from phonex_client.batch_calls import ALL_ITEMS, BatchFormat, BatchText, EventReader
from phonex_client.saving import beside
from phonex_client.waiting import Waiting

OnBatchProgress: TypeAlias = Callable[[answers.Batch], Awaitable[object] | object]


class AsyncBatchMethods(AsyncSender):
    """What `AsyncClient` has of these."""

    async def submit_batch(
        self,
        items: Sequence[BatchText],
        *,
        title: str = "",
        idempotency_key: str | None = None,
    ) -> answers.AcceptedBatch:
        """Have many texts spoken under one id, and do not wait. `refused` of the answer are the
        items that cannot be made, and why."""
        return await self._send(batch_calls.submit_batch(items, title, idempotency_key))

    async def batch(
        self, batch_id: str, *, start: int = 0, limit: int = 100, wait_s: float = 0.0
    ) -> answers.BatchPage:
        """Where a batch stands, at once or as soon as it has ended, with a page of its items."""
        return await self._send(batch_calls.batch(batch_id, start, limit, wait_s))

    async def wait_batch(
        self,
        batch_id: str,
        *,
        on_progress: OnBatchProgress | None = None,
        timeout_s: float | None = None,
    ) -> answers.BatchPage:
        """Wait until nothing more of a batch will be made. An item that was not made raises
        nothing: it stands among the items, of which there are up to 1,000.

        Args:
            on_progress: called with the batch, without its items, about once a second;
                awaited where it can be.
            timeout_s: how long to wait; for ever where None.

        Raises:
            WaitTimeout: it has not ended by then.
        """
        waiting = Waiting(
            batch_id, timeout_s, self._timeout_s, told=on_progress is not None, what="batch"
        )
        while True:
            batch = await self.batch(batch_id, limit=0, wait_s=waiting.look_s())
            if on_progress:
                told = on_progress(batch)
                if inspect.isawaitable(told):
                    await told
            if batch.ended:
                return await self.batch(batch_id, limit=ALL_ITEMS)

    async def download_batch(
        self,
        batch_id: str,
        path: str | os.PathLike[str],
        *,
        form: BatchFormat = "zip",
        partial: bool = False,
    ) -> None:
        """What a batch made into one file, which is there once it is whole.

        Args:
            form: a file for each item (`zip`), or one audio book with chapters (`m4b`).
            partial: take what is finished, though something else is not.
        """
        with beside(path) as part:
            await self._save(batch_calls.batch_audio(batch_id, form, partial=partial), part)

    async def delete_batch(self, batch_id: str) -> str:
        """Make no more of a batch, and delete what was made; what was done, in words."""
        return (await self._send(batch_calls.delete_batch(batch_id))).message

    async def events(self, audio_id: str) -> AsyncIterator[answers.Job]:
        """A job each time that it changes, and at last as it has ended. Where the connection
        breaks, it goes on.

        Raises:
            AudioNotFound: there is no such job, or it was deleted meanwhile.
        """
        reader = EventReader()
        lines = self._lines(batch_calls.events(audio_id), reader.begin)
        async with aclosing(lines):
            async for line in lines:
                job = reader.read(line)
                if job:
                    yield job
                    if job.ended:
                        return

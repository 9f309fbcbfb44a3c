"""Progress is kept while a job runs: seldom, and never for long what is no longer true."""

from __future__ import annotations

import asyncio

from serve_app.store.errors import StoreUnavailable
from serve_app.work.progress import APART_S, ProgressWriter
from tests.serve_app.fakes import run


def test_what_comes_soon_after_a_write_is_written_once_it_is_due() -> None:
    written: list[tuple[int, int]] = []

    async def write(done: int, total: int) -> None:
        written.append((done, total))

    async def scenario() -> None:
        progress = ProgressWriter(write)
        for done in range(1, 20):
            await progress.report(done, 40)
        assert written == []
        await asyncio.sleep(2 * APART_S)
        assert written == [(19, 40)]
        await progress.report(20, 40)
        await asyncio.sleep(2 * APART_S)
        assert written == [(19, 40), (20, 40)]

    run(scenario())


def test_nothing_is_written_after_the_end() -> None:
    written: list[int] = []

    async def write(done: int, _: int) -> None:
        written.append(done)

    async def scenario() -> None:
        progress = ProgressWriter(write)
        await progress.report(1, 2)
        progress.close()
        await asyncio.sleep(2 * APART_S)

    run(scenario())
    assert written == []


def test_a_store_that_is_away_costs_no_more_than_the_number() -> None:
    written: list[int] = []

    async def write(done: int, _: int) -> None:
        if not written:
            written.append(-1)
            raise StoreUnavailable("away")
        written.append(done)

    async def scenario() -> None:
        progress = ProgressWriter(write)
        for done in (1, 2):
            await progress.report(done, 3)
            await asyncio.sleep(1.5 * APART_S)

    run(scenario())
    assert written == [-1, 2]

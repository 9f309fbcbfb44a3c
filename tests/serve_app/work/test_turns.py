"""The whole way of a job, with real stores and a real dispatcher: another owner's backlog is not
in it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from config.settings import BatchingSettings
from deployments.batching import Dispatcher, StageReport, StageResult
from deployments.concurrency import gather_all
from serve_app.store.blobs import Blobs
from serve_app.store.records import Records
from serve_app.store.values import Job
from serve_app.work.synthesis import Progress, Speech
from telemetry.meter import Meter
from tests.serve_app.fakes import Speaker, new_job, run, running, until

PIECES = 6
BACKLOG = 24


def test_one_owners_job_completes_before_anothers_backlog(records: Records, blobs: Blobs) -> None:
    async def scenario() -> None:
        async def send(batch: Sequence[str]) -> StageResult[str]:
            await asyncio.sleep(0.02)
            return StageResult(list(batch), (StageReport("stage", len(batch), 0, 0.02, 1.0),))

        settings = BatchingSettings(max_batch_items=2)
        feeder: Dispatcher[str, str] = Dispatcher(
            "test", send, lambda: 1, settings, Meter(export_to_ray=False)
        )
        write = Speaker(blobs)

        async def speak(job: Job, progress: Progress) -> Speech:
            await gather_all(
                feeder.submit(f"piece {n}", job.cost / PIECES, job.id, job.owner)
                for n in range(PIECES)
            )
            return await write(job, progress)

        async with running(records, blobs, speak, max_running=8, max_queue_wait_s=1e6) as jobs:
            backlog = [
                (await jobs.accept(replace(new_job(cost=30.0), owner="a"), None)).job.id
                for _ in range(BACKLOG)
            ]
            await until(lambda: feeder.queued_cost > 0)
            job = (await jobs.accept(replace(new_job(cost=6.0), owner="b"), None)).job
            done = await jobs.wait(job.id, "b", 25)
            assert done is not None
            assert done.state == "completed"
            states = [(await jobs.get(job_id, "a")) for job_id in backlog]
            unfinished = [one for one in states if one and one.state in ("queued", "processing")]
            assert len(unfinished) > BACKLOG / 2
            for job_id in backlog:
                await jobs.delete(job_id, "a")
        await feeder.close()

    run(scenario())

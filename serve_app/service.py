"""One ingress replica's parts, put together."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, field
from importlib.metadata import version

from config.installing import DISTRIBUTION
from config.lexicon import read_lexicon
from config.settings import Settings
from deployments import scaling
from deployments.graph import Graph
from serve_app.consents import Consents
from serve_app.host.exposure import refuse_exposed
from serve_app.keys import KeyRing
from serve_app.likeness import Likeness
from serve_app.measured import measured
from serve_app.stages import Stages
from serve_app.store.blobs import Blobs
from serve_app.store.opening import open_blobs, open_records
from serve_app.store.records import Records
from serve_app.store.values import Job
from serve_app.threads import Threads
from serve_app.voices import Voices
from serve_app.work.batches import Batches, feed
from serve_app.work.callbacks import Callbacks
from serve_app.work.feeding import Feeder
from serve_app.work.inspection import Inspection
from serve_app.work.intake import Intake
from serve_app.work.jobs import Jobs
from serve_app.work.manifests import Manifests
from serve_app.work.marks import open_marks
from serve_app.work.reading import TextReader
from serve_app.work.streams import Streams
from serve_app.work.sweep import sweep_forever
from serve_app.work.synthesis import Progress, Speech, speak
from serve_app.work.verification import Verifier
from telemetry import tracing
from telemetry.meter import Meter
from telemetry.tracing import Attributes, Tracer

logger = logging.getLogger(__name__)

VERSION = version(DISTRIBUTION)


@dataclass
class Service:
    """What the routes and the middleware work with."""

    settings: Settings
    meter: Meter
    tracer: Tracer
    threads: Threads
    records: Records
    blobs: Blobs
    pipeline: Graph
    stages: Stages
    voices: Voices
    consents: Consents
    intake: Intake
    reader: TextReader
    jobs: Jobs
    batches: Batches
    streams: Streams
    keys: KeyRing
    verifier: Verifier
    manifests: Manifests
    callbacks: Callbacks
    opened_at: float = field(default_factory=time.time)  # seconds since the epoch
    _sweep: asyncio.Task[None] | None = field(default=None, init=False)

    @classmethod
    async def open(
        cls,
        settings: Settings,
        pipeline: Graph,
        meter: Meter,
        host: str | None = "127.0.0.1",
        tracer: Tracer = tracing.OFF,
    ) -> Service:
        """Open the stores and start running jobs, those of dead runners first.

        Args:
            host: where the service is listened for; None where that is not known.
        Raises:
            StoreError: a database or a folder cannot be used, and why.
            ExposedWithoutKey: strangers would have the run of it.
        """
        threads = Threads()
        records = await threads.io(open_records, settings.database_url, settings.data_dir)
        keys = KeyRing(records, threads)
        refuse_exposed(host, any_key=await keys.required(), insecure=settings.http.insecure)
        blobs = await threads.io(open_blobs, settings.blob_url, settings.data_dir)
        records = measured(records, "database", meter)
        blobs = measured(blobs, "blobs", meter)

        marks = await threads.io(open_marks, settings.provenance, records)
        min_free = settings.jobs.min_free_bytes
        timed = settings.quality.word_times

        async def speak_job(job: Job, progress: Progress) -> Speech:
            parent = job.request.get("traceparent")
            about: Attributes = {"job_id": job.id, "request_id": job.request_id, "kind": job.kind}
            with (
                tracer.span("job", parent, "consumer", about),
                jobs.runner.feeds.hold(job.id) as feed,
            ):
                return await speak(
                    job,
                    pipeline,
                    blobs,
                    threads,
                    progress,
                    feed,
                    likeness,
                    inspection,
                    marks,
                    min_free,
                    word_times=timed,
                )

        stages = Stages(pipeline.engines)
        likeness = await threads.io(Likeness.open, settings, threads, meter)
        inspection = Inspection(settings.quality, pipeline.engines, threads, meter)
        voices = Voices(records, blobs, pipeline, threads, settings.limits, meter, likeness)

        jobs = Jobs(
            records,
            blobs,
            settings.jobs,
            threads,
            meter,
            speak_job,
            lambda: pipeline.ready,
            pipeline.halts,
        )
        intake = Intake(
            stages,
            voices,
            jobs,
            threads,
            settings.limits,
            settings.keys,
            read_lexicon(settings),
            tracer.traceparent,
            marks,
        )
        feeder = Feeder(records, jobs, threads, settings.jobs, settings.keys, feed(intake), meter)
        callbacks = Callbacks(records, threads, settings.webhooks, meter)
        service = cls(
            settings=settings,
            meter=meter,
            tracer=tracer,
            threads=threads,
            records=records,
            blobs=blobs,
            pipeline=pipeline,
            stages=stages,
            voices=voices,
            consents=Consents(records, threads, settings.limits),
            intake=intake,
            reader=TextReader(stages, pipeline, threads, settings.limits, intake.dialogues),
            jobs=jobs,
            batches=Batches(records, stages, voices, jobs, threads, settings, feeder, callbacks),
            streams=Streams(jobs, blobs, threads, pipeline.engines, settings.jobs, meter, marks),
            keys=keys,
            manifests=marks.manifests,
            verifier=Verifier(records, threads, marks, settings, meter),
            callbacks=callbacks,
        )
        await pipeline.start()
        await service.jobs.runner.start()
        await service.callbacks.start()
        await service.batches.feeder.start()
        service._sweep = asyncio.create_task(
            sweep_forever(records, blobs, settings.jobs, threads, meter), name="sweep"
        )
        logger.info("phonex %s serves", VERSION, extra={"data_dir": str(settings.data_dir)})
        return service

    def check(self) -> None:
        """Raise where this replica can no longer run jobs or feed batches."""
        self.jobs.runner.check()
        self.batches.feeder.check()

    def signals(self) -> dict[str, float]:
        """What the stages are scaled by, as `deployments/scaling.py` reads it."""
        demand, lines = self.pipeline.demand, self.jobs.admission.by_name
        settings = self.settings.scaling
        said = {scaling.TARGET_WAIT: settings.target_wait_s}
        for path in scaling.STAGES_OF:
            said[scaling.pieces_key(path)] = demand.waiting_s(path)
            said[scaling.arriving_key(path)] = demand.arriving(path, settings.remember_s)
        for path, line in lines.items():
            said[scaling.jobs_key(path)] = line.outstanding_s
            said[scaling.refused_key(path)] = line.refused_s
        for stage, rate in self.pipeline.rates.items():
            said[scaling.rate_key(stage)] = rate
        return said

    async def drain(self) -> None:
        """Take no more, finish running jobs as far as `jobs.drain_s` allows, give the rest back."""
        await self.batches.feeder.close()
        await self.jobs.runner.close()
        self.jobs.runner.waiting.end()

    async def close(self) -> None:
        """Drain, then let go of everything."""
        if self._sweep:
            self._sweep.cancel()
        await self.drain()
        await self.streams.close()
        await self.callbacks.close()
        await self.pipeline.close()
        await self.threads.io(self.records.close)
        await self.threads.io(self.blobs.close)
        await self.threads.io(self.tracer.close)
        self.threads.close()

"""One ingress replica's parts, put together."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version

from config.lexicon import read_lexicon
from config.settings import Settings
from deployments.pipeline import TEXT_TO_SPEECH, Pipeline
from engines.reading.rules import TextRules, text_rules
from serve_app.catalog import Catalog
from serve_app.errors import ServiceStarting
from serve_app.host.exposure import refuse_exposed
from serve_app.keys import KeyRing
from serve_app.measured import measured
from serve_app.store.blobs import Blobs, open_blobs
from serve_app.store.records import Records, open_records
from serve_app.store.values import Job
from serve_app.threads import Threads
from serve_app.voices import Voices
from serve_app.work.jobs import Jobs
from serve_app.work.sweep import sweep_forever
from serve_app.work.synthesis import Progress, Speech, speak
from telemetry import tracing
from telemetry.meter import Meter
from telemetry.tracing import Attributes, Tracer

logger = logging.getLogger(__name__)

VERSION = version("phonex")


@dataclass
class Service:
    """What the routes work with. They reach nothing else."""

    settings: Settings
    meter: Meter
    tracer: Tracer
    threads: Threads
    records: Records
    blobs: Blobs
    pipeline: Pipeline
    voices: Voices
    jobs: Jobs
    keys: KeyRing
    lexicon: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # by language
    _sweep: asyncio.Task[None] | None = field(default=None, init=False)

    @classmethod
    async def open(
        cls,
        settings: Settings,
        pipeline: Pipeline,
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

        async def speak_job(job: Job, progress: Progress) -> Speech:
            parent = job.request.get("traceparent")
            about: Attributes = {"job_id": job.id, "request_id": job.request_id, "kind": job.kind}
            with tracer.span("job", parent, "consumer", about):
                return await speak(job, pipeline, blobs, threads, progress)

        service = cls(
            settings=settings,
            meter=meter,
            tracer=tracer,
            threads=threads,
            records=records,
            blobs=blobs,
            pipeline=pipeline,
            voices=Voices(records, blobs, pipeline, threads, settings.limits, meter),
            lexicon=read_lexicon(settings),
            jobs=Jobs(records, blobs, settings.jobs, threads, meter, speak_job),
            keys=keys,
        )
        await pipeline.start()
        await service.jobs.runner.start()
        service._sweep = asyncio.create_task(
            sweep_forever(records, blobs, settings.jobs, threads, meter), name="sweep"
        )
        logger.info("phonex %s serves", VERSION, extra={"data_dir": str(settings.data_dir)})
        return service

    async def close(self) -> None:
        """Drain, then let go of everything."""
        if self._sweep:
            self._sweep.cancel()
        await self.jobs.runner.close()
        await self.pipeline.close()
        await self.threads.io(self.records.close)
        await self.threads.io(self.blobs.close)
        await self.threads.io(self.tracer.close)
        self.threads.close()

    def catalog(self) -> Catalog:
        """Raises ServiceStarting until the speech engine has said what it speaks."""
        engine = self.pipeline.engines.get(TEXT_TO_SPEECH)
        if engine is None:
            raise ServiceStarting("The speech engine is still starting.", retry_after_s=2.0)
        return Catalog(engine.speakers)

    def text_rules(self) -> TextRules:
        """How the speech engine wants its texts. Raises ServiceStarting until it has said so."""
        self.require(TEXT_TO_SPEECH)
        return text_rules(self.pipeline.engines[TEXT_TO_SPEECH].text_rules)

    def require(self, *stages: str) -> None:
        """Raises ServiceStarting while a stage has never had a replica: requests wait otherwise."""
        missing = [stage for stage in stages if stage not in self.pipeline.engines]
        if missing:
            raise ServiceStarting(f"Still starting: {', '.join(missing)}.", retry_after_s=2.0)

"""What nobody needs any more: jobs past their retention, files without a record."""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from config.settings import JobSettings
from serve_app.store.blobs import Blobs
from serve_app.store.errors import StoreError
from serve_app.store.records import Records
from serve_app.threads import Threads
from serve_app.work.pieces import PREFIX as PIECES
from serve_app.work.pieces import job_of
from telemetry import metrics
from telemetry.logs import Throttle
from telemetry.meter import Meter

logger = logging.getLogger(__name__)

# A file is written before its record is committed, so a young file without one is no orphan.
ORPHAN_AGE_S = 3600.0
PREFIXES = ("audio/", "voices/")
BATCH = 500


@dataclass(frozen=True, slots=True)
class Swept:
    jobs: int  # past their retention
    files: int  # deleted: of those jobs, and without a record


async def sweep_forever(
    records: Records, blobs: Blobs, settings: JobSettings, threads: Threads, meter: Meter
) -> None:
    throttle = Throttle(logger)
    while True:
        try:
            swept = await threads.io(sweep, records, blobs, settings.audio_retention_s)
            meter.count(metrics.JOBS_EXPIRED, swept.jobs)
        except StoreError as error:
            throttle.warn("the sweep failed; trying again later", error)
        await asyncio.sleep(settings.sweep_s)


def sweep(
    records: Records, blobs: Blobs, retention_s: float, orphan_age_s: float = ORPHAN_AGE_S
) -> Swept:
    """Delete expired jobs with their files, and orphaned files. Blocks."""
    records.expire_batches(retention_s)
    expired = records.expire(retention_s)
    for key in expired.blob_keys:
        blobs.delete(key)
    deleted = len(expired.blob_keys)
    oldest = time.time() - orphan_age_s
    for prefix in PREFIXES:
        old = (blob.key for blob in blobs.list(prefix) if blob.modified_at < oldest)
        for batch in _batches(old):
            # Asked first: a job that ends between the two names its file by then.
            unfinished = records.unfinished_jobs({_owner_of(key) for key in batch})
            referenced = records.referenced_blobs(batch)
            for key in set(batch) - referenced:
                if _owner_of(key) in unfinished:
                    continue  # made while the records were away; its runner still tells them
                logger.warning("deleting %s: no record refers to it", key)
                blobs.delete(key)
                deleted += 1
    deleted += _sweep_pieces(records, blobs)
    blobs.remove_stale_uploads(orphan_age_s)
    return Swept(expired.jobs, deleted)


def _sweep_pieces(records: Records, blobs: Blobs) -> int:
    """Pieces of jobs that have ended, however young: a job is there before its pieces."""
    deleted = 0
    for batch in _batches(blob.key for blob in blobs.list(PIECES)):
        unfinished = records.unfinished_jobs({job_of(key) for key in batch})
        for key in batch:
            if job_of(key) not in unfinished:
                deleted += blobs.delete(key)
    return deleted


def _owner_of(key: str) -> str:
    """The id of the job or the voice whose file this is."""
    return key.rpartition("/")[2].partition(".")[0]


def _batches(keys: Iterable[str]) -> Iterator[list[str]]:
    iterator = iter(keys)
    while batch := list(itertools.islice(iterator, BATCH)):
        yield batch

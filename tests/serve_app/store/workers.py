"""What tests do in processes of their own. Little is imported here: each one imports it anew."""

from __future__ import annotations

import resource
from pathlib import Path

from serve_app.store.errors import StorageFull
from serve_app.store.opening import open_blobs
from serve_app.store.records import Records
from tests.serve_app.store.samples import Location, audio_of, found, lease_of, new_job


def drain_and_complete(location: Location, runner: str) -> list[str]:
    """In a process of its own: take jobs until there are none, and complete them."""
    completed = []
    with location.open() as records:
        while jobs := records.lease_jobs(runner, 2, 60, 3):
            for job in jobs:
                if records.complete_job(job.id, lease_of(job), audio_of(job)):
                    completed.append(job.id)
    return completed


def open_and_accept(location: Location) -> str:
    with location.open() as records:
        return records.accept_job(new_job()).job.id


def accept_forever(records: Records, accepted: list[str]) -> None:
    while True:
        accepted.append(records.accept_job(new_job(text="x" * 20_000)).job.id)


def fill_up(location: Location) -> list[str]:
    """In a process of its own, whose files may not grow: what was accepted before it was full."""
    with location.open() as records:
        allowed = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (512 * 1024, allowed[1]))
        accepted: list[str] = []
        try:
            accept_forever(records, accepted)
        except StorageFull:
            # Reading goes on, and so does writing when there is room again.
            assert found(records, accepted[-1]).state == "queued"
            resource.setrlimit(resource.RLIMIT_FSIZE, allowed)
            accepted.append(records.accept_job(new_job()).job.id)
        return accepted


def put_with_limited_files(data_dir: Path) -> str:
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limit))
    try:
        open_blobs(None, data_dir).put("audio/abc", bytes(200_000))
    except StorageFull:
        return "full"
    return "written"

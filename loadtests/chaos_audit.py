"""What must be true once the shooting is over: what was accepted is there, once, as announced."""

from __future__ import annotations

import contextlib
import hashlib
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any

import gevent

from loadtests.chaos_clients import END_LIMIT_S, Clients, Errand, Lost
from loadtests.chaos_files import Files
from loadtests.exchange import Exchange
from loadtests.victims import Processes

PAGE = 200  # jobs of one listing
# Ray's agents try for a minute to tell a dead node of its death.
ORPHAN_LIMIT_S = 100.0
SWEEP_LIMIT_S = 90.0
SHOWN = 5  # of what broke a promise


@dataclass
class Promise:
    what: str
    broken: list[str] = field(default_factory=list)

    @property
    def kept(self) -> bool:
        return not self.broken

    def to_json(self) -> dict[str, Any]:
        return {"promise": self.what, "kept": self.kept, "broken": self.broken[:50]}


class Audit:
    """Of one run; nothing is asked of the service any more but this.

    Args:
        files: of the service; None where they are not looked at.
    """

    def __init__(
        self,
        clients: Clients,
        processes: Processes,
        files: Files | None = None,
    ) -> None:
        self._clients, self._processes, self._files = clients, processes, files

    def run(self) -> list[Promise]:
        clients = self._clients
        errands = [errand for errand in clients.errands if errand.audio_id]
        known = {errand.audio_id for errand in errands}
        jobs = self._ended_jobs()
        promises = [
            Promise("every client got what it was promised", list(clients.faults)),
            Promise(
                "accepted is completed",
                [f"{one.audio_id}: {one.fate} {one.why}" for one in clients.ledger.lost()],
            ),
            self._exactly_once(errands, known, jobs),
            self._same_bytes(errands),
        ]
        if self._files is not None:
            promises.append(self._no_orphan_files(self._files, jobs))
        promises.append(self.no_orphans("no orphan process"))
        return promises

    def _exactly_once(
        self, errands: list[Errand], known: set[str], jobs: dict[str, dict[str, Any]]
    ) -> Promise:
        broken = [f"{one} is not among the jobs" for one in sorted(known - set(jobs))]
        if len(known) < len(errands):
            broken.append(f"{len(errands)} requests were given {len(known)} jobs")
        strangers = set(jobs) - known
        if len(strangers) > self._clients.unanswered:
            some = ", ".join(sorted(strangers)[:SHOWN])
            broken.append(
                f"{len(strangers)} jobs that no answer named ({some}), and "
                f"{self._clients.unanswered} requests without a key whose answers were lost"
            )
        # A stream that nobody heard of is nobody's: it is cancelled.
        broken += [
            f"{one}, whose answer was lost, is {jobs[one]['status']}"
            for one in sorted(strangers)
            if jobs[one]["status"] not in ("completed", "cancelled")
        ]
        for errand in errands:
            if errand.key and (again := self._send_again(errand)) != errand.audio_id:
                broken.append(f"{errand.audio_id} is {again} when its key is sent again")
        return Promise("each request has one job, each key the same one again", broken)

    def _send_again(self, errand: Errand) -> str:
        path, body, headers = errand.request(self._clients.voice_id)
        with Exchange(self._clients.url, "POST", path, body, headers) as answer:
            if errand.stream:
                return str(answer.headers.get("X-Audio-Id", f"status {answer.status}"))
            said = json.loads(answer.read())
            return str(said.get("audio_id", f"status {answer.status}"))

    def _same_bytes(self, errands: Iterable[Errand]) -> Promise:
        broken = []
        for errand in errands:
            if not errand.sha256:
                continue  # lost, and told as that
            try:
                data, headers = self._clients.download(errand.audio_id, _soon())
            except Lost as error:
                broken.append(f"{errand.audio_id}: {error}")
                continue
            if hashlib.sha256(data).hexdigest() != errand.sha256:
                broken.append(f"{errand.audio_id} has other bytes than before")
            if headers.get("etag") != errand.etag:
                broken.append(f"{errand.audio_id} has another ETag than before")
        return Promise("every file is the one that was downloaded at first", broken)

    def _no_orphan_files(self, files: Files, jobs: Iterable[str]) -> Promise:
        """Everything is deleted: whatever is left past a sweep belongs to nobody. The sweep leaves
        what is younger than an hour, so that what a death left behind is made to look older."""
        for job_id in jobs:
            self._delete(job_id)
        deadline = time.monotonic() + SWEEP_LIMIT_S
        while (left := files.left()) and time.monotonic() < deadline:
            files.make_old()
            gevent.sleep(1.0)
        return Promise("no file without a job", sorted(left))

    def _delete(self, job_id: str) -> None:
        deadline = _soon()
        while time.monotonic() < deadline:
            with (
                contextlib.suppress(OSError, HTTPException),
                Exchange(self._clients.url, "DELETE", f"/audio/{job_id}") as answer,
            ):
                answer.read()
                if answer.status < 400 or answer.status == 404:
                    return
            gevent.sleep(1.0)

    def no_orphans(self, what: str) -> Promise:
        """Processes that were the service's and are nobody's now."""
        deadline = time.monotonic() + ORPHAN_LIMIT_S
        while (left := self._processes.orphans()) and time.monotonic() < deadline:
            gevent.sleep(1.0)
        return Promise(what, [f"process {pid}" for pid in left])

    def _ended_jobs(self) -> dict[str, dict[str, Any]]:
        """All jobs by their ids, once none is under way any more: one whose answer was lost may be
        at work still, and a stream of which nobody heard waits a while for its listener."""
        deadline = _soon()
        while True:
            jobs = {job["job_id"]: job for job in self._list_jobs()}
            under_way = any(job["status"] in ("queued", "processing") for job in jobs.values())
            if not under_way or time.monotonic() > deadline:
                return jobs
            gevent.sleep(1.0)

    def _list_jobs(self) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = []
        before = ""
        deadline = _soon()
        while time.monotonic() < deadline:
            status, body, _ = self._clients.get(f"/jobs?limit={PAGE}{before}")
            if status != 200:
                gevent.sleep(1.0)
                continue
            page = json.loads(body)
            listed += page["jobs"]
            if not page["next"]:
                return listed
            before = f"&before={page['next']}"
        raise Lost("the jobs cannot be listed")


def _soon() -> float:
    return time.monotonic() + END_LIMIT_S

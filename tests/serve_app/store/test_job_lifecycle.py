"""Whatever runners and clients do, and in whatever order, a job completes at most once."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from serve_app.store.deaths import SUSPECT_AFTER
from serve_app.store.records import Records
from serve_app.store.values import Job
from tests.serve_app.store.samples import FAILURE, audio_of, lease_of, new_job

MAX_ATTEMPTS = 3


class JobLifecycle(RuleBasedStateMachine):
    records: Records

    jobs: Bundle[str] = Bundle("jobs")
    leases: Bundle[Job] = Bundle("leases")

    def __init__(self) -> None:
        super().__init__()
        self.attempts: dict[str, int] = {}
        self.queued: set[str] = set()  # the others' runners are dead when they are leased
        self.deaths: dict[str, int] = {}  # of runners in a row
        self.current: dict[str, Job] = {}  # the lease that may change the job
        self.completed: dict[str, Job] = {}  # as it was completed
        self.ended: set[str] = set()

    @initialize()
    def begin_empty(self) -> None:
        for job in self.records.list_jobs("", 1000):
            self.records.delete_job(job.id)
        self.records.expire(-1)

    @rule(target=jobs)
    def accept(self) -> str:
        job_id = self.records.accept_job(new_job()).job.id
        self.attempts[job_id] = self.deaths[job_id] = 0
        self.queued.add(job_id)
        return job_id

    @rule(
        target=leases,
        limit=st.integers(1, 3),
        lease_s=st.sampled_from([-1.0, 60.0]),  # a lease in the past has expired at once
    )
    def lease(self, limit: int, lease_s: float) -> MultipleResults[Job]:
        taken = self.records.lease_jobs("runner", limit, lease_s, MAX_ATTEMPTS)
        for job in taken:
            assert job.id not in self.ended
            if job.id in self.queued:
                self.queued.remove(job.id)
                self.attempts[job.id] += 1
            else:  # a death counts once it is more than chance
                self.deaths[job.id] += 1
                self.attempts[job.id] += self.deaths[job.id] > SUSPECT_AFTER
            assert job.attempts == self.attempts[job.id] <= MAX_ATTEMPTS
            self.current[job.id] = job
        return multiple(*taken)

    @rule(job=leases)
    def complete(self, job: Job) -> None:
        repeated = self.completed.get(job.id) == job
        held = self.holds(job)
        assert self.records.complete_job(job.id, lease_of(job), audio_of(job)) == (held or repeated)
        if held:
            assert job.id not in self.completed
            self.completed[job.id] = job
            self.end(job.id)

    @rule(job=leases)
    def fail(self, job: Job) -> None:
        held = self.holds(job)
        assert self.records.fail_job(job.id, lease_of(job), FAILURE) == held
        if held:
            self.end(job.id)

    @rule(job=leases, count_attempt=st.booleans())
    def give_back(self, job: Job, count_attempt: bool) -> None:
        held = self.holds(job)
        state = self.records.return_job(
            job.id,
            lease_of(job),
            count_attempt=count_attempt,
            failure=FAILURE,
            max_attempts=MAX_ATTEMPTS,
        )
        assert (state is not None) == held
        if held:
            self.current.pop(job.id)
            self.attempts[job.id] -= not count_attempt
            self.deaths[job.id] = 0
            self.queued.add(job.id)
        if state == "failed":
            assert self.attempts[job.id] == MAX_ATTEMPTS
            self.end(job.id)

    @rule(job=leases)
    def renew(self, job: Job) -> None:
        held = self.holds(job)
        lost = self.records.renew_leases("runner", {job.id: lease_of(job)}, 60.0)
        assert lost == (set() if held else {job.id})

    @rule()
    def give_up(self) -> None:
        for job in self.records.give_up_jobs(MAX_ATTEMPTS):
            assert job.id not in self.ended
            assert self.attempts[job.id] == MAX_ATTEMPTS
            self.end(job.id)

    @rule(job_id=consumes(jobs))
    def delete(self, job_id: str) -> None:
        self.records.delete_job(job_id)
        self.completed.pop(job_id, None)
        self.end(job_id)

    @invariant()
    def completed_jobs_stay_as_they_were(self) -> None:
        for job_id, job in self.completed.items():
            found = self.records.get_job(job_id)
            assert found is not None
            assert (found.state, found.audio) == ("completed", audio_of(job))

    def holds(self, job: Job) -> bool:
        """Whether this is the lease the store honours."""
        seen = self.records.get_job(job.id)
        if self.current.get(job.id) != job:
            return False
        return seen is not None and seen.state == "processing"

    def end(self, job_id: str) -> None:
        self.ended.add(job_id)
        self.current.pop(job_id, None)


@pytest.fixture
def lifecycle(records: Records) -> type[JobLifecycle]:
    return type("BoundLifecycle", (JobLifecycle,), {"records": records})


def test_a_job_completes_once_and_stays_completed(lifecycle: type[JobLifecycle]) -> None:
    run_state_machine_as_test(
        lifecycle,
        settings=settings(
            max_examples=40,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )

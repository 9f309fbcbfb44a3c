"""Runners die, and jobs do not pay for it; a job that kills its runners ends all the same."""

from __future__ import annotations

from serve_app.store.deaths import SUSPECT_AFTER
from serve_app.store.records import Records
from serve_app.store.values import Job
from tests.serve_app.store.samples import FAILURE, audio_of, found, lease, lease_of, new_job

MAX_ATTEMPTS = 3
MANY = 10


def die(records: Records, steps: int = 0) -> Job:
    """A runner takes the one job there is, finishes so many pieces, and dies."""
    job = lease(records)
    if steps:
        assert records.report_progress(job.id, lease_of(job), steps, MANY)
    expire(records)
    return job


def expire(records: Records) -> None:
    with records._database.write() as transaction:
        transaction.execute(
            "UPDATE jobs SET lease_expires_at = {now} - 1 WHERE state = 'processing'"
        )


def test_deaths_of_runners_with_which_a_job_comes_further_cost_it_nothing(
    records: Records,
) -> None:
    job_id = records.accept_job(new_job()).job.id
    for steps in range(1, MANY):
        assert die(records, steps).attempts == 1
        assert records.give_up_jobs(MAX_ATTEMPTS) == []
    job = lease(records)
    assert (job.attempts, job.recoveries) == (1, MANY - 1)
    assert records.complete_job(job_id, lease_of(job), audio_of(job))


def test_a_job_that_kills_every_runner_ends_as_failed(records: Records) -> None:
    job_id = records.accept_job(new_job()).job.id
    runs = [die(records, steps=1) for _ in range(SUSPECT_AFTER + MAX_ATTEMPTS)]
    assert [run.attempts for run in runs] == [1, 1, 1, 2, 3]
    assert [run.suspect for run in runs] == [False, False, True, True, True]

    assert records.lease_jobs("runner", 5, 60, MAX_ATTEMPTS) == []
    given_up = records.give_up_jobs(MAX_ATTEMPTS)

    job = found(records, job_id)
    assert given_up == [job]
    assert records.give_up_jobs(MAX_ATTEMPTS) == []
    assert (job.state, job.attempts) == ("failed", MAX_ATTEMPTS)
    assert job.failure is not None
    assert (job.failure.type, job.finished_at is not None) == ("runner-died", True)
    assert job.failure.detail == "its runner died 5 times in a row, and the job came no further"


def test_a_suspect_is_leased_only_where_it_is_wanted_and_others_go_on(records: Records) -> None:
    suspect = records.accept_job(new_job()).job
    for _ in range(SUSPECT_AFTER):
        die(records)
    other = records.accept_job(new_job()).job

    leased = records.lease_jobs("busy", 5, 60, MAX_ATTEMPTS, suspect=False)
    assert [job.id for job in leased] == [other.id]
    (alone,) = records.lease_jobs("idle", 5, 60, MAX_ATTEMPTS)
    assert (alone.id, alone.suspect) == (suspect.id, True)


def test_no_two_suspects_share_a_runner(records: Records) -> None:
    ids = [records.accept_job(new_job()).job.id for _ in range(3)]
    for _ in range(SUSPECT_AFTER):
        assert len(records.lease_jobs("dead", 5, 60, MAX_ATTEMPTS)) == 3
        expire(records)
    for job_id in ids:
        assert [job.id for job in records.lease_jobs("runner", 5, 60, MAX_ATTEMPTS)] == [job_id]


def test_a_runner_that_gives_a_suspect_back_clears_it(records: Records) -> None:
    records.accept_job(new_job())
    for _ in range(MANY):
        for _ in range(SUSPECT_AFTER):
            die(records)
        job = lease(records)
        assert (job.suspect, job.attempts) == (True, 1)
        records.return_job(
            job.id,
            lease_of(job),
            count_attempt=False,
            failure=FAILURE,
            max_attempts=MAX_ATTEMPTS,
        )


def test_each_death_counts_once_whoever_looks_and_however_often(records: Records) -> None:
    records.accept_job(new_job())
    die(records)
    for _ in range(MANY):
        assert records.give_up_jobs(MAX_ATTEMPTS) == []
        assert records.lease_jobs("full", 0, 60, MAX_ATTEMPTS) == []
    assert not lease(records).suspect


def test_a_late_runner_that_nobody_replaced_may_still_complete(records: Records) -> None:
    records.accept_job(new_job())
    job = die(records)
    records.give_up_jobs(MAX_ATTEMPTS)
    assert records.complete_job(job.id, lease_of(job), audio_of(job))

from __future__ import annotations

import multiprocessing
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

from serve_app.store.records import Records
from tests.serve_app.store.samples import (
    FAILURE,
    Location,
    audio_of,
    found,
    lease,
    lease_of,
    new_job,
)
from tests.serve_app.store.workers import drain_and_complete

SHORT_S = 0.5  # long enough for a loaded machine not to lose a lease by accident


def test_lease_takes_the_oldest_and_no_more_than_asked(records: Records) -> None:
    ids = [records.accept_job(new_job()).job.id for _ in range(5)]

    first = records.lease_jobs("a", 2, 60, 3)
    rest = records.lease_jobs("b", 10, 60, 3)

    assert [job.id for job in first] == ids[:2]
    assert [job.id for job in rest] == ids[2:]
    assert records.lease_jobs("c", 10, 60, 3) == []
    job = found(records, ids[0])
    assert (job.state, job.runner, job.attempts) == ("processing", "a", 1)
    assert job.lease_expires_at is not None
    assert job.started_at is not None
    assert 59 < job.lease_expires_at - job.started_at < 61


def test_lease_of_nothing(records: Records) -> None:
    records.accept_job(new_job())
    assert records.lease_jobs("a", 0, 60, 3) == []
    assert records.lease_jobs("a", -1, 60, 3) == []


def test_each_job_goes_to_one_of_many_threads(records: Records) -> None:
    ids = {records.accept_job(new_job()).job.id for _ in range(60)}

    def drain(runner: str) -> list[str]:
        taken = []
        while jobs := records.lease_jobs(runner, 3, 60, 3):
            taken += [job.id for job in jobs]
        return taken

    with ThreadPoolExecutor(8) as pool:
        taken = [job_id for ids in pool.map(drain, map(str, range(8))) for job_id in ids]

    assert Counter(taken) == Counter(ids)


def test_each_job_goes_to_one_of_several_processes(location: Location) -> None:
    with location.open() as records:
        ids = [records.accept_job(new_job()).job.id for _ in range(40)]
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(3, mp_context=spawn) as pool:
            runs = [pool.submit(drain_and_complete, location, str(i)) for i in range(3)]
            completed = [job_id for run in runs for job_id in run.result()]

        assert Counter(completed) == Counter(ids)
        assert {found(records, job_id).state for job_id in ids} == {"completed"}
        assert {found(records, job_id).attempts for job_id in ids} == {1}


def test_completion_keeps_the_audio(records: Records) -> None:
    records.accept_job(new_job())
    job = lease(records)

    assert records.complete_job(job.id, lease_of(job), audio_of(job), ["spelled out 'ß'"])

    done = found(records, job.id)
    assert (done.state, done.audio) == ("completed", audio_of(job))
    assert done.warnings == ("spelled out 'ß'",)
    assert done.pieces_done == done.pieces_total
    assert done.finished_at is not None


def test_completion_may_be_repeated_by_the_lease_that_made_it(records: Records) -> None:
    records.accept_job(new_job())
    job = lease(records)
    assert records.complete_job(job.id, lease_of(job), audio_of(job))
    done = found(records, job.id)

    assert records.complete_job(job.id, lease_of(job), audio_of(job))
    assert found(records, job.id) == done
    assert not records.complete_job(job.id, "another lease", audio_of(job))
    assert not records.fail_job(job.id, lease_of(job), FAILURE)
    assert not records.report_progress(job.id, lease_of(job), 1, 3)
    assert found(records, job.id) == done


def test_runner_whose_lease_expired_can_change_nothing(records: Records) -> None:
    records.accept_job(new_job())
    stale = lease(records, "slow", lease_s=SHORT_S)
    time.sleep(SHORT_S * 1.5)
    fresh = lease(records, "quick")

    token = lease_of(stale)
    assert token != lease_of(fresh)
    assert not records.complete_job(stale.id, token, audio_of(stale))
    assert not records.fail_job(stale.id, token, FAILURE)
    assert not records.report_progress(stale.id, token, 2, 3)
    assert records.renew_leases("slow", {stale.id: token}, 60) == {stale.id}
    assert (
        records.return_job(stale.id, token, count_attempt=True, failure=FAILURE, max_attempts=3)
        is None
    )
    assert found(records, stale.id) == fresh
    assert records.complete_job(fresh.id, lease_of(fresh), audio_of(fresh))
    assert not records.complete_job(stale.id, token, audio_of(stale))


def test_late_runner_that_nobody_replaced_may_still_complete(records: Records) -> None:
    records.accept_job(new_job())
    job = lease(records, lease_s=0.01)
    time.sleep(0.05)

    assert records.renew_leases("runner", {job.id: lease_of(job)}, 60) == set()
    assert records.complete_job(job.id, lease_of(job), audio_of(job))


def test_job_of_a_dead_runner_is_recovered(records: Records) -> None:
    records.accept_job(new_job())
    dead = lease(records, "dead", lease_s=SHORT_S)
    records.report_progress(dead.id, lease_of(dead), 2, 3)
    assert records.lease_jobs("other", 1, 60, 3) == []

    time.sleep(SHORT_S * 1.5)
    job = lease(records, "other")

    assert (job.id, job.runner, job.attempts, job.recoveries) == (dead.id, "other", 1, 1)
    assert job.pieces_done == 0
    assert job.started_at == dead.started_at


def test_renewed_lease_does_not_expire(records: Records) -> None:
    records.accept_job(new_job())
    job = lease(records, lease_s=SHORT_S)
    for _ in range(4):
        time.sleep(SHORT_S / 2)
        assert records.renew_leases("runner", {job.id: lease_of(job)}, SHORT_S) == set()
        assert records.lease_jobs("other", 1, 60, 3) == []


def test_renewal_names_exactly_what_was_lost(records: Records) -> None:
    for _ in range(4):
        records.accept_job(new_job())
    kept, cancelled, done, forged = records.lease_jobs("runner", 4, 60, 3)
    records.delete_job(cancelled.id)
    records.complete_job(done.id, lease_of(done), audio_of(done))
    tokens = {job.id: lease_of(job) for job in (kept, cancelled, done)}
    tokens |= {forged.id: "not the lease", "unknown": "lease"}

    lost = records.renew_leases("runner", tokens, 60)

    assert lost == {cancelled.id, done.id, forged.id, "unknown"}
    assert records.renew_leases("runner", {}, 60) == set()
    assert records.renew_leases("impostor", {kept.id: lease_of(kept)}, 60) == {kept.id}


def test_returned_job_is_queued_at_its_old_place(records: Records) -> None:
    first = records.accept_job(new_job()).job
    records.accept_job(new_job())
    job = lease(records)
    assert job.id == first.id

    state = records.return_job(
        job.id, lease_of(job), count_attempt=True, failure=FAILURE, max_attempts=3
    )

    assert state == "queued"
    queued = found(records, job.id)
    assert (queued.state, queued.attempts, queued.lease) == ("queued", 1, None)
    assert not records.complete_job(job.id, lease_of(job), audio_of(job))
    assert lease(records).id == first.id


def test_third_counted_return_fails_with_the_cause(records: Records) -> None:
    job_id = records.accept_job(new_job()).job.id
    states = []
    for _ in range(3):
        job = lease(records)
        states.append(
            records.return_job(
                job.id, lease_of(job), count_attempt=True, failure=FAILURE, max_attempts=3
            )
        )

    assert states == ["queued", "queued", "failed"]
    assert found(records, job_id).failure == FAILURE
    assert records.lease_jobs("runner", 5, 60, 3) == []


def test_draining_costs_no_attempt(records: Records) -> None:
    records.accept_job(new_job())
    for _ in range(5):
        job = lease(records)
        assert job.attempts == 1
        state = records.return_job(
            job.id, lease_of(job), count_attempt=False, failure=FAILURE, max_attempts=3
        )
        assert state == "queued"
    assert found(records, job.id).attempts == 0


def test_progress_is_seen(records: Records) -> None:
    records.accept_job(new_job())
    job = lease(records)

    assert records.report_progress(job.id, lease_of(job), 2, 5)

    seen = found(records, job.id)
    assert (seen.pieces_done, seen.pieces_total) == (2, 5)


def test_owners_take_turns_and_each_keeps_its_order(records: Records) -> None:
    of_a = [records.accept_job(new_job(owner="a")).job.id for _ in range(6)]
    of_b = [records.accept_job(new_job(owner="b")).job.id for _ in range(2)]

    first = records.lease_jobs("x", 4, 60, 3)
    assert {job.id for job in first} == {*of_a[:2], *of_b}
    (late,) = (records.accept_job(new_job(owner="b")).job.id for _ in range(1))
    # a has two at work and b two: whichever was accepted earlier comes first.
    assert [job.id for job in records.lease_jobs("y", 1, 60, 3)] == [of_a[2]]
    assert [job.id for job in records.lease_jobs("y", 1, 60, 3)] == [late]
    assert [job.id for job in records.lease_jobs("z", 9, 60, 3)] == of_a[3:]


def test_one_job_does_not_wait_behind_another_owners_backlog(records: Records) -> None:
    for _ in range(40):
        records.accept_job(new_job(owner="a"))
    assert len(records.lease_jobs("x", 8, 60, 3)) == 8
    late = records.accept_job(new_job(owner="b")).job.id
    assert records.lease_jobs("x", 1, 60, 3)[0].id == late


def test_owners_who_hold_enough_are_passed_over(records: Records) -> None:
    held = records.accept_job(new_job(owner="a")).job.id
    other = records.accept_job(new_job(owner="b")).job.id
    assert [job.id for job in records.lease_jobs("x", 9, 60, 3, besides={"a"})] == [other]
    assert records.lease_jobs("x", 9, 60, 3, besides={"a"}) == []
    assert [job.id for job in records.lease_jobs("x", 9, 60, 3)] == [held]

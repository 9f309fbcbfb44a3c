from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from serve_app.store.errors import IdempotencyConflict, InvalidText
from serve_app.store.records import Records
from serve_app.store.values import Idempotency, Job
from tests.serve_app.store.samples import (
    FAILURE,
    Location,
    audio_of,
    found,
    lease,
    lease_of,
    new_job,
)

KEY = Idempotency(key="key-1", route="/tts", fingerprint="abc")
HARD_TEXT = "NUL \x00, a lone surrogate \ud800, 你好, émigré, 🙂, %s :name {now}"


def test_accepted_job_is_found_with_all_it_was_given(records: Records) -> None:
    new = new_job(owner="ann", text=HARD_TEXT)
    before = time.time()

    accepted = records.accept_job(new)

    assert accepted.replayed is False
    job = found(records, new.id)
    assert job == accepted.job
    assert (job.kind, job.owner, job.state) == ("tts", "ann", "queued")
    assert job.request == new.request
    assert (job.cost, job.pieces_done, job.pieces_total) == (2.5, 0, 3)
    assert (job.attempts, job.recoveries, job.request_id) == (0, 0, "request-1")
    assert (job.runner, job.lease, job.audio, job.failure, job.warnings) == (None,) * 4 + ((),)
    assert before - 1 <= job.created_at <= time.time() + 1


def test_job_is_still_there_after_reopening(location: Location) -> None:
    new = new_job()
    with location.open() as records:
        records.accept_job(new)
    with location.open() as records:
        assert found(records, new.id).request == new.request


def test_owner_sees_only_their_own(records: Records) -> None:
    new = new_job(owner="ann")
    records.accept_job(new)

    assert records.get_job(new.id, "ann") is not None
    assert records.get_job(new.id, None) is not None
    assert records.get_job(new.id, "bob") is None
    assert records.get_job(new.id, "") is None
    assert records.delete_job(new.id, "bob") is None
    assert found(records, new.id).state == "queued"


@pytest.mark.parametrize("job_id", ["", "nope", "a\x00b", "\ud800", "'; DROP TABLE jobs; --"])
def test_unknown_ids_find_nothing(records: Records, job_id: str) -> None:
    assert records.get_job(job_id) is None
    assert records.delete_job(job_id) is None


def test_text_no_database_can_keep_is_refused_by_both(records: Records) -> None:
    with pytest.raises(InvalidText):
        records.accept_job(new_job(owner="a\x00b"))


def test_same_key_and_request_replays_the_first_job(records: Records) -> None:
    first = records.accept_job(new_job(), KEY)
    second = records.accept_job(new_job(), KEY)

    assert (first.replayed, second.replayed) == (False, True)
    assert second.job == first.job
    assert records.count_jobs().by_state["queued"] == 1
    assert records.find_replay("", KEY) == first.job


@pytest.mark.parametrize(
    "other",
    [
        Idempotency(key="key-1", route="/tts", fingerprint="other"),
        Idempotency(key="key-1", route="/clone", fingerprint="abc"),
    ],
)
def test_key_of_another_request_conflicts(records: Records, other: Idempotency) -> None:
    records.accept_job(new_job(), KEY)
    new = new_job()

    with pytest.raises(IdempotencyConflict):
        records.accept_job(new, other)
    with pytest.raises(IdempotencyConflict):
        records.find_replay("", other)
    assert records.get_job(new.id) is None


def test_keys_of_two_owners_have_nothing_to_do_with_each_other(records: Records) -> None:
    ann = records.accept_job(new_job(owner="ann"), KEY)
    bob = records.accept_job(new_job(owner="bob"), KEY)

    assert bob.replayed is False
    assert bob.job.id != ann.job.id
    assert records.find_replay("carol", KEY) is None


def test_key_of_a_deleted_job_still_replays_it(records: Records) -> None:
    first = records.accept_job(new_job(), KEY)
    leased = lease(records)
    assert records.complete_job(leased.id, lease_of(leased), audio_of(leased))
    assert records.delete_job(first.job.id) is not None

    replay = records.find_replay("", KEY)

    assert isinstance(replay, Job)
    assert replay.deleted_at is not None


def test_one_of_many_concurrent_duplicates_wins(records: Records) -> None:
    threads = 8
    for attempt in range(5):
        barrier = Barrier(threads)
        key = Idempotency(key=f"key-{attempt}", route="/tts", fingerprint="abc")

        def send(barrier: Barrier = barrier, key: Idempotency = key) -> tuple[str, bool]:
            barrier.wait()
            accepted = records.accept_job(new_job(), key)
            return accepted.job.id, accepted.replayed

        with ThreadPoolExecutor(threads) as pool:
            answers = [f.result() for f in [pool.submit(send) for _ in range(threads)]]

        assert len({job_id for job_id, _ in answers}) == 1
        assert [replayed for _, replayed in answers].count(False) == 1
    assert records.count_jobs().by_state["queued"] == 5


def test_deleting_unfinished_work_cancels_it_and_wipes_its_text(records: Records) -> None:
    for new in (new_job(), new_job()):
        records.accept_job(new)
        running = lease(records)

        deleted = records.delete_job(new.id)

        assert deleted is not None
        assert deleted.blob_key is None
        job = found(records, new.id)
        assert (job.state, job.request, job.lease) == ("cancelled", {}, None)
        assert records.delete_job(new.id) is None
        assert not records.complete_job(running.id, lease_of(running), audio_of(running))
        assert records.renew_leases("runner", {running.id: lease_of(running)}, 5) == {new.id}


def test_deleting_a_completed_job_hides_it_and_names_its_blob(records: Records) -> None:
    records.accept_job(new_job())
    job = lease(records)
    records.complete_job(job.id, lease_of(job), audio_of(job), ["rate limited to 2.0"])
    assert records.referenced_blobs([audio_of(job).blob_key]) == {audio_of(job).blob_key}

    deleted = records.delete_job(job.id)

    assert deleted is not None
    assert deleted.blob_key == audio_of(job).blob_key
    assert (deleted.job.request, deleted.job.warnings) == ({}, ())
    assert records.get_job(job.id) is None
    assert records.delete_job(job.id) is None
    assert records.referenced_blobs([audio_of(job).blob_key]) == set()


def test_deleting_a_failed_job_hides_it(records: Records) -> None:
    records.accept_job(new_job())
    job = lease(records)
    records.fail_job(job.id, lease_of(job), FAILURE)

    deleted = records.delete_job(job.id)

    assert deleted is not None
    assert deleted.job.failure is None  # its detail may quote the text
    assert records.get_job(job.id) is None


def test_expiry_forgets_what_ended_and_keeps_what_did_not(records: Records) -> None:
    key = Idempotency(key="done", route="/tts", fingerprint="abc")
    done = records.accept_job(new_job(), key).job
    leased = lease(records)
    records.complete_job(leased.id, lease_of(leased), audio_of(leased))
    cancelled = records.accept_job(new_job()).job
    records.delete_job(cancelled.id)
    running = records.accept_job(new_job()).job
    lease(records)
    queued = records.accept_job(new_job()).job

    assert records.expire(older_than_s=3600).blob_keys == []
    assert records.get_job(done.id) is not None

    time.sleep(0.05)
    assert records.expire(older_than_s=0.01).blob_keys == [audio_of(done).blob_key]
    assert [records.get_job(job.id) for job in (done, cancelled)] == [None, None]
    assert found(records, running.id).state == "processing"
    assert found(records, queued.id).state == "queued"
    assert records.find_replay("", key) is None
    assert records.expire(older_than_s=0.01).blob_keys == []


def test_expiry_of_more_than_one_batch(records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("serve_app.store.jobs.EXPIRE_BATCH", 4)
    for _ in range(9):
        records.accept_job(new_job())
    for job in records.lease_jobs("runner", 9, 60, 3):
        records.complete_job(job.id, lease_of(job), audio_of(job))
    time.sleep(0.02)

    assert records.expire(0.01).jobs == 9


def test_counts_follow_the_work(records: Records) -> None:
    assert records.count_jobs().by_state == {"queued": 0, "processing": 0}
    for cost in (1.0, 2.0, 4.0):
        records.accept_job(new_job(cost=cost))
    time.sleep(0.05)
    lease(records)

    counts = records.count_jobs()

    assert counts.by_state == {"queued": 2, "processing": 1}
    assert counts.remaining_cost == {"tts": 7.0}
    assert 0.04 <= counts.oldest_queued_age_s < 10


def test_queued_jobs_know_how_many_wait_before_them(records: Records) -> None:
    first, second, third = (records.accept_job(new_job()).job.id for _ in range(3))
    assert [records.count_ahead(job_id) for job_id in (first, second, third)] == [0, 1, 2]
    assert lease(records).id == first  # it waits no longer
    assert [records.count_ahead(job_id) for job_id in (second, third)] == [0, 1]
    other = records.accept_job(new_job(owner="ann")).job.id
    assert records.count_ahead(other) == 0  # nobody learns what others do
    records.delete_job(second)
    assert records.count_ahead(third) == 0


def test_what_remains_shrinks_with_progress_and_a_long_job_counts_as_a_fair_share(
    records: Records,
) -> None:
    records.accept_job(new_job(cost=90.0))
    records.accept_job(new_job(cost=6.0, kind="clone"))
    long = lease(records)
    records.report_progress(long.id, lease_of(long), 1, 3)

    assert records.count_jobs().remaining_cost == {"tts": pytest.approx(60.0), "clone": 6.0}
    assert records.count_jobs(fair_cost=20.0).remaining_cost == {"tts": 20.0, "clone": 6.0}


def test_what_was_done_of_late_is_summed_by_kind(records: Records) -> None:
    for cost in (1.0, 2.0):
        records.accept_job(new_job(cost=cost))
        job = lease(records)
        records.complete_job(job.id, lease_of(job), audio_of(job))
    records.accept_job(new_job(cost=4.0))
    records.fail_job((failed := lease(records)).id, lease_of(failed), FAILURE)

    assert records.count_jobs().done_cost == {}
    assert records.count_jobs(recent_s=60.0).done_cost == {"tts": 3.0}
    records.delete_job(job.id)  # it was done all the same
    assert records.count_jobs(recent_s=60.0).done_cost == {"tts": 3.0}
    time.sleep(0.05)
    assert records.count_jobs(recent_s=0.01).done_cost == {}


def test_what_was_computed_of_a_job_counts_before_it_ends_and_after_it_was_cancelled(
    records: Records,
) -> None:
    records.accept_job(new_job(cost=6.0))
    job = lease(records)
    assert not any(records.count_jobs(recent_s=60.0).done_cost.values())
    records.report_progress(job.id, lease_of(job), 1, 3)
    assert records.count_jobs(recent_s=60.0).done_cost == {"tts": 2.0}
    records.delete_job(job.id)
    assert records.count_jobs(recent_s=60.0).done_cost == {"tts": 2.0}


def test_a_long_job_was_not_done_in_the_moment_it_ended(records: Records) -> None:
    """Its work is spread over the time it took, while it runs and when it has ended."""
    records.accept_job(new_job(cost=100.0))
    job = lease(records)
    records.report_progress(job.id, lease_of(job), 1, 2)
    time.sleep(0.5)

    running = records.count_jobs(recent_s=0.1).done_cost["tts"]
    assert running <= 10.0  # half of 100 s, of which at most a fifth fell in the last 0.1 s
    records.complete_job(job.id, lease_of(job), audio_of(job))
    ended = records.count_jobs(recent_s=0.1).done_cost["tts"]
    assert 0 < ended <= 20.0


def test_counts_of_ended_jobs_are_made_on_demand(records: Records) -> None:
    for _ in range(3):
        records.accept_job(new_job())
    first, second, third = records.lease_jobs("runner", 3, 60, 3)
    records.complete_job(first.id, lease_of(first), audio_of(first))
    records.fail_job(second.id, lease_of(second), FAILURE)
    records.delete_job(third.id)
    records.delete_job(first.id)

    assert records.count_jobs(ended=True).by_state == {
        "queued": 0,
        "processing": 0,
        "completed": 0,
        "failed": 1,
        "cancelled": 1,
    }

"""Batches: kept whole, fed item by item, each item once, whoever feeds and whatever is deleted."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from serve_app.keys import make_key
from serve_app.store.batch_values import Batch, NewBatch, NewItem, Place
from serve_app.store.errors import IdempotencyConflict, ItemTaken, QuotaExceeded, TooManyBatches
from serve_app.store.quotas import Share
from serve_app.store.records import Records
from serve_app.store.values import Failure, Idempotency, OwnerLimits, Quota
from tests.serve_app.store.samples import (
    Location,
    audio_of,
    lease,
    lease_of,
    new_job,
    new_voice,
)

KEY = Idempotency("book", "/batch", "of its body")
REFUSED = Failure("text-too-long", "The text is too long", "It has too many characters.")
LEASE_S = 60.0


def new_batch(items: int = 2, owner: str = "") -> NewBatch:
    made = [NewItem("tts", 100, {"text": f"Item {n}."}, f"c{n}", f"T{n}") for n in range(items)]
    return NewBatch(str(uuid.uuid4()), owner, "Book", "request-1", made)


def feed(records: Records, batch: Batch, owner: str = "") -> str:
    """Make a job of the next item; its id."""
    item = records.next_item(batch.id)
    assert item is not None
    return records.accept_job(new_job(owner=owner), place=item.place).job.id


def states(records: Records, batch: Batch) -> list[str]:
    return [item.state for item in records.list_batch_items(batch.id, 0, 100)]


def complete(records: Records) -> None:
    job = lease(records)
    assert records.complete_job(job.id, lease_of(job), audio_of(job))


def test_a_batch_tells_how_its_items_stand(records: Records) -> None:
    new = new_batch(2)
    refused = NewItem("clone", 100, {}, "bad", "", REFUSED)
    batch = records.accept_batch(NewBatch(new.id, "", "Book", "r", [*new.items, refused]))
    assert (batch.state, batch.counts) == ("processing", {"waiting": 2, "refused": 1})
    assert batch.progress == pytest.approx(1 / 3)
    first = feed(records, batch)
    assert states(records, batch) == ["queued", "waiting", "refused"]
    complete(records)
    feed(records, batch)
    job = lease(records)
    records.report_progress(job.id, lease_of(job), 1, 4)
    now = records.get_batch(batch.id, "")
    assert now is not None
    assert now.progress == pytest.approx((1 + 1 / 4 + 1) / 3)
    assert now.counts == {"completed": 1, "processing": 1, "refused": 1}
    records.fail_job(job.id, lease_of(job), REFUSED)
    done, failed, bad = records.list_batch_items(batch.id, 0, 100)
    assert (done.job_id, done.title, done.client_id) == (first, "T0", "c0")
    assert done.audio is not None
    assert (failed.problem, bad.problem) == (REFUSED, REFUSED)
    ended = records.get_batch(batch.id, "")
    assert ended is not None
    assert (ended.state, ended.progress) == ("ended", 1.0)
    records.delete_job(first)
    assert states(records, batch) == ["deleted", "failed", "refused"]
    assert [item.position for item in records.list_batch_items(batch.id, 1, 1)] == [1]


def test_an_item_becomes_a_job_once_however_many_feed_it(location: Location) -> None:
    with location.open() as records:
        batch = records.accept_batch(new_batch(1))
        place = Place(batch.id, 0)

        def take(_: int) -> bool:
            try:
                records.accept_job(new_job(), place=place)
            except ItemTaken:
                return False
            return True

        with ThreadPoolExecutor(4) as pool:
            assert sorted(pool.map(take, range(8))) == [False] * 7 + [True]
        assert len(records.list_jobs("", 100)) == 1


def test_a_job_that_its_owner_may_not_have_leaves_its_item_waiting(records: Records) -> None:
    records.add_key(make_key("ann").record, OwnerLimits(max_unfinished_jobs=1))
    batch = records.accept_batch(new_batch(2, "ann"))
    quota = Quota(5, 32, 1000)
    for number in range(2):
        item = records.next_item(batch.id)
        assert item is not None
        if number:
            with pytest.raises(QuotaExceeded):
                records.accept_job(new_job(owner="ann"), None, quota, item.place)
        else:
            records.accept_job(new_job(owner="ann"), None, quota, item.place)
    assert states(records, batch) == ["queued", "waiting"]


def test_what_is_deleted_is_fed_no_more_and_its_jobs_are_left_to_be_deleted(
    records: Records,
) -> None:
    batch = records.accept_batch(new_batch(3))
    first = feed(records, batch)
    item = records.next_item(batch.id)
    assert item is not None
    assert not records.delete_batch(batch.id, "bob")
    assert records.delete_batch(batch.id, "") == "processing"
    assert not records.delete_batch(batch.id, "")
    assert records.get_batch(batch.id, "") is None
    assert records.next_item(batch.id) is None
    with pytest.raises(ItemTaken):  # by who had it in hand already
        records.accept_job(new_job(), place=item.place)
    assert records.batch_leftovers(batch.id) == [first]
    records.end_batches([batch.id])
    assert [one.deleted for one in records.open_batches("a", LEASE_S)] == [True]
    records.delete_job(first)
    assert records.batch_leftovers(batch.id) == []
    assert records.end_batches([batch.id]) == []
    assert records.open_batches("a", LEASE_S) == []


def test_one_feeder_holds_a_batch_until_it_falls_silent_or_gives_it_back(
    records: Records,
) -> None:
    batch = records.accept_batch(new_batch())
    assert records.hold_batches("a", [batch.id], LEASE_S) == {batch.id}
    assert [one.held for one in records.open_batches("a", LEASE_S)] == [True]
    assert records.open_batches("b", LEASE_S) == []
    assert records.hold_batches("b", [batch.id], LEASE_S) == set()
    records.release_batches("a")
    assert [one.held for one in records.open_batches("b", LEASE_S)] == [False]
    assert records.hold_batches("b", [batch.id], -1.0) == {batch.id}  # and dies
    assert records.hold_batches("a", [batch.id], LEASE_S) == {batch.id}


def test_a_key_stands_for_one_batch_and_for_nothing_else(records: Records) -> None:
    batch = records.accept_batch(new_batch(), KEY)
    again = records.accept_batch(new_batch(), KEY)
    assert again.id == batch.id
    found = records.find_batch_replay("", KEY)
    assert found is not None
    assert found.id == batch.id
    assert records.find_batch_replay("bob", KEY) is None
    with pytest.raises(IdempotencyConflict):
        records.accept_batch(new_batch(), Idempotency("book", "/batch", "another body"))
    job_key = Idempotency("book", "/tts", "of its body")
    with pytest.raises(IdempotencyConflict):
        records.accept_job(new_job(), job_key)
    with pytest.raises(IdempotencyConflict):
        records.find_replay("", job_key)
    records.accept_job(new_job(), Idempotency("job", "/tts", "f"))
    with pytest.raises(IdempotencyConflict):
        records.accept_batch(new_batch(), Idempotency("job", "/batch", "f"))
    assert records.find_batch_replay("", Idempotency("new", "/batch", "f")) is None


def test_ended_batches_are_forgotten_after_their_retention_and_no_others(
    records: Records,
) -> None:
    ended = records.accept_batch(new_batch(1), KEY)
    waiting = records.accept_batch(new_batch(1))
    feed(records, ended)
    complete(records)
    assert [one.id for one in records.end_batches([ended.id, waiting.id])] == [ended.id]
    assert records.end_batches([ended.id, waiting.id]) == []  # told once
    assert records.expire_batches(3600.0) == 0
    assert records.expire_batches(-1.0) == 1
    assert records.get_batch(ended.id, "") is None
    assert records.find_batch_replay("", KEY) is None
    assert records.get_batch(waiting.id, "") is not None


def test_an_owner_has_so_many_batches_and_no_more(records: Records) -> None:
    for _ in range(2):
        records.accept_batch(new_batch(owner="ann"), most_open=2)
    with pytest.raises(TooManyBatches):
        records.accept_batch(new_batch(owner="ann"), most_open=2)
    with pytest.raises(TooManyBatches):
        records.check_batches("ann", 2)
    records.accept_batch(new_batch(owner="bob"), most_open=2)
    records.accept_batch(new_batch(owner="ann"), most_open=0)


def test_half_of_a_limit_leaves_the_other_half(records: Records) -> None:
    records.add_key(make_key("ann").record, OwnerLimits())
    quota = Quota(50, 4, 100)
    half = Share(jobs=2, chars=2)
    records.check_quota("ann", quota, half)
    records.accept_job(new_job(owner="ann"), None, quota)
    with pytest.raises(QuotaExceeded):  # of 50 characters none is left
        records.check_quota("ann", Quota(1, 4, 100), half)
    records.check_quota("ann", Quota(1, 4, 100))
    records.accept_job(new_job(owner="ann"), None, Quota(0, 4, 100))
    with pytest.raises(QuotaExceeded):
        records.check_quota("ann", Quota(0, 4, 0), half)
    records.check_quota("ann", Quota(0, 4, 0), Share(chars=2))


def test_what_was_before_there_were_keys_is_adopted(records: Records) -> None:
    records.add_voice(new_voice())
    batch = records.accept_batch(new_batch(), KEY)
    records.add_key(make_key("ann").record, OwnerLimits())
    records.adopt("ann")
    assert records.get_batch(batch.id, "") is None
    assert records.get_batch(batch.id, "ann") is not None
    replay = records.find_batch_replay("ann", KEY)
    assert replay is not None
    assert replay.id == batch.id

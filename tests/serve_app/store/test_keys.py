"""API keys and what counts against their owners, in both databases."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from serve_app.keys import make_key
from serve_app.store.errors import QuotaExceeded
from serve_app.store.quotas import chars_due, wait_for_chars
from serve_app.store.records import Records
from serve_app.store.values import Idempotency, OwnerLimits, Quota
from tests.serve_app.store.samples import Location, audio_of, lease, lease_of, new_job, new_voice

NO_LIMITS = OwnerLimits()


def add(records: Records, owner: str, *limits: int | None) -> str:
    """The id of a new key."""
    record = make_key(owner).record
    records.add_key(record, OwnerLimits(*limits))
    return record.id


def quota(chars: int = 1, jobs: int = 0, per_minute: int = 0) -> Quota:
    return Quota(chars, jobs, per_minute)


def test_a_key_is_found_by_its_id_until_it_is_revoked(records: Records) -> None:
    kept, gone = make_key("ada").record, make_key("ada", "metrics").record
    for key in (kept, gone):
        records.add_key(key, NO_LIMITS)
    before = records.read_keys()
    assert before is not None
    assert {key.id: (key.owner, key.scope, key.digest) for key in before.keys.values()} == {
        kept.id: ("ada", "client", kept.digest),
        gone.id: ("ada", "metrics", gone.digest),
    }
    assert [key.id for key in records.revoke_keys(gone.id)] == [gone.id]
    after = records.read_keys(before.version)
    assert after is not None
    assert set(after.keys) == {kept.id}
    assert records.revoke_keys(gone.id) == []  # once
    revoked = {key.id: key.revoked_at is not None for key in records.list_keys()}
    assert revoked == {kept.id: False, gone.id: True}


def test_nothing_is_read_anew_until_something_changes(records: Records) -> None:
    first = records.read_keys()
    assert first is not None
    assert (first.version, dict(first.keys)) == (0, {})
    assert records.read_keys(0) is None
    add(records, "ada")
    second = records.read_keys(0)
    assert second is not None
    assert second.version > 0
    assert records.read_keys(second.version) is None


def test_revoking_the_last_key_leaves_a_sign_that_there_was_one(location: Location) -> None:
    with location.open() as records:
        add(records, "ada")
        records.revoke_keys("ada")
    with location.open() as records:
        snapshot = records.read_keys()
        assert snapshot is not None
        assert not snapshot.keys
        assert snapshot.version > 0


def test_a_name_revokes_all_its_keys_and_no_others(records: Records) -> None:
    mine = {add(records, "ada"), add(records, "ada")}
    add(records, "bob")
    assert {key.id for key in records.revoke_keys("ada")} == mine
    assert [key.owner for key in records.list_keys() if key.revoked_at is None] == ["bob"]
    assert records.revoke_keys("nobody\x00") == []


def test_nothing_in_the_database_is_the_key(location: Location) -> None:
    key = make_key("ada")
    with location.open() as records:
        records.add_key(key.record, NO_LIMITS)
        with records._database.read() as transaction:
            stored = str(transaction.execute("SELECT * FROM api_keys"))
    assert key.record.id in stored
    assert key.text not in stored
    assert key.text.rsplit("_", 1)[1] not in stored


def test_limits_stay_unless_they_are_given_again(records: Records) -> None:
    add(records, "ada", 3, 100)
    add(records, "ada", None, 200)
    (owner,) = records.list_owners()
    assert owner.limits == OwnerLimits(3, 200)
    changed = records.set_limits("ada", OwnerLimits(0, None))
    assert changed is not None
    assert changed.limits == OwnerLimits(0, 200)
    assert records.set_limits("nobody", OwnerLimits(1, 1)) is None


def test_the_last_job_that_is_allowed_is_taken_and_the_next_is_not(records: Records) -> None:
    add(records, "ada")
    for _ in range(3):
        records.accept_job(new_job(owner="ada"), quota=quota(jobs=3))
    with pytest.raises(QuotaExceeded) as refused:
        records.accept_job(new_job(owner="ada"), quota=quota(jobs=3))
    assert (refused.value.counted, refused.value.limit, refused.value.used) == ("jobs", 3, 3)
    assert records.count_jobs(owner="ada").by_state["queued"] == 3
    with pytest.raises(QuotaExceeded):
        records.check_quota("ada", quota(jobs=3))
    done = lease(records)
    records.complete_job(done.id, lease_of(done), audio_of(done), [])
    records.accept_job(new_job(owner="ada"), quota=quota(jobs=3))  # an ended one makes room
    job = records.count_jobs(owner="ada")
    assert sum(job.by_state.values()) == 3


def test_the_limit_of_a_key_comes_before_the_settings(records: Records) -> None:
    add(records, "tight", 1)
    add(records, "free", 0, 0)
    records.accept_job(new_job(owner="tight"), quota=quota(jobs=9))
    with pytest.raises(QuotaExceeded):
        records.accept_job(new_job(owner="tight"), quota=quota(jobs=9))
    for _ in range(3):
        records.accept_job(new_job(owner="free"), quota=quota(chars=99, jobs=1, per_minute=1))


def test_characters_are_counted_to_the_last_one(records: Records) -> None:
    add(records, "ada")
    for chars in (40, 20):
        records.accept_job(new_job(owner="ada"), quota=quota(chars, per_minute=60))
    with pytest.raises(QuotaExceeded) as refused:
        records.accept_job(new_job(owner="ada"), quota=quota(30, per_minute=60))
    assert (refused.value.counted, refused.value.limit) == ("chars", 60)
    assert 55 <= refused.value.used <= 60
    assert 25 <= (refused.value.retry_after_s or 0) <= 30  # half of a minute's worth leaks out
    add(records, "bob")
    records.accept_job(new_job(owner="bob"), quota=quota(60, per_minute=60))


def test_what_is_refused_is_not_counted(records: Records) -> None:
    add(records, "ada")
    key = Idempotency("again", "/tts", "fingerprint")
    records.accept_job(new_job(owner="ada"), quota=quota(50, per_minute=60))
    for _ in range(3):
        with pytest.raises(QuotaExceeded):
            records.accept_job(new_job(owner="ada"), key, quota(20, per_minute=60))
    assert records.find_replay("ada", key) is None
    records.accept_job(new_job(owner="ada"), key, quota(10, per_minute=60))


def test_a_repetition_by_its_key_counts_once(records: Records) -> None:
    add(records, "ada")
    key = Idempotency("again", "/tts", "fingerprint")
    jobs = [
        records.accept_job(new_job(owner="ada"), key, quota(60, jobs=1, per_minute=60))
        for _ in range(3)
    ]
    assert [accepted.replayed for accepted in jobs] == [False, True, True]


def test_jobs_that_come_at_once_from_several_replicas_stay_within_the_limit(
    location: Location,
) -> None:
    with location.open() as first, location.open() as second:
        add(first, "ada")

        def accept(number: int) -> bool:
            try:
                (first, second)[number % 2].accept_job(
                    new_job(owner="ada"), quota=quota(10, jobs=7, per_minute=50)
                )
            except QuotaExceeded:
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            accepted = list(pool.map(accept, range(24)))
        assert accepted.count(True) == 5
        with ThreadPoolExecutor(8) as pool:
            slots = [
                pool.submit(_accept, (first, second)[number % 2], jobs=7) for number in range(16)
            ]
        assert [slot.result() for slot in slots].count(True) == 2
        assert first.count_jobs(owner="ada").by_state["queued"] == 7


def _accept(records: Records, jobs: int) -> bool:
    try:
        records.accept_job(new_job(owner="ada"), quota=quota(jobs=jobs))
    except QuotaExceeded:
        return False
    return True


@pytest.mark.parametrize(
    ("due", "elapsed_s", "limit", "left"),
    [(60, 0, 60, 60), (60, 30, 60, 30), (60, 60, 60, 0), (60, 600, 60, 0), (60, -5, 60, 60),
     (300, 60, 60, 240)],
)  # fmt: skip
def test_characters_leak_out_evenly(due: float, elapsed_s: float, limit: int, left: float) -> None:
    assert chars_due(due, elapsed_s, limit) == left


@pytest.mark.parametrize(
    ("due", "chars", "limit", "wait_s"),
    [
        (0, 60, 60, 0.0),
        (1, 60, 60, 1.0),
        (59, 1, 60, 0.0),
        (60, 1, 60, 1.0),
        (0, 500, 60, 0.0),  # longer than any minute: it has to be spoken some time
        (10, 500, 60, 10.0),
        (500, 1, 60, 441.0),
    ],
)
def test_the_wait_is_until_the_text_fits(due: float, chars: int, limit: int, wait_s: float) -> None:
    assert wait_for_chars(due, chars, limit) == pytest.approx(wait_s)
    assert wait_for_chars(chars_due(due, wait_s, limit), chars, limit) == pytest.approx(0)


def test_what_was_made_before_keys_can_be_given_to_an_owner(records: Records) -> None:
    job = records.accept_job(new_job(), Idempotency("k", "/tts", "f")).job
    for owner, name in (("", "Ada"), ("", "Bea"), ("ada", "ada")):
        records.add_voice(new_voice(name, owner=owner))
    add(records, "ada")
    adopted = records.adopt("ada")
    assert (adopted.jobs, adopted.voices, list(adopted.left)) == (1, 1, ["Ada"])
    assert records.get_job(job.id, "ada") is not None
    assert records.get_job(job.id, "") is None
    assert {voice.name for voice in records.list_voices("ada")} == {"ada", "Bea"}
    assert records.find_replay("ada", Idempotency("k", "/tts", "f")) is not None
    assert records.adopt("ada").jobs == 0


def test_two_owners_may_use_the_same_names_and_keys(records: Records) -> None:
    key = Idempotency("same", "/voice/register", "f")
    voices: list[Any] = [
        records.add_voice(new_voice("Me", owner=owner), key) for owner in ("ada", "bob")
    ]
    assert [added.replayed for added in voices] == [False, False]
    records.delete_voice("me", "ada")
    kept = records.get_voice("me", "bob")
    assert kept is not None
    assert kept.blob_key == voices[1].voice.blob_key != voices[0].voice.blob_key


def test_a_refusal_travels_between_processes() -> None:
    refused = QuotaExceeded("no", counted="chars", limit=60, used=59, retry_after_s=1.5)
    error = pickle.loads(pickle.dumps(refused))  # noqa: S301  ours
    assert (error.counted, error.limit, error.used, error.retry_after_s) == ("chars", 60, 59, 1.5)

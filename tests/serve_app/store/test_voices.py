from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from serve_app.store.errors import IdempotencyConflict, VoiceNameTaken
from serve_app.store.records import Records
from serve_app.store.values import Idempotency
from tests.serve_app.store.samples import new_job, new_voice

KEY = Idempotency(key="key-1", route="/voice/register", fingerprint="abc")


def test_voice_is_found_by_id_and_by_name(records: Records) -> None:
    voice = new_voice("Ada Lovelace")
    added = records.add_voice(voice)

    assert added.replayed is False
    assert added.voice == replace(voice, created_at=added.voice.created_at)
    assert abs(added.voice.created_at - time.time()) < 5
    for ref in (voice.id, "Ada Lovelace", "ada lovelace", "ADA LOVELACE"):
        assert records.get_voice(ref) == added.voice
    for ref in ("", "Ada", "a\x00b", "\ud800"):
        assert records.get_voice(ref) is None


def test_consent_is_kept_as_it_was_stated(records: Records) -> None:
    for name, stated in (("Ada", True), ("Bob", False)):
        records.add_voice(replace(new_voice(name), consent=stated))
        voice = records.get_voice(name)
        assert voice is not None
        assert voice.consent is stated


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("Ada", "aDA"),
        ("Straße", "STRASSE"),
        ("café", "cafe\u0301"),  # composed, decomposed
        ("Ａｄａ", "ada"),  # full width
        ("ℌans", "hans"),  # a letter whose capital shows only when normalized
        ("ΐ", "ΐ".upper()),  # capitals that fold to another normal form
        ("ada", " ada "),
    ],
)
def test_names_a_person_would_call_the_same_are_taken(
    records: Records, name: str, same: str
) -> None:
    records.add_voice(new_voice(name))
    with pytest.raises(VoiceNameTaken):
        records.add_voice(new_voice(same))
    assert records.count_voices() == 1


def test_names_are_unique_for_each_owner(records: Records) -> None:
    ann = records.add_voice(new_voice(owner="ann")).voice
    bob = records.add_voice(new_voice(owner="bob")).voice

    assert records.get_voice("Ada", "ann") == ann
    assert records.get_voice("Ada", "bob") == bob
    assert records.get_voice(ann.id, "bob") is None
    assert records.delete_voice(ann.id, "bob") is None
    assert (records.count_voices("ann"), records.count_voices("")) == (1, 0)


def test_id_comes_before_a_name_that_looks_like_it(records: Records) -> None:
    voice = records.add_voice(new_voice("Ada")).voice
    decoy = records.add_voice(new_voice(voice.id)).voice

    assert records.get_voice(voice.id) == voice
    records.delete_voice(voice.id)
    assert records.get_voice(voice.id) == decoy


def test_voices_are_listed_oldest_first(records: Records) -> None:
    names = ["c", "a", "b"]
    for name in names:
        records.add_voice(new_voice(name))
    assert [voice.name for voice in records.list_voices()] == names


def test_deleted_voice_frees_its_name_and_its_blob(records: Records) -> None:
    voice = records.add_voice(new_voice("Ada"), KEY).voice
    assert records.referenced_blobs([voice.blob_key, "voices/other"]) == {voice.blob_key}

    assert records.delete_voice("ADA") == voice
    assert records.delete_voice("ADA") is None
    assert records.get_voice(voice.id) is None
    assert records.referenced_blobs([voice.blob_key]) == set()
    assert records.find_replay("", KEY) is None
    assert records.add_voice(new_voice("Ada"), KEY).replayed is False


def test_same_key_replays_the_first_voice(records: Records) -> None:
    first = records.add_voice(new_voice("Ada"), KEY)
    second = records.add_voice(new_voice("Ada"), KEY)

    assert second.replayed is True
    assert second.voice == first.voice
    assert records.find_replay("", KEY) == first.voice
    with pytest.raises(IdempotencyConflict):
        records.add_voice(new_voice("Eve"), replace(KEY, fingerprint="other"))
    assert records.count_voices() == 1


def test_key_is_not_spent_by_a_name_that_was_taken(records: Records) -> None:
    records.add_voice(new_voice("Ada"))
    with pytest.raises(VoiceNameTaken):
        records.add_voice(new_voice("Ada"), KEY)

    assert records.find_replay("", KEY) is None
    assert records.add_voice(new_voice("Eve"), KEY).replayed is False


def test_key_of_a_job_makes_no_voice_and_the_other_way_round(records: Records) -> None:
    records.accept_job(new_job(), KEY)
    with pytest.raises(IdempotencyConflict):
        records.add_voice(new_voice(), KEY)
    other = replace(KEY, key="key-2")
    records.add_voice(new_voice(), other)
    with pytest.raises(IdempotencyConflict):
        records.accept_job(new_job(), other)


def test_voice_outlives_its_key(records: Records) -> None:
    voice = records.add_voice(new_voice(), KEY).voice
    assert records.expire(older_than_s=3600).blob_keys == []
    assert records.find_replay("", KEY) == voice

    time.sleep(0.05)
    assert records.expire(older_than_s=0.01).blob_keys == []

    assert records.find_replay("", KEY) is None
    assert records.get_voice(voice.id) == voice


@pytest.mark.parametrize("key", [None, KEY])
def test_one_of_many_concurrent_registrations_wins(
    records: Records, key: Idempotency | None
) -> None:
    threads = 6
    barrier = Barrier(threads)

    def register() -> str:
        barrier.wait()
        try:
            return "replayed" if records.add_voice(new_voice(), key).replayed else "added"
        except VoiceNameTaken:
            return "taken"

    with ThreadPoolExecutor(threads) as pool:
        answers = sorted(f.result() for f in [pool.submit(register) for _ in range(threads)])

    assert answers == ["added", *["replayed" if key else "taken"] * (threads - 1)]
    assert records.count_voices() == 1


def test_no_blob_is_referenced_by_an_empty_store(records: Records) -> None:
    assert records.referenced_blobs([]) == set()
    assert records.referenced_blobs([f"audio/{i}" for i in range(1000)]) == set()

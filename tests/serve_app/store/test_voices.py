from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from serve_app.store.errors import IdempotencyConflict, VoiceNameTaken
from serve_app.store.records import Records
from serve_app.store.values import Evidence, Idempotency, Voice
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


EVIDENCE = Evidence(
    stated_by="studio",
    stated_at=1_795_000_000.0,
    speaker="Ada Lovelace",
    words='I agree, "gladly".\n',
    language="en-GB",
    recording_sha256="ab" * 32,
    consent_id="cons_1",
)


def test_what_shows_a_consent_stays_with_its_voice_wherever_that_is_found(records: Records) -> None:
    voice = replace(new_voice(), consent=True, evidence=EVIDENCE)
    plain = new_voice("Bob")
    records.add_voice(voice, KEY)
    records.add_voice(plain)
    for found in (records.get_voice("Ada"), records.find_replay("", KEY), *records.list_voices()):
        assert isinstance(found, Voice)
        assert found.evidence == (EVIDENCE if found.name == "Ada" else None)


def test_of_a_deleted_voice_the_fact_stays_and_nothing_that_identifies(records: Records) -> None:
    voice = replace(new_voice(owner="ann"), consent=True, evidence=EVIDENCE)
    kept = records.add_voice(voice).voice
    records.delete_voice("Ada", "ann")
    (fact,) = records.list_deleted_voices("ann")
    assert (fact.id, fact.consent, fact.evidence) == (voice.id, True, "recording")
    assert (fact.created_at, fact.stated_at) == (kept.created_at, EVIDENCE.stated_at)
    assert abs(fact.deleted_at - time.time()) < 5
    assert records.list_deleted_voices("bob") == []
    with records._database.read() as transaction:
        for table in ("voices", "voice_evidence", "deleted_voices"):
            rows = str(transaction.execute(f"SELECT * FROM {table}"))  # noqa: S608
            for word in ("Ada", "ada", "agree", "abab", "cons_1", "snr_db"):
                assert word not in rows, (table, word)


@pytest.mark.parametrize(
    ("evidence", "kind"),
    [
        (None, None),
        (Evidence("", 1.0), "statement"),
        (Evidence("", 1.0, words="Yes."), "words"),
        (EVIDENCE, "recording"),
    ],
)
def test_the_fact_says_what_there_was_to_show(
    records: Records, evidence: Evidence | None, kind: str | None
) -> None:
    records.add_voice(replace(new_voice(), consent=evidence is not None, evidence=evidence))
    records.delete_voice("Ada")
    (fact,) = records.list_deleted_voices()
    assert (fact.consent, fact.evidence) == (evidence is not None, kind)


def test_evidence_of_a_newer_release_is_read_as_far_as_it_is_known(records: Records) -> None:
    voice = records.add_voice(replace(new_voice(), consent=True, evidence=EVIDENCE)).voice
    with records._database.write() as transaction:
        transaction.execute(
            "UPDATE voice_evidence SET evidence = :evidence",
            evidence='{"stated_by": "ann", "stated_at": 2.5, "witness": "Bob"}',
        )
    found = records.get_voice(voice.id)
    assert found is not None
    assert found.evidence == Evidence("ann", 2.5)

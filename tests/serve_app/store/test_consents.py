"""Consents that were brought before a voice: each owner's own, in pages, until they are deleted."""

from __future__ import annotations

from serve_app.keys import make_key
from serve_app.store.records import Records
from serve_app.store.values import Consent, Evidence, OwnerLimits
from tests.serve_app.store.samples import new_voice


def consent(number: int, owner: str = "") -> Consent:
    return Consent(f"cons_{number}", owner, Evidence(owner, float(number), f"Speaker {number}"))


def ids(consents: list[Consent]) -> list[str]:
    return [one.id for one in consents]


def test_the_newest_come_first_a_page_after_the_other(records: Records) -> None:
    for number in range(5):
        records.add_consent(consent(number, "ann"))
    records.add_consent(consent(9, "bob"))
    assert ids(records.list_consents("ann", 2)) == ["cons_4", "cons_3"]
    assert ids(records.list_consents("ann", 2, "cons_3")) == ["cons_2", "cons_1"]
    assert ids(records.list_consents("ann", 2, "cons_1")) == ["cons_0"]
    for unknown in ("cons_9", "nonsense", "a\x00b"):
        assert records.list_consents("ann", 2, unknown) == []


def test_nobody_has_anothers(records: Records) -> None:
    records.add_consent(consent(1, "ann"))
    assert records.get_consent("cons_1", "ann") == consent(1, "ann")
    assert records.get_consent("cons_1", "bob") is None
    assert records.rename_consent("cons_1", "Eve", "bob") is None
    assert records.delete_consent("cons_1", "bob") is False
    assert records.get_consent("cons_1", "ann") == consent(1, "ann")


def test_a_consent_gets_another_name_and_an_end(records: Records) -> None:
    records.add_consent(consent(1))
    renamed = records.rename_consent("cons_1", "Ada")
    assert renamed is not None
    assert renamed == records.get_consent("cons_1")
    assert (renamed.evidence.speaker, renamed.evidence.stated_at) == ("Ada", 1.0)
    assert records.delete_consent("cons_1") is True
    assert records.delete_consent("cons_1") is False
    assert records.get_consent("cons_1") is None


def test_what_was_before_there_were_keys_can_be_adopted(records: Records) -> None:
    records.add_consent(consent(1))
    records.add_voice(new_voice())
    records.delete_voice("Ada")
    records.add_key(make_key("ann").record, OwnerLimits())
    records.adopt("ann")
    assert ids(records.list_consents("ann", 9)) == ["cons_1"]
    assert len(records.list_deleted_voices("ann")) == 1
    assert (records.list_consents("", 9), records.list_deleted_voices()) == ([], [])

"""A list of jobs holds an owner's own, in order, each once, however many pages it takes."""

from __future__ import annotations

import pytest

from serve_app.store.records import Records
from tests.serve_app.store.samples import new_job


def pages(records: Records, owner: str, limit: int) -> list[str]:
    seen: list[str] = []
    before = None
    while page := records.list_jobs(owner, limit, before=before):
        assert len(page) <= limit
        seen += [job.id for job in page]
        before = seen[-1]
    return seen


def test_pages_hold_every_job_of_an_owner_once_the_newest_first(records: Records) -> None:
    made = [records.accept_job(new_job(owner=owner)).job.id for owner in ("ada", "bob") * 5]
    for limit in (1, 2, 5, 9):
        assert pages(records, "ada", limit) == made[::2][::-1]
    newer = records.accept_job(new_job(owner="ada")).job.id
    assert records.list_jobs("ada", 9, before=made[0]) == []
    assert pages(records, "ada", 3)[0] == newer


def test_state_and_kind_are_asked_for_together(records: Records) -> None:
    spoken = records.accept_job(new_job(kind="tts")).job.id
    cloned = records.accept_job(new_job(kind="clone")).job.id
    records.delete_job(records.accept_job(new_job(kind="tts")).job.id)
    [leased] = records.lease_jobs("runner", 1, 60.0, 3)
    assert leased.id == spoken
    assert [job.id for job in records.list_jobs("", 9, state="processing")] == [spoken]
    assert records.list_jobs("", 9, state="processing", kind="clone") == []
    assert [job.id for job in records.list_jobs("", 9, kind="clone")] == [cloned]


@pytest.mark.parametrize("before", ["nobody", "", "a\0b", "\ud800"])
def test_nothing_lies_before_a_job_that_is_not_known(records: Records, before: str) -> None:
    records.accept_job(new_job())
    assert records.list_jobs("", 9, before=before) == []


def test_nobody_sees_what_lies_before_anothers_job(records: Records) -> None:
    mine = records.accept_job(new_job(owner="ada")).job.id
    theirs = records.accept_job(new_job(owner="bob")).job.id
    assert [job.id for job in records.list_jobs("ada", 9)] == [mine]
    assert records.list_jobs("ada", 9, before=theirs) == []

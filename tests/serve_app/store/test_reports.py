"""What was measured of a job's audio is committed with it, and goes with it."""

from __future__ import annotations

import pytest

from serve_app.store.records import Records
from serve_app.store.values import Idempotency, Job
from tests.serve_app.store.samples import audio_of, found, lease, lease_of, new_job

REPORT = {"similarity": {"cosine": 0.81}}
WORDS = {"words": [["émigré", 0, 6, 0.1, 0.52]]}
KEY = Idempotency(key="key-1", route="/tts", fingerprint="abc")


@pytest.fixture
def completed(records: Records) -> Job:
    records.accept_job(new_job(owner="ann"), KEY)
    job = lease(records)
    assert records.complete_job(job.id, lease_of(job), audio_of(job), (), REPORT, WORDS)
    return job


def test_a_report_comes_with_its_job_wherever_the_job_is_read(
    records: Records, completed: Job
) -> None:
    assert found(records, completed.id).report == REPORT
    assert [job.report for job in records.list_jobs("ann", 9)] == [REPORT]
    replay = records.find_replay("ann", KEY)
    assert isinstance(replay, Job)
    assert replay.report == REPORT
    assert records.get_words(completed.id) == WORDS


def test_a_completion_that_is_told_twice_keeps_its_report(records: Records, completed: Job) -> None:
    lost = {"similarity": {"cosine": 0.0}}
    again = records.complete_job(completed.id, lease_of(completed), audio_of(completed), (), lost)
    assert again
    assert found(records, completed.id).report == REPORT
    assert records.get_words(completed.id) == WORDS


def test_a_job_without_a_report_has_an_empty_one(records: Records) -> None:
    records.accept_job(new_job())
    job = lease(records)
    assert records.complete_job(job.id, lease_of(job), audio_of(job))
    assert found(records, job.id).report == {}
    assert records.get_words(job.id) is None


def test_a_lost_lease_leaves_no_report(records: Records) -> None:
    records.accept_job(new_job())
    job = lease(records)
    assert not records.complete_job(job.id, "stale", audio_of(job), (), REPORT, WORDS)
    assert found(records, job.id).report == {}
    assert records.get_words(job.id) is None


def test_the_words_go_with_the_audio(records: Records, completed: Job) -> None:
    assert records.delete_job(completed.id, "ann")
    assert records.get_words(completed.id) is None
    replay = records.find_replay("ann", KEY)
    assert isinstance(replay, Job)
    assert replay.report == {}


def test_a_report_is_forgotten_with_its_job(records: Records, completed: Job) -> None:
    assert records.expire(0).jobs == 1
    assert records.get_words(completed.id) is None

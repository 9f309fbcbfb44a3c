"""What one owner may hold of a runner: never all of it, while keys are in use."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from config.settings import JobSettings
from serve_app.store.rows import job_from_row
from serve_app.store.values import Job
from serve_app.work.room import find_sated

SETTINGS = JobSettings(max_running=8, max_running_audio_s=100.0)
ROW = dict.fromkeys(Job.__slots__) | {"request": "{}", "warnings": "[]", "state": "processing"}
JOB = job_from_row(ROW | {"owner": "", "cost": 1.0})


def jobs(owner: str, count: int, cost: float = 1.0) -> list[Job]:
    return [replace(JOB, owner=owner, cost=cost)] * count


def test_one_owner_holds_half_and_the_next_finds_room() -> None:
    assert find_sated(jobs("a", 3), SETTINGS) == set()
    assert find_sated(jobs("a", 4), SETTINGS) == {"a"}
    assert find_sated(jobs("a", 4) + jobs("b", 1), SETTINGS) == {"a"}


def test_long_jobs_fill_it_by_their_audio_and_not_by_their_number() -> None:
    assert find_sated(jobs("a", 1, 60.0), SETTINGS) == {"a"}
    assert find_sated(jobs("a", 1, 5000.0) + jobs("b", 2), SETTINGS) == {"a"}


def test_without_keys_one_owner_has_all_of_it() -> None:
    assert find_sated(jobs("", 7, 14.0), SETTINGS) == set()
    assert find_sated(jobs("", 8, 14.0), SETTINGS) is None  # more audio than is to be held


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0.1, 1000.0)), max_size=7))
def test_who_holds_nothing_is_always_let_in(held: list[tuple[str, float]]) -> None:
    running = [job for owner, cost in held for job in jobs(owner, 1, cost)]
    sated = find_sated(running, SETTINGS)
    assert sated is not None
    assert "newcomer" not in sated

"""Whoever computes little is not slowed down by whoever computes much."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from serve_app import courtesy
from serve_app.courtesy import Courtesy


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """As patient as a test on a busy machine must be."""
    monkeypatch.setattr(courtesy, "SHORT_S", 20.0)
    monkeypatch.setattr(courtesy, "MOST_WAIT_S", 20.0)


class Scene:
    """Owner a has computed for a while; owner b has not."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self.courtesy = Courtesy()
        self.pool = pool
        self.courtesy.run("a", lambda: time.sleep(0.05))

    def start(self, owner: str) -> tuple[threading.Event, Future[bool]]:
        """A call that runs until its event is set."""
        begun, end = threading.Event(), threading.Event()

        def call() -> bool:
            begun.set()
            return end.wait(20)

        done = self.pool.submit(self.courtesy.run, owner, call)
        assert begun.wait(20)
        return end, done


@contextmanager
def scene() -> Iterator[Scene]:
    with ThreadPoolExecutor(4) as pool:
        yield Scene(pool)


def test_a_call_begins_after_one_of_an_owner_who_computed_less() -> None:
    with scene() as here:
        end, done = here.start("b")
        late = here.pool.submit(here.courtesy.run, "a", done.done)
        time.sleep(0.05)
        assert not late.done()
        end.set()
        assert late.result(20) is True


def test_a_call_in_the_middle_gives_way() -> None:
    with scene() as here:
        a_begun, b_begun, b_done = threading.Event(), threading.Event(), threading.Event()

        def long() -> bool:
            a_begun.set()
            assert b_begun.wait(20)
            here.courtesy.give_way()
            return b_done.is_set()

        def short() -> None:
            b_begun.set()
            time.sleep(0.05)
            b_done.set()

        of_a = here.pool.submit(here.courtesy.run, "a", long)
        assert a_begun.wait(20)
        here.pool.submit(here.courtesy.run, "b", short)
        assert of_a.result(20) is True


def test_who_computed_less_waits_for_nobody_and_an_owner_not_for_itself() -> None:
    with scene() as here:
        end, _ = here.start("a")
        assert here.courtesy.run("b", lambda: "at once") == "at once"
        assert here.pool.submit(here.courtesy.run, "a", lambda: "too").result(5) == "too"
        end.set()


def test_nobody_gives_way_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courtesy, "SHORT_S", 0.05)
    with scene() as here:
        end, _ = here.start("b")
        assert here.pool.submit(here.courtesy.run, "a", lambda: 1).result(20) == 1
        end.set()


def test_a_call_that_breaks_is_in_nobodys_way() -> None:
    with scene() as here:
        with pytest.raises(ZeroDivisionError):
            here.courtesy.run("b", lambda: 1 // 0)
        assert here.pool.submit(here.courtesy.run, "a", lambda: 1).result(20) == 1
        here.courtesy.give_way()  # outside of any call

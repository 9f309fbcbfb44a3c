"""An owner's allowance is one, however many replicas count."""

from __future__ import annotations

import threading

from serve_app.store.records import Records

PER_MINUTE = 60


def test_a_minute_s_worth_comes_at_once_and_then_it_comes_evenly(records: Records) -> None:
    assert [records.take_verification("ann", 3) for _ in range(3)] == [0.0] * 3
    wait_s = records.take_verification("ann", 3)
    assert 18.0 < wait_s <= 20.0
    assert records.take_verification("ann", 3) <= wait_s  # what was refused is not counted
    assert records.take_verification("bob", 3) == 0.0
    assert records.take_verification("", 3) == 0.0  # all who have no key


def test_all_replicas_count_together(records: Records) -> None:
    taken: list[float] = []

    def ask() -> None:
        taken.extend(records.take_verification("ann", PER_MINUTE) for _ in range(20))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert PER_MINUTE <= taken.count(0.0) <= PER_MINUTE + 10  # one a second is paid off meanwhile


def test_who_owes_nothing_is_forgotten(records: Records) -> None:
    database = records._database

    def owners() -> list[str]:
        with database.read() as transaction:
            rows = transaction.execute("SELECT owner FROM verification_allowances ORDER BY owner")
        return [row["owner"] for row in rows]

    records.take_verification("ann", 1)
    records.take_verification("bob", 1)
    with database.write() as transaction:
        transaction.execute(
            "UPDATE verification_allowances SET paid_at = paid_at - 61 WHERE owner = 'bob'"
        )
    records.forget_paid()
    assert owners() == ["ann"]
    assert records.take_verification("bob", 1) == 0.0

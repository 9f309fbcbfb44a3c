"""What one owner may have under way, counted where all replicas count: in the database.

The owner's row is locked first, so that concurrent requests of one owner are counted one after
the other; those of different owners do not wait for each other.
"""

from __future__ import annotations

from dataclasses import dataclass

from serve_app.store.database import Row, Transaction
from serve_app.store.errors import QuotaExceeded
from serve_app.store.values import Quota

MINUTE_S = 60.0


def charge(transaction: Transaction, owner: str, quota: Quota) -> None:
    """Count a job that this transaction adds.

    Raises:
        QuotaExceeded: the job must not be added; nothing was counted.
    """
    rows = transaction.execute(
        "UPDATE api_owners SET chars_at = chars_at WHERE name = :owner RETURNING *, {now} AS now",
        owner=owner,
    )
    for row in rows:
        due = _check(transaction, row, quota)
        transaction.execute(
            "UPDATE api_owners SET chars_due = :due, chars_at = :now WHERE name = :owner",
            owner=owner,
            due=due + quota.chars,
            now=row["now"],
        )


@dataclass(frozen=True, slots=True)
class Share:
    """How many equal parts each limit of an owner is cut into, of which one may be used up."""

    jobs: int = 1
    chars: int = 1


ALL = Share()


def check(transaction: Transaction, owner: str, quota: Quota, share: Share = ALL) -> None:
    """Raise what `charge` would raise now by a share of the limits, to look before expensive
    work."""
    rows = transaction.execute(
        "SELECT *, {now} AS now FROM api_owners WHERE name = :owner", owner=owner
    )
    for row in rows:
        _check(transaction, row, quota, share)


def _check(transaction: Transaction, row: Row, quota: Quota, share: Share = ALL) -> float:
    """The characters that are still due, before this job's."""
    most_jobs = _part_of(_own_or(row["max_unfinished_jobs"], quota.max_unfinished_jobs), share.jobs)
    rate = _own_or(row["max_chars_per_minute"], quota.max_chars_per_minute)
    most_chars = _part_of(rate, share.chars)
    (unfinished,) = transaction.execute(
        "SELECT count(*) AS jobs FROM jobs WHERE owner = :owner AND finished_at IS NULL",
        owner=row["name"],
    )
    if most_jobs and unfinished["jobs"] >= most_jobs:
        raise QuotaExceeded(
            "the owner has too many unfinished jobs",
            counted="jobs",
            limit=most_jobs,
            used=unfinished["jobs"],
        )
    if not most_chars:
        return 0.0
    due = chars_due(row["chars_due"], row["now"] - row["chars_at"], rate)
    wait_s = wait_for_chars(due, quota.chars, most_chars)
    if wait_s > 0:
        raise QuotaExceeded(
            "the owner has sent too many characters",
            counted="chars",
            limit=most_chars,
            used=round(due),
            retry_after_s=wait_s,
        )
    return due


def chars_due(due: float, elapsed_s: float, limit: int) -> float:
    """What is left of the characters that were due `elapsed_s` ago.

    A bucket that leaks `limit` characters a minute: after a rest a whole minute's worth may come
    at once, and from then on they come evenly.
    """
    return max(0.0, due - max(0.0, elapsed_s) * limit / MINUTE_S)


def wait_for_chars(due: float, chars: int, limit: int) -> float:
    """Seconds until `chars` more fit; 0 when they fit now.

    A text longer than the limit fits when nothing is due: it could never be spoken otherwise,
    and the next one then waits for all of it.
    """
    excess = min(due, due + chars - limit)
    return max(0.0, excess) * MINUTE_S / limit


def _part_of(limit: int, parts: int) -> int:
    """0 is no limit, and no part of one is."""
    return max(1, limit // parts) if limit else 0


def _own_or(own: int | None, default: int) -> int:
    return default if own is None else own

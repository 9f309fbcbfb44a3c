"""When a request is sent again, and after how long."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from phonex_client.errors import ConnectionLost, PhonexError, ProblemError, ServiceUnreachable

UNHURRIED = 0.5  # of a pause that nobody asked for at least this share is kept


@dataclass(frozen=True, slots=True)
class Retries:
    """How patient a client is with a service that is busy, starting, or gone for a moment.

    A request that failed for a reason which may pass is sent again, with the same idempotency key.
    The pause before is what `Retry-After` asks for, and on top of it a random part of one that
    doubles from try to try. `Retries(most=0)` sends everything once.
    """

    most: int = 10  # tries after the first
    patience_s: float = 60.0  # from the first failure on: no pause goes beyond
    first_pause_s: float = 0.5
    longest_pause_s: float = 8.0


ONCE = Retries(most=0)


class Attempts:
    """The tries of one request."""

    def __init__(self, retries: Retries) -> None:
        self._retries = retries
        self._deadline = 0.0
        self.lost = False  # a try whose answer never came, so that it may have been heard
        self.start_over()

    def start_over(self) -> None:
        """There was progress: the patience begins anew."""
        self._failed = 0

    def pause_after(self, error: PhonexError, *, met: bool) -> float:
        """Seconds to wait before the next try.

        Args:
            met: whether the service has ever answered. Where not, nobody may be there at all, and
                it is better to say so at once.

        Raises:
            PhonexError: that error, where trying again cannot help or takes too long.
        """
        self.lost = self.lost or isinstance(error, ConnectionLost)
        if not _may_pass(error, met) or self._failed >= self._retries.most:
            raise error
        if self._failed == 0:
            self._deadline = time.monotonic() + self._retries.patience_s
        grown = self._retries.first_pause_s * 2.0**self._failed
        pause_s = min(self._retries.longest_pause_s, grown) * random.uniform(UNHURRIED, 1.0)  # noqa: S311  not for secrets
        if isinstance(error, ProblemError):
            pause_s += error.retry_after_s
        if time.monotonic() + pause_s > self._deadline:
            raise error
        self._failed += 1
        return pause_s


def _may_pass(error: PhonexError, met: bool) -> bool:
    if isinstance(error, ProblemError):
        return error.passing
    return isinstance(error, ConnectionLost) or (met and isinstance(error, ServiceUnreachable))


def seconds_of(retry_after: str) -> float:
    """What a Retry-After header asks for: a number of seconds or a date (RFC 9110, 10.2.3); 0 for
    what is neither."""
    if retry_after.isascii() and retry_after.isdecimal():
        return float(retry_after)
    try:
        date = parsedate_to_datetime(retry_after)
    except ValueError:
        return 0.0
    return max(0.0, (date.replace(tzinfo=date.tzinfo or UTC) - datetime.now(UTC)).total_seconds())

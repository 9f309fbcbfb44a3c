"""Owners that were just told of a limit of theirs are told again without another look.

Whoever floods a service with what its key may not have costs a look at the database for each
refusal, and others wait behind those looks. A refusal names the time after which asking again makes
sense; until then the same answer is right, unless a job of the owner's ends.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from serve_app.errors import KeyConcurrencyExceeded, KeyRateExceeded

HELD_S = 1.0  # at most: jobs may end in other replicas, and limits change
OwnerLimitError = KeyConcurrencyExceeded | KeyRateExceeded
LIMITS: Mapping[str, type[OwnerLimitError]] = {
    "key-concurrency-exceeded": KeyConcurrencyExceeded,
    "key-rate-exceeded": KeyRateExceeded,
}
"""The limits of an owner, by the name of their problem."""


@dataclass(frozen=True, slots=True)
class Told:
    """What an owner was told of its limit."""

    limit: str  # of LIMITS
    detail: str
    retry_after_s: float
    held_s: float  # for how long it is told again, from now on
    from_chars: int = 0  # where the text has that many
    extensions: Mapping[str, Any] = field(default_factory=dict)

    def refusal(self) -> OwnerLimitError:
        error = LIMITS[self.limit]
        return error(self.detail, retry_after_s=self.retry_after_s, **self.extensions)


class ToldLimits:
    """What the owners were told lately."""

    def __init__(self) -> None:
        self._told: dict[str, tuple[Told, float]] = {}  # and until when

    def tell(self, owner: str, error: OwnerLimitError, from_chars: int = 0) -> None:
        """Remember an answer.

        Args:
            from_chars: how long a text must be to be answered like that; 0: whatever its length.
        """
        limit = next(name for name, family in LIMITS.items() if isinstance(error, family))
        wait_s = error.retry_after_s or 0.0
        held_s = min(wait_s, HELD_S)
        told = Told(limit, error.detail, wait_s, held_s, from_chars, error.extensions)
        self._told[owner] = (told, time.monotonic() + held_s)

    def forget(self, owner: str) -> None:
        """Something of the owner's has ended: there is room."""
        self._told.pop(owner, None)

    def told(self, owner: str, chars: int = 0) -> Told | None:
        """What is still to be told to an owner; None where it must be looked up.

        Args:
            chars: of its text, as far as that is known.
        """
        told, until = self._told.get(owner, (None, 0.0))
        left_s = until - time.monotonic()
        if told is None or left_s <= 0:
            self.forget(owner)
            return None
        return replace(told, held_s=left_s) if chars >= told.from_chars else None

    def check(self, owner: str, chars: int = 0) -> None:
        """Raises:
        KeyConcurrencyExceeded, KeyRateExceeded: as the owner was told a moment ago.
        """
        if told := self.told(owner, chars):
            raise told.refusal()

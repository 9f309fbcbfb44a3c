"""What can go wrong. `problems.py` has a class for each type of problem that the service names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# What may pass by itself: the service says so, or something between it and us did not reach it.
PASSING = frozenset({408, 429, 502, 503, 504, 507})
UNNAMED = "about:blank"  # RFC 9457, 4.2.1: the answer says no more than its status


class PhonexError(Exception):
    """Any failure of this package's own; the message is for people."""


class BadAddress(PhonexError, ValueError):
    """What was given as the service's address is none that can be asked."""


class BadKey(PhonexError, ValueError):
    """What was given as the API key cannot be one. The message does not hold it."""


class Unsendable(PhonexError, ValueError):
    """What was given can stand in no request: an empty name, a number that is none."""


class ServiceUnreachable(PhonexError):
    """Nobody answers at the address."""


class ConnectionLost(PhonexError):
    """The connection broke, or the answer did not come in time."""


class UnexpectedAnswer(PhonexError):
    """Something answered that is no Phonex, or an answer that this release cannot read."""


class WaitTimeout(PhonexError, TimeoutError):
    """The job has not ended in the time that was given; it goes on."""

    def __init__(self, message: str, audio_id: str) -> None:
        super().__init__(message)
        self.audio_id = audio_id


class ProblemError(PhonexError):
    """The service said no, and why (RFC 9457).

    Of its own class where the type of the problem is known, else of this one: a newer service may
    have more types, and what answers in its place may have none.
    """

    type: str = UNNAMED
    status: int = 0

    def __init__(self, answered: Mapping[str, Any], status: int, retry_after_s: float) -> None:
        """
        Args:
            answered: the members of the problem.
            status: of the answer.
            retry_after_s: how long the service asks to wait; 0 where it does not say.
        """
        self.title = str(answered.get("title") or f"The server answered {status}")
        self.detail = str(answered.get("detail") or "")
        super().__init__(f"{self.title}: {self.detail}" if self.detail else self.title)
        self.type = str(answered.get("type") or UNNAMED)
        self.status = status
        self.request_id = str(answered.get("request_id") or "")
        self.retry_after_s = retry_after_s
        self.members: Mapping[str, Any] = dict(answered)

    @property
    def passing(self) -> bool:
        """Whether the same request may succeed a little later."""
        if self.status == 500:  # of Ray, say, while a replica is being replaced
            return self.type == UNNAMED
        return self.status in PASSING

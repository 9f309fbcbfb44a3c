"""Which owners are about."""

from __future__ import annotations

PRESENT_S = 60.0  # an owner is about for so long after its last piece


class Presence:
    """Which owners are about: have sent something of late, on any path."""

    def __init__(self) -> None:
        self._seen: dict[str, float] = {}

    def note(self, owner: str, now: float) -> None:
        self._seen.pop(owner, None)
        self._seen[owner] = now  # the latest is last

    def is_shared(self, now: float) -> bool:
        """Whether there is more than one."""
        while self._seen and next(iter(self._seen.values())) < now - PRESENT_S:
            del self._seen[next(iter(self._seen))]
        return len(self._seen) > 1

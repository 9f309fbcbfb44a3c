"""Which owners are about, and whether anybody listens while audio is made."""

from __future__ import annotations

PRESENT_S = 60.0  # an owner is about for so long after its last piece


class Presence:
    """Who has sent something of late, on any path."""

    def __init__(self) -> None:
        self._seen: dict[str, float] = {}
        self.awaited = 0  # pieces that somebody listens for

    def note(self, owner: str, now: float) -> None:
        self._seen.pop(owner, None)
        self._seen[owner] = now  # the latest is last

    def wants_short_batches(self, now: float) -> bool:
        """Whether several owners share the stages, or somebody hears each piece as it is done."""
        return self.awaited > 0 or self.is_shared(now)

    def is_shared(self, now: float) -> bool:
        """Whether there is more than one owner."""
        while self._seen and next(iter(self._seen.values())) < now - PRESENT_S:
            del self._seen[next(iter(self._seen))]
        return len(self._seen) > 1

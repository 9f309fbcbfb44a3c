"""What somebody hears who plays audio while it comes."""

from __future__ import annotations

GRACE_S = 0.1  # a player that begins with the first sound waits this long for more


class Player:
    """Plays at real time from `GRACE_S` after the first audio on, and stands still where there is
    no more. Knows no clock: it is told when audio came."""

    def __init__(self) -> None:
        self._dry_at: float | None = None  # when all that has come will have been played
        self.seconds = 0.0  # of audio that has come
        self.stalls = 0  # how often it stood still before more came
        self.stalled_s = 0.0  # and how long in all

    def receive(self, at: float, seconds: float) -> None:
        """Audio has come.

        Args:
            at: seconds of any steady clock.
            seconds: of audio there are now, from the beginning on.
        """
        new = seconds - self.seconds
        if new <= 0:
            return  # a header
        if self._dry_at is None:
            self._dry_at = at + GRACE_S
        elif at > self._dry_at:
            self.stalls += 1
            self.stalled_s += at - self._dry_at
            self._dry_at = at
        self._dry_at += new
        self.seconds = seconds

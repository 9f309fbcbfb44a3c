"""What strangers do, in a log that they cannot fill: so many lines a minute of each kind. What is
more is counted, and told by one line when the minute is over."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter

LINES = 10  # of a kind in a period
PERIOD_S = 60.0
MOST_CHARS = 300  # of what a line quotes

logger = logging.getLogger("phonex.wyoming")


class Notes:
    """The lines of one server, within its event loop."""

    def __init__(self, lines: int = LINES, period_s: float = PERIOD_S) -> None:
        self._lines = lines
        self._period_s = period_s
        self._told: Counter[str] = Counter()  # by kind, in this period
        self._ending: asyncio.TimerHandle | None = None  # of the period, once it began

    def tell(
        self,
        kind: str,
        detail: object = None,
        level: int = logging.WARNING,
        error: BaseException | None = None,
    ) -> None:
        """A line of a kind, which is one of few; what a stranger has a say in is the detail.

        Args:
            error: whose stack trace is told.
        """
        if self._ending is None:
            loop = asyncio.get_running_loop()
            self._ending = loop.call_later(self._period_s, self.summarize)
        self._told[kind] += 1
        if self._told[kind] <= self._lines:
            line = kind if detail is None else f"{kind}: {_shown(detail)}"
            logger.log(level, "%s", line, exc_info=error)

    def summarize(self) -> None:
        """End the period, and tell what it was silent about."""
        if self._ending:
            self._ending.cancel()
            self._ending = None
        for kind, count in self._told.items():
            if count > self._lines:
                more = count - self._lines
                logger.warning("%s: %d more within %.0f s", kind, more, self._period_s)
        self._told.clear()


def _shown(detail: object) -> str:
    """On one line, and nothing that a terminal obeys."""
    text = str(detail)
    if len(text) > MOST_CHARS:
        text = text[:MOST_CHARS] + "…"
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode() for one in text
    )

"""How long each look at a job may last."""

from __future__ import annotations

import time

from phonex_client.errors import WaitTimeout

TOLD_S = 1.0  # between two looks of who wants to be told
UNTOLD_S = 20.0  # of one long poll: an end is answered at once


class Waiting:
    """The looks at one job."""

    def __init__(
        self,
        audio_id: str,
        timeout_s: float | None,
        answer_s: float,
        *,
        told: bool,
        what: str = "job",
    ) -> None:
        """
        Args:
            timeout_s: how long to wait; for ever where None.
            answer_s: how long the HTTP client waits for an answer.
            told: somebody wants to know how far the job has come.
            what: is waited for.
        """
        self._audio_id = audio_id
        self._what = what
        self._timeout_s = timeout_s
        self._deadline = None if timeout_s is None else time.monotonic() + timeout_s
        self._longest_s = min(TOLD_S if told else UNTOLD_S, answer_s / 2)
        self._looked = False

    def look_s(self) -> float:
        """How long the next look may last.

        Raises:
            WaitTimeout: none is left, and there was one.
        """
        if self._deadline is None:
            return self._longest_s
        left_s = max(0.0, self._deadline - time.monotonic())
        if self._looked and not left_s:
            words = f"the {self._what} has not ended within {self._timeout_s:g} s"
            raise WaitTimeout(words, self._audio_id)
        self._looked = True
        return min(self._longest_s, left_s)

"""What the service has accepted, until somebody has seen what became of it."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from typing import Literal

Fate = Literal["downloaded", "deleted", "failed", "lost"]


@dataclass(slots=True)
class Entry:
    audio_id: str
    kind: str
    accepted_at: float
    fate: Fate | None = None
    why: str = ""


class Ledger:
    """Every `audio_id` that was answered. At the end each must be accounted for.

    A job that was answered for and then is unknown, failed for no fault of its text, or never ends,
    is lost.
    """

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def accept(self, audio_id: str, kind: str) -> None:
        self._entries.setdefault(audio_id, Entry(audio_id, kind, time.monotonic()))

    def settle(self, audio_id: str, fate: Fate, why: str = "") -> None:
        """Say what became of it; a loss is never taken back, nor is a download."""
        entry = self._entries[audio_id]
        if entry.fate in (None, "deleted"):
            entry.fate, entry.why = fate, why

    def open(self) -> list[Entry]:
        """Accepted, and not accounted for."""
        return [entry for entry in self._entries.values() if entry.fate is None]

    def lost(self) -> list[Entry]:
        return [entry for entry in self._entries.values() if entry.fate in (None, "lost", "failed")]

    def summary(self) -> dict[str, int]:
        fates = Counter(str(entry.fate or "open") for entry in self._entries.values())
        return {"accepted": len(self), **fates, "lost": len(self.lost())}

"""The audio of jobs as it is made in this process, for whoever listens to it here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic

from serve_app.work.word_times import HeardWord, Placing
from telemetry.playback import Player

GRACE_S = 0.3  # a player that jumps to another place hangs up and asks again


class Feed:
    """The bytes of one job's stream, as far as they are known. Lives on one event loop."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed  # called when there is more to hear
        self._heard = asyncio.Event()  # somebody listens
        self._left = asyncio.Event()  # nobody does
        self._left.set()
        self.data = bytearray()
        self.sample_rate = 0  # Hz, of what is encoded; known with the first bytes
        self.words: list[HeardWord] = []  # of what is encoded, where they are asked for
        self.text = ""  # that they stand in
        self.player = Player()  # who hears the audio as soon as it is made
        # How many parts of the order are encoded, and the seconds to their end, as it went on.
        self.marks: list[tuple[int, float]] = []
        self.wanted = False  # somebody has listened
        self.listeners = 0
        self.holders = 0  # listeners, and the run that makes the audio

    def extend(
        self,
        at: int,
        data: bytes,
        sample_rate: int,
        seconds: float,
        taken: tuple[int, float] = (0, 0.0),
    ) -> None:
        """Bytes from a place on. What is known already stays: it is the same.

        Args:
            seconds: of audio from the stream's beginning to the end of these bytes.
            taken: how many parts of the order have been given to the encoder, and their seconds.
        """
        self.sample_rate = sample_rate
        if taken[0] > (self.marks[-1][0] if self.marks else 0):
            self.marks.append(taken)
        new = data[max(0, len(self.data) - at) :]
        if new:
            self.data += new
            self.player.receive(monotonic(), seconds)
            self._changed()

    def tell(self, placing: Placing, words: Sequence[HeardWord]) -> None:
        """Words from the last one that is known on."""
        known = self.words[-1].sent if self.words else (-1, -1)
        self.text = placing.text
        self.words += [word for word in words if word.sent > known]

    @contextmanager
    def listening(self) -> Iterator[None]:
        self.listeners += 1
        self.wanted = True
        self._heard.set()
        self._left.clear()
        try:
            yield
        finally:
            self.listeners -= 1
            if not self.listeners:
                self._heard.clear()
                self._left.set()

    async def until_heard(self) -> None:
        """Wait until somebody listens."""
        await self._heard.wait()

    async def until_deserted(self) -> None:
        """Wait until somebody has listened and nobody does."""
        while True:
            await self._left.wait()
            if not self.wanted:
                await self._heard.wait()
                continue
            await asyncio.sleep(GRACE_S)
            if not self.listeners:
                return


class Feeds:
    """The feeds of jobs that are run or listened to here."""

    def __init__(self, changed: Callable[[str], None]) -> None:
        self._changed = changed  # called with the id of a job that there is more to hear of
        self._feeds: dict[str, Feed] = {}

    @contextmanager
    def hold(self, job_id: str) -> Iterator[Feed]:
        """The feed of a job, one for all who hold it at the same time."""
        feed = self._feeds.get(job_id)
        if feed is None:
            feed = self._feeds[job_id] = Feed(lambda: self._changed(job_id))
        feed.holders += 1
        try:
            yield feed
        finally:
            feed.holders -= 1
            if not feed.holders:
                del self._feeds[job_id]

    def is_heard(self, job_id: str) -> bool:
        """Whether somebody listens to a job here."""
        feed = self._feeds.get(job_id)
        return feed is not None and feed.listeners > 0

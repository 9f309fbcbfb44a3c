"""What a stranger's recording does to its reader, its sender is told, and nobody else feels."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from config.settings import LimitSettings
from engines.errors import UnreadableAudio, UnsupportedAudio
from serve_app import recordings
from serve_app.recordings import look_for_mark, read_sample
from serve_app.threads import Threads
from tests.serve_app.fakes import recording, run

LIMITS = LimitSettings()


@pytest.fixture
def threads() -> Iterator[Threads]:
    pools = Threads()
    yield pools
    pools.close()


def crash(data: bytes, limits: LimitSettings) -> None:
    os.abort()


def test_a_recording_that_kills_its_reader_is_refused_and_the_next_one_is_read(
    threads: Threads, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        with monkeypatch.context() as broken:
            broken.setattr(recordings, "prepare_file", crash)
            with pytest.raises(UnreadableAudio):
                await read_sample(threads, "a", b"evil", LIMITS)
        segments, report = await read_sample(threads, "a", recording(), LIMITS)
        assert segments
        assert report.speech_seconds > 0

    run(scenario())


def test_what_is_no_recording_is_told_as_that(threads: Threads) -> None:
    async def scenario() -> None:
        for read in (
            read_sample(threads, "a", b"%PDF-1.7", LIMITS),
            look_for_mark(threads, "a", b"%PDF-1.7", LIMITS, bytes(32)),
        ):
            with pytest.raises(UnsupportedAudio):
                await read

    run(scenario())

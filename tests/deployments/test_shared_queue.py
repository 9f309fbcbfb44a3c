"""The queue for several callers: what its client does when the actor dies, or refuses a piece.

The actor is a real one of Ray's.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import ray

from deployments import shared_queue
from deployments.graph import STAGES, Piece
from deployments.shared_queue import QueueClient, State
from engines.base import EngineInfo, Utterance, Waveform
from engines.errors import EngineUnavailable, UnspeakableText
from telemetry.meter import Meter
from telemetry.tracing import Tracer
from tests.serve_app.fakes import until

INFO = EngineInfo("fake", "1", "numpy", "cpu", 100)
NAME = "queue-of-a-test"


class Fake:
    """Answers as the actor does; dies of one text, and never answers another."""

    def __init__(self, left: str) -> None:
        self.left = Path(left)  # a file for each piece that left the queue unanswered

    async def submit(self, _: str, piece: Piece[Utterance], *__: Any) -> Any:
        text = piece.item.text
        if text == "deadly" and not (self.left / "died").exists():
            (self.left / "died").touch()
            os._exit(1)
        if text == "unspeakable":
            return UnspeakableText("nothing to say")
        if text == "endless":
            (self.left / "begun").touch()
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                (self.left / "cancelled").touch()
                raise
        return Waveform(np.full(len(text), 0.5, np.float32), 100)

    async def state(self) -> State:
        return State(dict.fromkeys(STAGES, 1), dict.fromkeys(STAGES, INFO), ready=True)


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    ray.init(address="local", num_cpus=1, include_dashboard=False, namespace="queue")
    yield
    ray.shutdown()


@pytest.fixture
def client(cluster: None, tmp_path: Path) -> Iterator[QueueClient]:
    """Where there is no actor, one is started, as Ray Serve's controller does."""

    def find() -> Any:
        actor = ray.remote(Fake).options(name=NAME, get_if_exists=True, lifetime="detached")
        return actor.remote(str(tmp_path))

    yield QueueClient(Meter(export_to_ray=False), Tracer(), find)
    ray.kill(ray.get_actor(NAME))


def say(text: str) -> Utterance:
    return Utterance(text, "EN", "EN-US")


def test_a_piece_that_was_lost_with_the_actor_is_asked_for_again(
    client: QueueClient, tmp_path: Path
) -> None:
    wave = asyncio.run(client.synthesize(say("deadly"), 1.0, "job"))
    assert (tmp_path / "died").exists()
    assert len(wave.samples) == len("deadly")


def test_an_error_of_the_engine_arrives_as_itself(client: QueueClient) -> None:
    with pytest.raises(UnspeakableText, match="nothing to say"):
        asyncio.run(client.synthesize(say("unspeakable"), 1.0, "job"))


def test_what_nobody_waits_for_leaves_the_queue(client: QueueClient, tmp_path: Path) -> None:
    async def give_up() -> None:
        task = asyncio.create_task(client.synthesize(say("endless"), 1.0, "job"))
        await until((tmp_path / "begun").exists)
        task.cancel()
        await until((tmp_path / "cancelled").exists)

    asyncio.run(give_up())


def test_it_knows_the_stages_as_the_actor_does(client: QueueClient) -> None:
    async def look() -> None:
        assert not client.ready
        engines = client.engines  # held by others from the beginning on
        await client.start()
        await until(lambda: client.ready)
        assert client.replicas == dict.fromkeys(STAGES, 1)
        assert engines == dict.fromkeys(STAGES, INFO)
        await client.close()

    asyncio.run(asyncio.wait_for(look(), 30))


def test_without_an_actor_it_says_so_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    def find() -> Any:
        raise ValueError("no such actor")

    monkeypatch.setattr(shared_queue, "AWAY_LIMIT_S", 0.0)
    client = QueueClient(Meter(export_to_ray=False), Tracer(), find)
    with pytest.raises(EngineUnavailable, match="away"):
        asyncio.run(client.synthesize(say("Hello."), 1.0, "job"))

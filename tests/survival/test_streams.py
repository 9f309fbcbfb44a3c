"""kill -9 while streams are heard: every listener ends with the bytes that nothing disturbed."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.conftest import PARAGRAPH
from tests.running import RunningService
from tests.streaming import ask_and_hear

LISTENERS = 4


@pytest.mark.parametrize(
    "victim",
    [
        "ray::ProxyActor",
        "ray::ServeReplica:phonex:Ingress",
        "ray::ServeReplica:phonex:TextToSpeech",
    ],
)
def test_streams_go_on_where_they_were_cut_off(fragile: RunningService, victim: str) -> None:
    request: dict[str, object] = {"text": PARAGRAPH * 5, "stream": True, "format": "mp3"}
    undisturbed = fragile.client.post("/tts", json=request | {"seed": 0}).content

    def listen(seed: int) -> bytes:
        return ask_and_hear(fragile.client, request | {"seed": seed}, f"{victim} {seed}")

    with ThreadPoolExecutor(LISTENERS) as pool:
        heard = [pool.submit(listen, seed) for seed in range(LISTENERS)]
        time.sleep(0.7)  # some have begun to sound
        assert fragile.kill(victim) == 1
        streams = [one.result() for one in heard]
    assert streams[0] == undisturbed
    assert min(map(len, streams)) > 100_000

"""What the ingress knows of the stages, from the answers of Ray Serve and of the replicas."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any, cast

import pytest
from ray import serve
from ray.serve.handle import DeploymentHandle

from deployments import watch
from deployments.vitals import Vitals
from deployments.watch import Place, Watch
from engines.base import EngineInfo
from telemetry.meter import Meter
from telemetry.metrics import RESIDENT_BYTES

INFO = EngineInfo("fake", "1", "numpy", "cpu", 100)
STAGES = ("Speech", "Conversion")


class Handle:
    """A stage's handle: says what its replicas say."""

    replica = "replica-1"

    @property
    def describe(self) -> Any:
        return SimpleNamespace(remote=self._describe)

    async def _describe(self) -> EngineInfo:
        return INFO

    def broadcast(self, _: str) -> Any:
        return SimpleNamespace(results_async=self._vitals)

    async def _vitals(self, **_: object) -> list[object]:
        return [Vitals(self.replica, 3000, 400, None), RuntimeError("the other one just died")]


@pytest.fixture
def running(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """What Ray Serve says is there; tests change it. No look is due but the first."""
    counts = dict.fromkeys(STAGES, 1)

    def answer(_: str, stages: Iterable[str]) -> dict[str, int]:
        return {stage: counts[stage] for stage in stages}

    own_id = SimpleNamespace(unique_id="ingress-1")
    here = SimpleNamespace(replica_id=own_id)
    monkeypatch.setattr(serve, "get_replica_context", lambda: here)
    monkeypatch.setattr(watch, "running_replicas", answer)
    for period in ("STATUS_PERIOD_S", "UNREADY_STATUS_PERIOD_S"):
        monkeypatch.setattr(watch, period, 3600.0)
    return counts


def play(scenario: Callable[[Watch, asyncio.Queue[None], Meter], Any]) -> None:
    """Run a scenario with a watch, a queue that has one entry for each of its looks, a meter."""

    async def bounded() -> None:
        looks: asyncio.Queue[None] = asyncio.Queue()
        meter = Meter(export_to_ray=False)
        stages = {stage: cast(DeploymentHandle[Any], Handle()) for stage in STAGES}
        watching = Watch(stages, meter, lambda: looks.put_nowait(None), Place("phonex", "Ingress"))
        await watching.start()
        try:
            async with asyncio.timeout(30):
                await looks.get()
                await scenario(watching, looks, meter)
        finally:
            await watching.close()

    asyncio.run(bounded())


def test_it_is_ready_when_every_stage_has_a_replica_and_has_said_what_it_is(
    running: dict[str, int],
) -> None:
    async def scenario(watching: Watch, *_: Any) -> None:
        assert watching.ready
        assert watching.engines == dict.fromkeys(STAGES, INFO)

    play(scenario)


def test_a_stage_without_replicas_bounds_every_path_through_it(running: dict[str, int]) -> None:
    running |= {"Speech": 3, "Conversion": 0}

    async def scenario(watching: Watch, *_: Any) -> None:
        assert not watching.ready
        assert (watching.fewest("Speech"), watching.fewest(*STAGES)) == (3, 0)

    play(scenario)


def test_a_lost_batch_makes_it_look_before_a_look_is_due(running: dict[str, int]) -> None:
    async def scenario(watching: Watch, looks: asyncio.Queue[None], _: Meter) -> None:
        running["Conversion"] = 0
        watching.look()
        await looks.get()
        assert watching.replicas == {"Speech": 1, "Conversion": 0}
        assert not watching.ready
        assert "Conversion" in watching.engines  # it was there, so requests may wait for it

    play(scenario)


def test_another_replica_makes_it_look_before_a_look_is_due(
    running: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "VITALS_PERIOD_S", 0.01)

    async def scenario(watching: Watch, looks: asyncio.Queue[None], meter: Meter) -> None:
        while '"Conversion"' not in resident(meter):  # noqa: ASYNC110  it looks in a thread
            await asyncio.sleep(0.01)
        assert looks.empty()
        running["Conversion"] = 2
        monkeypatch.setattr(Handle, "replica", "replica-2")
        await looks.get()
        assert watching.replicas["Conversion"] == 2

    play(scenario)


def test_the_replicas_memory_is_told_by_deployment_and_an_answer_that_failed_is_left_out(
    running: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "VITALS_PERIOD_S", 0.01)

    async def scenario(_: Watch, __: asyncio.Queue[None], meter: Meter) -> None:
        while '"Conversion"' not in (told := resident(meter)):  # noqa: ASYNC110  it looks in a thread
            await asyncio.sleep(0.01)
        assert told.count('part="replica"') == len(("Ingress", *STAGES))
        assert re.search(r'"Speech",part="replica",replica="replica-1"} 3000', told)
        assert re.search(r'"Speech",part="workers",replica="replica-1"} 400', told)

    play(scenario)


def resident(meter: Meter) -> str:
    text = meter.render().decode()
    return "\n".join(line for line in text.splitlines() if line.startswith(RESIDENT_BYTES.name))

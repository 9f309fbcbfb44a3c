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
from deployments.watch import Place, Standing, Watch
from engines.base import EngineInfo
from telemetry.meter import Meter
from telemetry.metrics import RESIDENT_BYTES
from tests.serve_app.fakes import until

INFO = EngineInfo("fake", "1", "numpy", "cpu", 100)
STAGES = ("Speech", "Conversion")
STATUSES: dict[str, str] = {}
"""Of the stages, by Ray Serve's word; tests change it."""


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
    statuses = STATUSES
    statuses.update(dict.fromkeys(STAGES, "UNHEALTHY"))

    def answer(_: str, stages: Iterable[str]) -> dict[str, Standing]:
        return {stage: Standing(counts[stage], statuses[stage]) for stage in stages}

    own_id = SimpleNamespace(unique_id="ingress-1")
    here = SimpleNamespace(replica_id=own_id)
    monkeypatch.setattr(serve, "get_replica_context", lambda: here)
    monkeypatch.setattr(watch, "standing_of", answer)
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


def test_a_stage_without_replicas_on_purpose_is_no_fault(running: dict[str, int]) -> None:
    running["Conversion"] = 0
    STATUSES["Conversion"] = "HEALTHY"

    async def scenario(watching: Watch, *_: Any) -> None:
        await until(lambda: len(watching.engines) == len(STAGES))  # it was woken to say what it is
        assert watching.resting == {"Conversion"}
        assert watching.ready
        assert watching.fewest(*STAGES) == 0

    play(scenario)


def test_a_stage_that_is_woken_is_missing_only_when_it_does_not_come(
    running: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "UNREADY_STATUS_PERIOD_S", 0.01)
    running["Conversion"] = 0
    STATUSES["Conversion"] = "HEALTHY"

    async def scenario(watching: Watch, looks: asyncio.Queue[None], _: Meter) -> None:
        await until(lambda: watching.ready)
        STATUSES["Conversion"] = "UPSCALING"
        with watching.asked("Conversion"):
            while not looks.empty():
                looks.get_nowait()
            for _look in range(3):  # while it is awaited, it looks again and again
                await looks.get()
            assert watching.ready
            monkeypatch.setattr(watch, "WAKE_LIMIT_S", 0.0)
            await until(lambda: not watching.ready)
            running["Conversion"] = 1
            await until(lambda: watching.ready)
        assert not watching.resting

    play(scenario)


def test_a_stage_that_died_does_not_rest(running: dict[str, int]) -> None:
    running["Conversion"] = 0
    STATUSES["Conversion"] = "UPSCALING"

    async def scenario(watching: Watch, *_: Any) -> None:
        assert not watching.resting
        assert not watching.ready

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

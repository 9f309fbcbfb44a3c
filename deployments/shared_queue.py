"""One queue for several callers: the graph's dispatchers in a process of their own.

Each replica of the ingress that forms batches of its own forms smaller ones. So where there are
several, they hand their pieces to one actor, which Ray Serve starts with the ingress and starts
again when it dies (a *deployment actor*). Nothing is kept in it: who asked asks again.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import ray
from ray import serve
from ray.exceptions import RayActorError
from ray.serve.config import DeploymentActorConfig

from config.settings import Settings
from deployments import vitals
from deployments.batching import Urgency
from deployments.demand import READ_COST_S
from deployments.graph import INGRESS, STAGES, Graph, Path, Piece
from deployments.pipeline import Pipeline
from deployments.watch import VITALS_PERIOD_S, Place, repeat_gauges
from engines.base import EngineInfo, Utterance, VoiceEmbedding, Waveform
from engines.errors import EngineError, EngineUnavailable
from engines.reading.words import Reading
from telemetry import metrics
from telemetry.logs import Throttle, configure_logs
from telemetry.meter import Meter
from telemetry.tracing import Tracer, open_tracer

logger = logging.getLogger(__name__)

NAME = "queue"  # of the actor, within the ingress's deployment
LABEL = "Queue"  # in metrics, beside the deployments
MOST_AT_ONCE = 10_000  # pieces: more than the ingress replicas ever hold

LOOK_S = 1.0  # between two looks at what the actor knows of the stages
UNREADY_LOOK_S = 0.25
ANSWER_LIMIT_S = 5.0  # of a look: the actor hangs, or its node is gone
AGAIN_S = 0.2  # until the next try to find the actor
AWAY_LIMIT_S = 60.0  # the controller starts another within seconds

Answer = Waveform | VoiceEmbedding | EngineError


@dataclass(frozen=True, slots=True)
class State:
    """What the actor knows of the stages."""

    replicas: Mapping[str, int]
    engines: Mapping[str, EngineInfo]
    ready: bool
    resting: Collection[str] = ()
    rates: Mapping[str, float] = field(default_factory=dict)


class SharedQueue:
    """The actor. An engine's error is an answer here, so that it arrives as it left."""

    async def __init__(self, values: dict[str, Any]) -> None:  # type: ignore[misc]  # Ray awaits it
        settings = Settings.model_validate(values)
        configure_logs(settings.logs)
        application = serve.get_deployment_actor_context().app_name
        meter = Meter(export_to_ray=True)
        tracer = open_tracer(settings.tracing, LABEL)
        speech, embedding, conversion = (
            serve.get_deployment_handle(stage, application) for stage in STAGES
        )
        place = Place(application, LABEL)
        self._pipeline = Pipeline(
            speech, embedding, conversion, settings.batching, meter, tracer, place
        )
        await self._pipeline.start()

    async def submit(
        self, path: Path, piece: Piece[Any], cost: float, owner: str, urgency: Urgency
    ) -> Answer:
        return await _as_answer(self._pipeline.submit(path, piece, cost, owner, urgency))

    async def read(self, batch: Sequence[Utterance]) -> list[Reading | EngineError]:
        return await self._pipeline.read(batch)

    async def mean(self, embeddings: Sequence[VoiceEmbedding]) -> Answer:
        return await _as_answer(self._pipeline.mean(embeddings))

    async def state(self) -> State:
        pipeline = self._pipeline
        return State(
            pipeline.replicas,
            dict(pipeline.engines),
            pipeline.ready,
            frozenset(pipeline.resting),
            pipeline.rates,
        )


def declare(settings: Settings) -> DeploymentActorConfig:
    """The actor, for the options of the ingress's deployment."""
    return DeploymentActorConfig(
        name=NAME,
        actor_class=ray.remote(SharedQueue),
        init_args=(settings.model_dump(mode="json"),),  # Ray Serve makes a dictionary of a model
        actor_options={"num_cpus": 0.1, "max_concurrency": MOST_AT_ONCE},
    )


class QueueClient(Graph):
    """Speaks, clones and embeds through the actor, whichever lives.

    Args:
        find: a handle of the actor; ValueError while there is none. Blocks for milliseconds.
    """

    def __init__(
        self,
        meter: Meter,
        tracer: Tracer,
        find: Callable[[], Any] = lambda: serve.get_deployment_actor(NAME),
    ) -> None:
        super().__init__(tracer)
        self._meter = meter
        self._find = find
        self._actor: Any = None
        self._replicas: Mapping[str, int] = dict.fromkeys(STAGES, 0)
        self._engines: dict[str, EngineInfo] = {}
        self._ready = False
        self._resting: Collection[str] = ()
        self._rates: Mapping[str, float] = {}
        self._throttle = Throttle(logger)
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def replicas(self) -> Mapping[str, int]:
        return self._replicas

    @property
    def engines(self) -> Mapping[str, EngineInfo]:
        return self._engines

    @property
    def resting(self) -> Collection[str]:
        return self._resting

    @property
    def rates(self) -> Mapping[str, float]:
        return self._rates

    @property
    def ready(self) -> bool:
        return self._ready

    async def start(self) -> None:
        self._tasks = [
            asyncio.create_task(self._look_forever()),
            asyncio.create_task(self._tell_vitals()),
            asyncio.create_task(repeat_gauges(self._meter)),
        ]

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()

    async def submit(
        self,
        path: Path,
        piece: Piece[Any],
        cost: float,
        owner: str = "",
        urgency: Urgency = "none",
    ) -> Waveform | VoiceEmbedding:
        answer = await self._ask("submit", path, piece, cost, owner, urgency)
        return cast(Waveform | VoiceEmbedding, answer)

    async def read(self, batch: Sequence[Utterance]) -> list[Reading | EngineError]:
        self.demand.note("speech", READ_COST_S)
        return cast(list[Reading | EngineError], await self._ask("read", batch))

    async def mean(self, embeddings: Sequence[VoiceEmbedding]) -> VoiceEmbedding:
        return cast(VoiceEmbedding, await self._ask("mean", embeddings))

    async def _ask(self, method: str, *arguments: Any) -> Any:
        """The actor's answer; asked again where it died before it gave one.

        Raises:
            EngineError: the answer is one.
            EngineUnavailable: no other was started in time.
        """
        deadline = time.monotonic() + AWAY_LIMIT_S
        while True:
            try:
                answer = await self._call(method, *arguments)
            except (RayActorError, LookupError) as error:
                self._actor = None
                if time.monotonic() > deadline:
                    raise EngineUnavailable("the queue of the stages is away") from error
                self._throttle.warn("the queue of the stages is away; asking again", error)
            else:
                if isinstance(answer, EngineError):
                    raise answer
                return answer
            await asyncio.sleep(AGAIN_S)

    async def _call(self, method: str, *arguments: Any) -> Any:
        if self._actor is None:
            try:
                self._actor = await asyncio.to_thread(self._find)
            except ValueError as error:  # Ray's way to say that nothing has this name
                raise LookupError("no actor holds the queue") from error
        reference = getattr(self._actor, method).remote(*arguments)
        try:
            return await reference
        except asyncio.CancelledError:
            ray.cancel(reference)  # what nobody waits for leaves the queue
            raise

    async def _look_forever(self) -> None:
        while True:
            try:
                async with asyncio.timeout(ANSWER_LIMIT_S):
                    state = cast(State, await self._call("state"))
            except (RayActorError, LookupError, TimeoutError) as error:
                self._actor = None
                self._ready = False
                self._replicas = dict.fromkeys(STAGES, 0)
                self._resting = ()
                self._throttle.warn("could not ask the queue what stages there are", error)
            else:
                self._engines.update(state.engines)
                self._replicas = state.replicas
                self._ready = state.ready
                self._resting = state.resting
                self._rates = state.rates or self._rates  # a new actor has measured nothing yet
            await asyncio.sleep(LOOK_S if self._ready else UNREADY_LOOK_S)

    async def _tell_vitals(self) -> None:
        while True:
            taken = await asyncio.to_thread(vitals.measure)
            labels = {"deployment": INGRESS, "replica": taken.replica}
            memory = [
                (float(taken.own_bytes), labels | {"part": "replica"}),
                (float(taken.workers_bytes), labels | {"part": "workers"}),
            ]
            self._meter.replace(metrics.RESIDENT_BYTES, memory)
            await asyncio.sleep(VITALS_PERIOD_S)


async def _as_answer(work: Awaitable[Answer]) -> Answer:
    try:
        return await work
    except EngineError as error:
        error.__cause__ = None  # may hold what cannot travel
        return error

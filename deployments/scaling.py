"""How many replicas the stages want: as many as finish what waits within `scaling.target_wait_s`.

Ray Serve calls `by_queued_work` in its controller, a few times a second. What waits is in front of
the stages, so their own replicas cannot tell. The ingress tells (`demand.py`), which is there when
a stage has no replica at all. Ray's own delays come on top (`upscale_delay_s`, `downscale_delay_s`,
`downscale_to_zero_delay_s` of each deployment), and its bounds.

A stage that has no replica, because those of other stages have taken all the room there is, stands
still, and with it whoever waits for it: a node died, and what it ran does not fit elsewhere; or a
replica died, and another stage that wanted more was quicker to take its place. So while any stage
or the ingress waits for its first replica, the others want one less than run, and one less again,
down to one. Nothing comes of it where the replica is there before `downscale_delay_s` is over.

The policy remembers nothing, so a controller that starts again goes on where the last one was as
soon as the ingress has told it: until then it goes by Ray's count of batches under way.

Ray pickles this module by value: it imports nothing of ours.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

INGRESS = "Ingress"
SPEECH, EMBEDDING, CONVERSION = "TextToSpeech", "EmbeddingExtraction", "ToneConversion"
STAGES_OF = {  # each path through the stages
    "speech": (SPEECH,),
    "cloning": (SPEECH, CONVERSION),
    "embedding": (EMBEDDING,),
}

STALE_S = 45.0  # an ingress that said nothing for so long is not counted
USED = 0.1  # calls under way, on average: below it nobody uses a stage
BUSY = 0.8  # of the time a replica computes where what comes is what it was left for
EASE = 0.5  # of the wanted wait: replicas go where fewer finish what waits in so little


def jobs_key(path: str) -> str:
    """Seconds of audio of accepted jobs, as the records have it: of all replicas of the ingress."""
    return f"jobs_s:{path}"


def pieces_key(path: str) -> str:
    """Seconds of audio that one replica of the ingress waits for."""
    return f"pieces_s:{path}"


def refused_key(path: str) -> str:
    """Seconds of audio that one replica of the ingress has turned away of late."""
    return f"refused_s:{path}"


def arriving_key(path: str) -> str:
    """Seconds of audio a second that one replica of the ingress has sent of late."""
    return f"arriving:{path}"


def rate_key(stage: str) -> str:
    """Seconds of audio that one replica of a stage makes in a second of computing."""
    return f"rate:{stage}"


TARGET_WAIT = "target_wait_s"


@dataclass(frozen=True, slots=True)
class Load:
    """What is asked of one path."""

    waiting_s: float = 0.0  # seconds of audio accepted and not finished, or refused of late
    arriving: float = 0.0  # seconds of audio a second, over the last while (`scaling.remember_s`)


@dataclass(frozen=True, slots=True)
class Demand:
    """What the ingress says, all of its replicas together."""

    loads: Mapping[str, Load]  # by path
    rates: Mapping[str, float]  # by stage, above zero; those that were measured
    target_wait_s: float


@dataclass(frozen=True, slots=True)
class Replicas:
    """What there is of a deployment, and what Ray knows of it."""

    target: int
    running: int
    most: int
    ongoing: float  # calls under way or waiting for a replica
    ongoing_each: float  # that a replica should have

    @property
    def is_stuck(self) -> bool:
        """None runs of those that there should be."""
        return self.target > 0 and self.running == 0


def by_queued_work(contexts: Mapping[Any, Any]) -> tuple[dict[Any, int], dict[Any, dict[str, Any]]]:
    """The policy, for `autoscaling_policy` of the application.

    Args:
        contexts: Ray's `AutoscalingContext` of each deployment that scales, by its id.
    Returns:
        The wanted replicas of each stage, before bounds and delays; nothing for the ingress.
    """
    by_name = {context.deployment_name: (key, context) for key, context in contexts.items()}
    there = {
        name: Replicas(
            target=context.target_num_replicas,
            running=context.current_num_replicas,
            most=context.capacity_adjusted_max_replicas,
            ongoing=_sane(context.total_num_requests),
            ongoing_each=context.config.get_target_ongoing_requests(),
        )
        for name, (_, context) in by_name.items()
    }
    demand = None
    if INGRESS in by_name:
        ingress = by_name[INGRESS][1]
        demand = heard(ingress.raw_metrics or {}, ingress.current_time or 0.0)
    wanted = wanted_replicas(there, demand)
    return {by_name[name][0]: count for name, count in wanted.items()}, {}


def heard(metrics: Mapping[str, Mapping[Any, Sequence[Any]]], now: float) -> Demand | None:
    """What the replicas of the ingress said last; None where none has said anything of late.

    Args:
        metrics: by key and replica, what it said, each with its `timestamp` and `value`.
        now: seconds since the epoch.
    """

    def last(key: str) -> list[float]:
        said = (series[-1] for series in metrics.get(key, {}).values() if series)
        return [
            one.value
            for one in said
            if now - one.timestamp < STALE_S and math.isfinite(one.value) and one.value >= 0
        ]

    target_wait_s = [value for value in last(TARGET_WAIT) if value > 0]
    if not target_wait_s:
        return None
    loads = {}
    for path in STAGES_OF:
        # Each is too little at times: pieces are but of jobs that run, jobs count each but for so
        # much, and registrations are none.
        accepted_s = max(sum(last(pieces_key(path))), *last(jobs_key(path)), 0.0)
        loads[path] = Load(accepted_s + sum(last(refused_key(path))), sum(last(arriving_key(path))))
    rates = {}
    for stage in (SPEECH, EMBEDDING, CONVERSION):
        if measured := [rate for rate in last(rate_key(stage)) if rate > 0]:
            rates[stage] = sum(measured) / len(measured)
    return Demand(loads, rates, min(target_wait_s))


def wanted_replicas(there: Mapping[str, Replicas], demand: Demand | None) -> dict[str, int]:
    """How many each stage wants; the ingress, where it is among them, counts and is not scaled.

    A stage without a demand or a measured rate is scaled by Ray's count, as Ray would.
    """
    wanted = _wanted_for_work(
        {stage: replicas for stage, replicas in there.items() if stage != INGRESS}, demand
    )
    if any(replicas.is_stuck for replicas in there.values()):
        for stage, count in wanted.items():
            if running := there[stage].running:
                wanted[stage] = min(count, max(1, running - 1))
    return wanted


def _wanted_for_work(there: Mapping[str, Replicas], demand: Demand | None) -> dict[str, int]:
    wanted = {}
    for stage, replicas in there.items():
        by_count = math.ceil(replicas.ongoing / max(replicas.ongoing_each, 0.01))
        if demand is None:
            wanted[stage] = by_count if replicas.target else 0
            continue
        waiting_s = _through(stage, there, demand, _waiting_s)
        arriving_s = _through(stage, there, demand, _arriving_s)  # in as long as may be waited
        in_use = waiting_s > 0 or arriving_s > 0 or replicas.ongoing > USED
        if rate := demand.rates.get(stage):
            most = max(replicas.most, 1)
            each_s = rate * demand.target_wait_s
            need = _ceil(waiting_s / each_s, most)
            ease = _ceil(waiting_s / (each_s * EASE), most)
            keep = _ceil(arriving_s / (each_s * BUSY), most)
            # What comes keeps replicas, and adds none: only work that waits too long does. So
            # clients that ask again at once get no more than they need.
            count = max(need, min(replicas.target, max(ease, keep)))
        else:
            count = by_count
        wanted[stage] = max(count, 1 if in_use else 0)
    return wanted


def _waiting_s(demand: Demand, path: str) -> float:
    return demand.loads[path].waiting_s


def _arriving_s(demand: Demand, path: str) -> float:
    return demand.loads[path].arriving * demand.target_wait_s


def _through(
    stage: str,
    there: Mapping[str, Replicas],
    demand: Demand,
    of_path: Callable[[Demand, str], float],
) -> float:
    """What comes to a stage of a figure that the paths through it have: of a path of several stages
    no more than the others let through, with all the replicas they may have."""
    total = 0.0
    for path, stages in STAGES_OF.items():
        if stage in stages:
            others = (other for other in stages if other != stage)
            total += min(of_path(demand, path), _most_s(others, there, demand))
    return total


def _most_s(stages: Iterable[str], there: Mapping[str, Replicas], demand: Demand) -> float:
    """Seconds of audio that these stages can make within the wanted wait; no limit where not all is
    known of them."""
    known = (
        demand.rates[stage] * max(there[stage].most, 1) * demand.target_wait_s
        for stage in stages
        if stage in there and stage in demand.rates
    )
    return min(known, default=math.inf)


def _ceil(wanted: float, most: int) -> int:
    """Whole replicas, for which a thousandth more is no reason."""
    return math.ceil(min(wanted, float(most)) - 1e-3) if wanted > 0 else 0


def _sane(count: float) -> float:
    return count if math.isfinite(count) and count > 0 else 0.0

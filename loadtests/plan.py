"""How many replicas it takes for so many times the load that was measured."""

from __future__ import annotations

import copy
import math
from typing import Any

import yaml

from config.service_config import load_config, read_settings
from loadtests.capacity import Step

# A stage that is not the bottleneck gets as many replicas as keep it below this share of one
# batch at work all the time; the bottleneck does at capacity what it can, whatever that is.
TARGET_BUSY = 0.7
INGRESS_REQUESTS_PER_S = 300.0  # that one ingress replica answers with room to spare


def replicas_for(step: Step, times: float) -> dict[str, int]:
    """Replicas of each deployment for `times` the load of a step."""
    assert step.loads is not None
    bottleneck = step.loads.bottleneck
    needed = {
        "Ingress": max(1, math.ceil(step.loads.requests_per_s * times / INGRESS_REQUESTS_PER_S))
    }
    for stage in step.loads.stages:
        if stage is bottleneck:
            needed[stage.deployment] = math.ceil(stage.replicas * times)
        else:
            work = stage.busy * stage.replicas * times / TARGET_BUSY
            needed[stage.deployment] = max(1, math.ceil(work))
    return needed


def make_plan(step: Step, times: float, base: dict[str, Any]) -> dict[str, Any]:
    """`base`, a Ray Serve config, with the replicas that `times` the load of a step needs.

    It may still scale down: what is set is how far it may scale up.
    """
    needed = replicas_for(step, times)
    document = copy.deepcopy(base)
    assert step.loads is not None
    measured = {stage.deployment: stage.replicas for stage in step.loads.stages}
    for deployment in document["applications"][0]["deployments"]:
        name = deployment["name"]
        if name not in needed:
            continue
        if name in measured:
            scaling = deployment.setdefault("autoscaling_config", {})
            scaling["min_replicas"] = min(measured[name], needed[name])
            scaling["max_replicas"] = needed[name]
            deployment.pop("num_replicas", None)
        else:
            deployment["num_replicas"] = needed[name]
    read_settings(document)  # so that what is printed loads
    return document


def render_plan(step: Step, times: float, profile: str = "cpu") -> str:
    """The deployments of a plan as a fragment of `serve_config.yaml`, with what it rests on."""
    document = make_plan(step, times, load_config(None, profile))
    application = document["applications"][0]
    bottleneck = step.loads.bottleneck if step.loads else None
    about = [
        f"# For {step.rate * times:.3g} pieces of audio a second: {times:g} times the "
        f"{step.rate:.3g} that were measured.",
    ]
    if bottleneck:
        about += [
            f"# {bottleneck.deployment} saturates first. Replicas on one machine share its cores",
            f"# (or GPUs): this plan needs about {times:g} times what the measured service had.",
        ]
    if replicas_for(step, times)["Ingress"] > 1:
        about.append("# Several ingress replicas on several machines need database_url, blob_url.")
    fragment = {"applications": [{**application, "args": application["args"]}]}
    text = yaml.safe_dump(fragment, sort_keys=False, width=100)
    return "\n".join(about) + "\n" + text

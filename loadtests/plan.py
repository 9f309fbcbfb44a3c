"""How many replicas it takes for so many times the load that was measured."""

from __future__ import annotations

import copy
import math
from typing import Any

import yaml

from config.service_config import load_config, read_settings
from loadtests.stages import Loads

# A stage that is not the bottleneck gets as many replicas as keep it below this share of one
# batch at work all the time; the bottleneck does at capacity what it can, whatever that is.
TARGET_BUSY = 0.7
INGRESS_REQUESTS_PER_S = 300.0  # that one ingress replica answers with room to spare


def replicas_for(loads: Loads, times: float) -> dict[str, int]:
    """Replicas of each deployment for `times` these loads, measured at the capacity."""
    bottleneck = loads.bottleneck
    needed = {"Ingress": max(1, math.ceil(loads.requests_per_s * times / INGRESS_REQUESTS_PER_S))}
    for stage in loads.stages:
        if stage is bottleneck:
            needed[stage.deployment] = math.ceil(stage.replicas * times)
        else:
            work = stage.busy * stage.replicas * times / TARGET_BUSY
            needed[stage.deployment] = max(1, math.ceil(work))
    return needed


def make_plan(loads: Loads, times: float, base: dict[str, Any]) -> dict[str, Any]:
    """`base`, a Ray Serve config, with the replicas that `times` these loads need.

    It may still scale down: what is set is how far it may scale up.
    """
    needed = replicas_for(loads, times)
    document = copy.deepcopy(base)
    measured = {stage.deployment: stage.replicas for stage in loads.stages}
    for deployment in document["applications"][0]["deployments"]:
        name = deployment["name"]
        if name not in needed:
            continue
        if name in measured:
            scaling = deployment.setdefault("autoscaling_config", {})
            scaling["min_replicas"] = min(measured[name], needed[name])
            scaling["max_replicas"] = needed[name]
            deployment.pop("num_replicas", None)
        elif fixed := deployment.get("autoscaling_config"):
            fixed |= {"min_replicas": needed[name], "max_replicas": needed[name]}
        else:
            deployment["num_replicas"] = needed[name]
    read_settings(document)  # so that what is printed loads
    return document


def render_plan(rate: float, loads: Loads, times: float, profile: str = "cpu") -> str:
    """The deployments of a plan as a fragment of `serve_config.yaml`, with what it rests on."""
    document = make_plan(loads, times, load_config(None, profile))
    application = document["applications"][0]
    about = [
        f"# For {rate * times:.3g} pieces of audio a second: {times:g} times the "
        f"{rate:.3g} that were measured.",
    ]
    if loads.bottleneck:
        about += [
            f"# {loads.bottleneck.deployment} saturates first. Replicas on one machine share its",
            f"# cores or GPUs: this takes about {times:g} times what the measured service had.",
        ]
    if replicas_for(loads, times)["Ingress"] > 1:
        about.append("# Several ingress replicas on several machines need database_url, blob_url.")
    text = yaml.safe_dump({"applications": [application]}, sort_keys=False, width=100)
    return "\n".join(about) + "\n" + text

"""The stages of two nodes beside those of one, in a cluster in a box.

The stages sleep (`benchmarks/sleepers.py`), so that three nodes on one machine are three nodes:
records, files, the shared queue, both replicas of the ingress and the balancer are the real ones.
"""

from __future__ import annotations

from typing import Any

from benchmarks import queues
from clusterbox.cluster import Cluster, running
from clusterbox.needs import missing
from config.service_config import load_config
from deployments.graph import TEXT_TO_SPEECH

BATCH_ITEMS = 8  # two nodes make 13 a second of it, which two cores can write down
CLIENTS = 8 * BATCH_ITEMS  # twice what two nodes compute and hold: some are on their way
SETTINGS = queues.SETTINGS | {
    "batching": {"queue": "shared", "max_batch_items": BATCH_ITEMS},
    "keys": {"max_unfinished_jobs": 0, "max_chars_per_minute": 0},
}


def measure() -> list[dict[str, Any]]:
    if fault := missing():
        raise SystemExit(f"nodes: {fault}")
    rows: list[dict[str, Any]] = []
    with running(settings=SETTINGS) as cluster:
        for nodes in (1, 2):
            spread_over(cluster, nodes)
            rate = queues.Load(cluster.url, cluster.headers).closed(CLIENTS)
            first = rows[0]["a second"] if rows else rate
            rows.append({"speech on nodes": nodes, "a second": rate, "of one": rate / first})
    return rows


def spread_over(cluster: Cluster, nodes: int) -> None:
    """Roll the sleeping stages out, speech with a replica on each of so many nodes."""
    deployments = load_config(None, "cluster")["applications"][0]["deployments"]
    for deployment in deployments:
        if deployment["name"] == TEXT_TO_SPEECH:
            del deployment["autoscaling_config"]
            deployment |= {"num_replicas": nodes, "max_replicas_per_node": 1}
    cluster.roll_out({"import_path": "benchmarks.sleepers:build", "deployments": deployments})

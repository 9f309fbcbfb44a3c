"""What one replica takes of its machine: memory of itself, of its workers, on the GPU."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

import psutil
from ray import serve


@dataclass(frozen=True, slots=True)
class Vitals:
    replica: str  # Ray Serve's id, or the process id outside of it
    own_bytes: int  # resident memory of the replica's process
    workers_bytes: int  # and of its children
    gpu_bytes: int | None  # None without a GPU


def measure() -> Vitals:
    """Of the process this runs in. Blocks for some milliseconds."""
    process = psutil.Process()
    workers = 0
    for child in process.children(recursive=True):
        try:
            workers += child.memory_info().rss
        except psutil.NoSuchProcess:
            continue  # it has just ended
    return Vitals(replica_id(), process.memory_info().rss, workers, gpu_bytes())


def replica_id() -> str:
    try:
        return str(serve.get_replica_context().replica_id.unique_id)
    except serve.exceptions.RayServeException:
        return str(os.getpid())


def gpu_bytes() -> int | None:
    """GPU memory torch has reserved here. Does not import torch: where nobody did, none is used."""
    torch = sys.modules.get("torch")
    if torch is None or not torch.cuda.is_initialized():
        return None
    return int(sum(torch.cuda.memory_reserved(index) for index in range(torch.cuda.device_count())))

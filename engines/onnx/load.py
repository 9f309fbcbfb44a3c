"""The graphs of one checkpoint: all of one export, and of the checkpoint that is there."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from engines.nn.hifigan import HifiGanShape
from engines.onnx.file import AGAIN, Precision, UnusableModel, file_name, sha256_of
from engines.onnx.session import Graph, Runtime

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Source:
    """Where the graphs are, and whose they must be."""

    folder: Path  # of the .onnx files
    checkpoint: Path  # the folder of config.json and the weights
    precision: Precision


def open_graphs(
    source: Source, engine: str, stages: Sequence[str], runtime: Runtime
) -> dict[str, Graph]:
    """One graph for each stage.

    Raises:
        UnusableModel: a file is missing, damaged, foreign, or of other weights than the others.
    """
    started = time.perf_counter()
    graphs: dict[str, Graph] = {}
    wanted: dict[str, object] = {"engine": engine, "precision": source.precision}
    for stage in stages:
        path = source.folder / file_name(stage, source.precision)
        graphs[stage] = Graph(path, wanted | {"stage": stage}, runtime)
        if stage == stages[0]:
            first = graphs[stage].metadata
            wanted |= {
                name: getattr(first, name)
                for name in ("version", "checkpoint_sha256", "sample_rate", "hop", "config")
            }
    weights = source.checkpoint / first.checkpoint
    if weights.is_file() and sha256_of(weights) != first.checkpoint_sha256:
        raise UnusableModel(
            f"{source.folder} was exported from another {first.checkpoint} than is there now. "
            f"{AGAIN}"
        )
    logger.info("%d graphs of %s in %.1f s", len(graphs), engine, time.perf_counter() - started)
    return graphs


class DecoderGraph:
    """A `Decoder`."""

    def __init__(self, graph: Graph, shape: HifiGanShape) -> None:
        self.graph = graph
        self.shape = shape

    def __call__(self, latent: Tensor, speaker: Tensor) -> Tensor:
        """latent (B, C, frames), speaker (B, G, 1) -> (B, frames * hop)"""
        return self.graph(latent=latent, voice=speaker)["samples"]


def mask_lengths(mask: Tensor) -> Tensor:
    """The inverse of `length_mask`: (B, 1, T) -> (B,) int"""
    return mask.sum((1, 2)).long()

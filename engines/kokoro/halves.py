"""Kokoro's graph in two: what foretells how something is said, and what makes the sound of it.

The second half is nine tenths of the work, and by the frame. So what nobody is to hear is foretold
and not made: the silence at both ends, which is a quarter to two thirds of a short text, and what
is said beside a piece for the sake of its melody alone.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engines.base import Samples

# What passes from one half to the other, T frames of it.
SOUNDS = "/encoder/MatMul_1_output_0"  # (1, 512, T)
PITCH = "/encoder/Reshape_output_0"  # (1, 2T)
ENERGY = "/encoder/Reshape_1_output_0"  # (1, 2T), a logarithm
BETWEEN = (SOUNDS, PITCH, ENERGY)
QUIET = -5.0  # of `ENERGY`: silence has -10, the weakest consonant -3
# Kept on both sides of what is wanted, so that it sounds as it does within a whole: about 0.1 s.
MARGIN = 4  # frames
# And of the words that stand beside it: less, and a piece of a sentence is louder or quieter than
# within the whole, by 3.8 dB from one piece to the next instead of 2.6.
BESIDE = 9


@dataclass(frozen=True, slots=True)
class Foretold:
    """What goes into the second half, by the names of its inputs."""

    values: dict[str, Any]

    @property
    def frames(self) -> int:
        return int(self.values[SOUNDS].shape[2])

    def only(self, first: int, last: int) -> Foretold:
        """Frames `first` to `last` of it."""
        twice = slice(2 * first, 2 * last)
        return Foretold(
            {
                SOUNDS: np.ascontiguousarray(self.values[SOUNDS][:, :, first:last]),
                PITCH: np.ascontiguousarray(self.values[PITCH][:, twice]),
                ENERGY: np.ascontiguousarray(self.values[ENERGY][:, twice]),
            }
        )

    def to_make(self, first: int, last: int) -> tuple[int, int]:
        """The frames to be made for `first` to `last` to be heard: without the silence at their
        ends, and with a margin."""
        energy: Samples = self.values[ENERGY].reshape(-1)[2 * first : 2 * last]
        loud = np.flatnonzero(energy > QUIET)
        if len(loud):
            first, last = first + int(loud[0]) // 2, first + int(loud[-1]) // 2 + 1
        return max(0, first - MARGIN), min(self.frames, last + MARGIN)


class Halves:
    """Cuts a graph, each half as an ONNX file.

    Args:
        model: a `ModelProto`.
    Raises:
        LookupError: it has other names, as that of another exporter.
    """

    def __init__(self, model: Any) -> None:
        self._model = model
        self._made_by = {name: node for node in model.graph.node for name in node.output if name}
        if missing := [name for name in BETWEEN if name not in self._made_by]:
            raise LookupError(f"the graph makes no {missing[0]}")

    def foretelling(self) -> bytes:
        """The first half: gives `BETWEEN`, and what the whole gives besides sound."""
        from onnx import helper

        others = [one.name for one in self._model.graph.output][1:]
        outputs = [helper.make_empty_tensor_value_info(name) for name in (*BETWEEN, *others)]
        return self._part(outputs, [])

    def sounding(self, types: Sequence[int]) -> bytes:
        """The second half: takes `BETWEEN`, gives the sound.

        Args:
            types: of `BETWEEN`, as ONNX counts them.
        """
        from onnx import helper

        inputs = [
            helper.make_tensor_value_info(name, of, None)
            for name, of in zip(BETWEEN, types, strict=True)
        ]
        return self._part(list(self._model.graph.output)[:1], inputs)

    def _part(self, outputs: Sequence[Any], inputs: Sequence[Any]) -> bytes:
        """What makes those outputs of those inputs, and of what the whole takes."""
        from onnx import helper

        graph = self._model.graph
        needed = self._needed([one.name for one in outputs], {one.name for one in inputs})
        nodes = [node for node in graph.node if needed.intersection(node.output)]
        read = {name for node in nodes for name in node.input}
        part = helper.make_graph(
            nodes,
            graph.name,
            [*graph.input, *inputs],
            outputs,
            [one for one in graph.initializer if one.name in read],
        )
        model = self._model
        made = helper.make_model(
            part, opset_imports=model.opset_import, ir_version=model.ir_version
        )
        return bytes(made.SerializeToString())

    def _needed(self, outputs: Sequence[str], given: Collection[str]) -> set[str]:
        """Names of all that is computed on the way."""
        needed: set[str] = set()
        to_do = list(outputs)
        while to_do:
            name = to_do.pop()
            if name in needed or name in given or name not in self._made_by:
                continue
            needed.add(name)
            to_do += self._made_by[name].input
        return needed

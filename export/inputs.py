"""Inputs to compare a graph with its network on: the same on every machine, of several lengths.

A stage gets what the stages before it make of them in PyTorch, so it sees values as in service.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engines.melo.config import MeloConfig
from engines.melo.network import BERT_CHANNELS, WIDE_BERT_CHANNELS
from engines.openvoice.config import ConverterConfig
from export.stages import Stage

SEED = 20240607
Values = dict[str, Tensor]
Draw = Callable[[int, int], Values]
"""(batch, length) -> what the stages are given from outside."""

# Batches and lengths, symbols or frames; no length is a multiple of anything a layer has.
CASES = ((1, 3), (1, 61), (3, 37), (8, 23))
MOST_SYMBOL_FRAMES = 64  # noise for as many frames a symbol; a graph takes what it needs
SAMPLES_MORE = 131  # samples that fill no frame


@dataclass(frozen=True, slots=True)
class Case:
    """One call of one stage."""

    stage: Stage
    batch: int
    length: int
    inputs: Values
    expected: Values  # PyTorch's outputs


def falling(batch: int, length: int) -> Tensor:
    """Lengths of a ragged batch: (B,) int64, the first one is the longest."""
    return torch.tensor([max(1, length - 2 * item) for item in range(batch)])


def speech_values(config: MeloConfig) -> Draw:
    model = config.model

    def draw(batch: int, length: int) -> Values:
        def ids(size: int) -> Tensor:
            return torch.randint(size, (batch, length))

        most = MOST_SYMBOL_FRAMES * length
        return {
            "phones": ids(len(config.symbols)),
            "tones": ids(config.num_tones),
            "languages": ids(config.num_languages),
            "bert": torch.randn(batch, BERT_CHANNELS, length) * 0.5,
            "wide_bert": torch.zeros(batch, WIDE_BERT_CHANNELS, length),
            "lengths": falling(batch, length),
            "speaker": torch.randint(config.data.n_speakers, (batch,)),
            "duration_noise": torch.randn(batch, 2, length) * 0.8,
            "speed": torch.linspace(0.8, 1.2, batch),
            "sdp_ratio": torch.full((batch,), 0.2),
            "noise_scale": torch.full((batch,), 0.6),
            "latent_noise": torch.randn(batch, model.inter_channels, most),
        }

    return draw


def voice_values(config: ConverterConfig) -> Draw:
    model, shape = config.model, config.data.spectrogram

    def draw(batch: int, length: int) -> Values:
        time = torch.arange(length * shape.hop + SAMPLES_MORE) / config.data.sampling_rate
        pitch = torch.linspace(110, 260, batch).unsqueeze(1)  # Hz
        harmonics = [torch.sin(2 * torch.pi * pitch * n * time) / n for n in (1, 2, 3, 5)]
        noise = torch.randn(batch, len(time))
        return {
            "samples": 0.2 * torch.stack(harmonics).sum(0) + 0.01 * noise,  # (B, n)
            "frame_counts": falling(batch, length),
            "source": torch.randn(batch, model.gin_channels, 1) * 0.1,
            "target": torch.randn(batch, model.gin_channels, 1) * 0.1,
            "noise": torch.randn(batch, model.inter_channels, length),
            "tau": torch.linspace(0.3, 0.0, batch),
        }

    return draw


@torch.inference_mode()
def cases(
    stages: Sequence[Stage], draw: Draw, sizes: Sequence[tuple[int, int]] = CASES
) -> Iterator[Case]:
    """Every stage on every size."""
    for batch, length in sizes:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(SEED)
            # The shortest audio that can be mirrored takes a few frames.
            values = draw(batch, max(length, 3))
        for stage in stages:
            inputs = {name: values[name] for name in stage.inputs}
            answer = stage.module(**inputs)
            outputs = (answer,) if isinstance(answer, Tensor) else answer
            expected = dict(zip(stage.outputs, outputs, strict=True))
            yield Case(stage, batch, length, inputs, expected)
            values |= expected

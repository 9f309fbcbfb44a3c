"""What a recording becomes depends on nothing but the request."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from engines.nn.chunks import Chunking
from engines.nn.grouping import BatchLimits
from engines.nn.noise import NoNoise, SeededNoise
from engines.openvoice.checkpoint import ConverterCheckpoint
from engines.openvoice.conversion import ConversionLimits, ConversionRequest, ToneConverter

TOLERANCE = 1e-4  # of full scale
ONE_BATCH = BatchLimits(items=64, steps=1_000_000, waste=1)


def converter(tiny: ConverterCheckpoint, limits: ConversionLimits | None = None) -> ToneConverter:
    shape = tiny.config.data.spectrogram
    return ToneConverter(tiny.network, shape, limits or ConversionLimits())


def recording(samples: int, seed: int) -> Tensor:
    return 0.3 * torch.randn(samples, generator=torch.Generator().manual_seed(seed))


def request(samples: int, seed: int) -> ConversionRequest:
    """Random audio and voices that `seed` decides, with noise on."""
    voices = torch.randn(2, 16, generator=torch.Generator().manual_seed(seed))
    noise = SeededNoise(seed)
    return ConversionRequest(recording(samples, seed), voices[0], voices[1], noise)


def mixed() -> list[ConversionRequest]:
    return [request(length, seed) for seed, length in enumerate((385, 12_000, 2_049, 30_000))]


def worst(ours: list[Tensor], theirs: list[Tensor]) -> float:
    """The largest difference, tails included: lengths must be equal too."""
    assert [a.shape for a in ours] == [b.shape for b in theirs]
    return max((a - b).abs().max().item() for a, b in zip(ours, theirs, strict=True))


def test_a_batch_gives_what_each_gives_alone(tiny: ConverterCheckpoint) -> None:
    together = converter(tiny, ConversionLimits(latent=ONE_BATCH)).convert(mixed())
    alone = [converter(tiny).convert([item])[0] for item in mixed()]
    assert worst(together, alone) <= TOLERANCE
    assert min(wave.std().item() for wave in alone) > 0.02  # so there is something to compare


@pytest.mark.parametrize("other", [385, 12_000, 25_000])
def test_neighbours_do_not_matter(tiny: ConverterCheckpoint, other: int) -> None:
    """Padded by another amount, the same audio to its last sample."""
    batched = converter(tiny, ConversionLimits(latent=ONE_BATCH))
    wave = batched.convert([request(8_000, 7), request(other, 8)])[0]
    assert worst([wave], batched.convert([request(8_000, 7)])) <= TOLERANCE


def test_audio_keeps_its_length_in_whole_frames(tiny: ConverterCheckpoint) -> None:
    waves = converter(tiny).convert(mixed())
    assert [len(wave) for wave in waves] == [256, 46 * 256, 8 * 256, 117 * 256]


@pytest.mark.parametrize("frames", [1, 29, 64])
def test_chunks_do_not_matter(tiny: ConverterCheckpoint, frames: int) -> None:
    whole = converter(tiny).convert([request(12_000, 1)])
    limits = ConversionLimits(decoder=Chunking(frames=frames))
    assert worst(converter(tiny, limits).convert([request(12_000, 1)]), whole) <= 2e-5


def test_tau_sets_how_much_is_left_to_chance(tiny: ConverterCheckpoint) -> None:
    def convert(tau: float, seed: int) -> Tensor:
        noise = SeededNoise(seed)
        return converter(tiny).convert([replace(request(4_000, 1), tau=tau, noise=noise)])[0]

    assert torch.equal(convert(0.3, 1), convert(0.3, 1))
    assert not torch.equal(convert(0.3, 1), convert(0.3, 2))
    assert torch.equal(convert(0, 1), convert(0, 2))
    still = converter(tiny).convert([replace(request(4_000, 1), noise=NoNoise())])[0]
    assert torch.equal(convert(0, 1), still)


def test_only_the_flow_knows_voices(tiny: ConverterCheckpoint) -> None:
    """zero_g: the encoder gives the same latent whoever speaks; the flow does not."""
    one, other = request(4_000, 1), replace(request(4_000, 1), source=torch.ones(16))
    ours = converter(tiny)
    first, second = ours.encode([one]), ours.encode([other])
    assert torch.equal(first[0], second[0])
    neutral = ours.flow([*first, *second], [one.source, other.source], inverse=False)
    assert not torch.allclose(neutral[0], neutral[1], atol=1e-3)


def test_the_flow_undoes_itself(tiny: ConverterCheckpoint) -> None:
    ours, item = converter(tiny), request(4_000, 1)
    latents = ours.encode([item])
    there = ours.flow(latents, [item.source], inverse=False)
    assert worst(ours.flow(there, [item.source], inverse=True), latents) <= TOLERANCE


@pytest.mark.parametrize("budget", [1, 8192])
def test_embeddings_do_not_depend_on_neighbours(tiny: ConverterCheckpoint, budget: int) -> None:
    lengths = (8_000, 30_000, 8_100, 8_000, 400)
    recordings = [recording(length, seed) for seed, length in enumerate(lengths)]
    together = converter(tiny, ConversionLimits(reference=budget)).embed(recordings)
    alone = [converter(tiny).embed([item])[0] for item in recordings]
    assert worst(together, alone) <= 1e-5
    assert (together[0] - together[3]).abs().max() > 1e-4

"""Embeddings and conversion, against what upstream's OpenVoice made of the same audio."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

from engines.nn.chunks import Chunking
from engines.nn.grouping import BatchLimits
from engines.nn.noise import NoiseSource, NoNoise, RecordedNoise
from engines.openvoice.checkpoint import load_upstream
from engines.openvoice.conversion import ConversionLimits, ConversionRequest, ToneConverter
from engines.openvoice.network import VoiceModel
from tests.parity._rows import AUDIO, BATCHED, EMBEDDING, LATENT, Row, difference

SMALL_CHUNK = 50  # frames


@dataclass(frozen=True, slots=True)
class Case:
    """One recording converted with one tau."""

    name: str
    tensors: dict[str, Tensor]
    stem: str  # such as tau0.3, which starts the names of upstream's results

    def request(self) -> ConversionRequest:
        return ConversionRequest(
            samples=self.tensors["wav"],
            source=self.tensors["src_se"].flatten(),
            target=self.tensors["tgt_se"].flatten(),
            noise=self.noise(),
            tau=float(self.stem.removeprefix("tau")),
        )

    def noise(self) -> NoiseSource:
        recorded = self.tensors.get("noise")
        return NoNoise() if recorded is None else RecordedNoise([recorded[0]])

    def expected(self, stage: str) -> Tensor:
        return self.tensors[f"{self.stem}.{stage}"][0]  # batches of one


def read_cases(path: Path) -> list[Case]:
    """A file holds one recording, converted with one or more values of tau."""
    tensors = load_file(path)
    stems = sorted(name.removesuffix(".audio") for name in tensors if name.endswith(".audio"))
    return [Case(f"{path.stem} {stem}", tensors, stem) for stem in stems]


def compare(folder: Path, model: VoiceModel | None = None) -> Iterator[Row]:
    """`model`: the same weights on another backend; PyTorch's by default."""
    checkpoint = model or load_upstream(folder)
    shape = checkpoint.config.data.spectrogram
    converter = ToneConverter(checkpoint.network, shape)
    cases: list[Case] = []
    for path in sorted(folder.glob("*.safetensors")):
        cases += read_cases(path)
        yield from compare_registration(path, converter)
    for case in cases:
        yield from compare_stages(case, converter)
    everything = BatchLimits(items=len(cases), steps=1_000_000, waste=1)
    batched = ToneConverter(checkpoint.network, shape, ConversionLimits(latent=everything))
    yield from compare_batch(folder.name, cases, batched)


def compare_registration(path: Path, converter: ToneConverter) -> Iterator[Row]:
    """Embeddings of recordings, and their mean, where the file holds any."""
    tensors = load_file(path)
    names = sorted(name.removesuffix(".se") for name in tensors if name.endswith(".se"))
    if not names:
        return
    for name in names:
        ours = converter.spectrogram(tensors[f"{name}.wav"])
        yield difference(f"{path.stem} {name}", "spec", ours, tensors[f"{name}.spec"][0], LATENT)
    embeddings = converter.embed([tensors[f"{name}.wav"] for name in names])
    for name, ours in zip(names, embeddings, strict=True):
        theirs = tensors[f"{name}.se"].flatten()
        yield difference(f"{path.stem} {name}", "embedding", ours, theirs, EMBEDDING)
    mean = torch.stack(embeddings).mean(0)
    yield difference(path.stem, "mean", mean, tensors["mean_se"].flatten(), EMBEDDING)


def compare_stages(case: Case, converter: ToneConverter) -> Iterator[Row]:
    """One case alone, through the code that serves requests."""
    request = case.request()
    spec = converter.spectrogram(request.samples)
    yield difference(case.name, "spec", spec, case.tensors["spec"][0], LATENT)
    latents = converter.encode([request])
    yield difference(case.name, "z", latents[0], case.expected("z"), LATENT)
    neutral = converter.flow(latents, [request.source], inverse=False)
    yield difference(case.name, "z_p", neutral[0], case.expected("z_p"), LATENT)
    voiced = converter.flow(neutral, [request.target], inverse=True)
    yield difference(case.name, "z_hat", voiced[0], case.expected("z_hat"), LATENT)
    expected = case.expected("audio")[0]
    (wave,) = converter.decode(voiced, [request.target])
    yield difference(case.name, "audio", wave, expected, AUDIO)
    small = ConversionLimits(decoder=Chunking(frames=SMALL_CHUNK))
    chunked = ToneConverter(converter.network, converter.shape, small)
    (wave,) = chunked.decode(voiced, [request.target])
    yield difference(case.name, "audio in chunks", wave, expected, AUDIO)


def compare_batch(name: str, cases: Sequence[Case], converter: ToneConverter) -> Iterator[Row]:
    """All cases in one padded batch, against upstream's runs of one."""
    waves = converter.convert([case.request() for case in cases]) if cases else []
    for case, wave in zip(cases, waves, strict=True):
        expected = case.expected("audio")[0]
        yield difference(f"{name}, one batch", case.name, wave, expected, BATCHED)

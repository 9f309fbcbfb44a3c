"""OpenVoice as an embedding engine and a conversion engine, over one checkpoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import soxr
import torch
from torch import Tensor

from engines.base import Conversion, EngineInfo, VoiceEmbedding, Waveform
from engines.errors import EmbeddingMismatch, EngineError, EngineUnavailable, UnusableSpeech
from engines.nn.noise import SeededNoise
from engines.openvoice.conversion import (
    DEFAULT_TAU,
    ConversionLimits,
    ConversionRequest,
    ToneConverter,
)
from engines.openvoice.network import VoiceModel

NAME = "openvoice"
TENSOR = "embedding"  # the one tensor of a `VoiceEmbedding`: (G,)


@dataclass(frozen=True, slots=True)
class OpenVoiceOptions:
    tau: float = DEFAULT_TAU
    limits: ConversionLimits = field(default_factory=ConversionLimits)
    note: str = ""  # what a person must know of these weights


def base_speaker_key(speaker: str) -> str:
    """MeloTTS's name of a speaker -> the stem of its embedding's file: EN_INDIA -> en-india"""
    return speaker.lower().replace("_", "-")


class OpenVoiceEngine:
    """An `EmbeddingEngine` and a `ConversionEngine`.

    `base_speakers` are the embeddings of the voices that speak base audio. A voice without one is
    embedded from its own audio. A conversion's pitch is left to the signal stage behind it.
    """

    def __init__(
        self,
        checkpoint: VoiceModel,
        base_speakers: Mapping[str, Tensor] | None = None,
        options: OpenVoiceOptions | None = None,
    ) -> None:
        self.options = options or OpenVoiceOptions()
        self.base_speakers = dict(base_speakers or {})
        self.size = checkpoint.config.model.gin_channels
        self.converter: ToneConverter | None = ToneConverter(
            checkpoint.network, checkpoint.config.data.spectrogram, self.options.limits
        )
        self.info = EngineInfo(
            name=NAME,
            version=checkpoint.version,
            backend=checkpoint.network.backend,
            device=str(self.converter.device),
            sample_rate=checkpoint.config.data.sampling_rate,
            note=self.options.note,
        )
        self.info = replace(self.info, base_speakers=self.by_language())

    def by_language(self) -> dict[str, dict[str, VoiceEmbedding]]:
        """The base speakers by language, under the names of their files, such as EN: en-us."""
        known: dict[str, dict[str, VoiceEmbedding]] = {}
        for name, vector in self.base_speakers.items():
            language = name.partition("-")[0].upper()
            known.setdefault(language, {})[name] = self.to_embedding(vector)
        return known

    def embed(self, batch: Sequence[Waveform]) -> list[VoiceEmbedding | EngineError]:
        recordings = [self.attempt_samples(waveform) for waveform in batch]
        good = [samples for samples in recordings if isinstance(samples, Tensor)]
        embedded = iter(self.running().embed(good))
        return [
            samples if isinstance(samples, EngineError) else self.to_embedding(next(embedded))
            for samples in recordings
        ]

    def mean(self, embeddings: Sequence[VoiceEmbedding]) -> VoiceEmbedding:
        """The unweighted mean, as upstream's registration takes it."""
        if not embeddings:
            raise UnusableSpeech("there is no stretch of speech to learn a voice from")
        vectors = [self.from_embedding(embedding) for embedding in embeddings]
        return self.to_embedding(torch.stack(vectors).mean(0))

    def convert(self, batch: Sequence[Conversion]) -> list[Waveform | EngineError]:
        requests = [self.attempt_request(conversion) for conversion in batch]
        good = [request for request in requests if isinstance(request, ConversionRequest)]
        converted = iter(self.running().convert(good))
        return [
            request if isinstance(request, EngineError) else self.to_waveform(next(converted))
            for request in requests
        ]

    def attempt_request(self, conversion: Conversion) -> ConversionRequest | EngineError:
        try:
            samples = self.to_samples(conversion.source)
            return ConversionRequest(
                samples=samples,
                source=self.source_voice(conversion.speaker, samples),
                target=self.from_embedding(conversion.target),
                noise=SeededNoise(conversion.seed),
                tau=self.options.tau,
            )
        except EngineError as error:
            return error

    def source_voice(self, speaker: str, samples: Tensor) -> Tensor:
        """The embedding of a base speaker, stored or made of the audio at hand: (G,)"""
        stored = self.base_speakers.get(base_speaker_key(speaker))
        return self.running().embed([samples])[0] if stored is None else stored

    def attempt_samples(self, waveform: Waveform) -> Tensor | EngineError:
        try:
            return self.to_samples(waveform)
        except EngineError as error:
            return error

    def to_samples(self, waveform: Waveform) -> Tensor:
        """Samples (n,) at the network's rate."""
        samples = np.ascontiguousarray(waveform.samples, dtype=np.float32)
        if samples.ndim != 1 or not np.isfinite(samples).all():
            raise UnusableSpeech("the audio is not mono, or has samples that are not finite")
        if waveform.sample_rate != self.info.sample_rate:
            samples = soxr.resample(samples, waveform.sample_rate, self.info.sample_rate)
        least = self.running().shape.least_samples
        if len(samples) < least:
            raise UnusableSpeech(
                f"the audio is too short: {len(samples)} of at least {least} samples "
                f"at {self.info.sample_rate} Hz"
            )
        return torch.from_numpy(samples)

    def to_waveform(self, samples: Tensor) -> Waveform | EngineError:
        if not samples.isfinite().all():
            return EngineError("the network answered with numbers that are not finite")
        return Waveform(samples.numpy(), self.info.sample_rate)

    def to_embedding(self, vector: Tensor) -> VoiceEmbedding:
        return VoiceEmbedding(self.info.name, self.info.version, {TENSOR: vector.numpy()})

    def from_embedding(self, embedding: VoiceEmbedding) -> Tensor:
        """(G,), if this very engine made it."""
        made_by, ours = (embedding.engine, embedding.version), (self.info.name, self.info.version)
        if made_by != ours:
            raise EmbeddingMismatch(
                f"the voice was learnt by {' '.join(made_by)}, and this is {' '.join(ours)}"
            )
        vector = embedding.tensors.get(TENSOR)
        if vector is None or vector.shape != (self.size,) or not np.isfinite(vector).all():
            raise EmbeddingMismatch(f"the voice holds no embedding of {self.size} finite numbers")
        return torch.from_numpy(np.array(vector, dtype=np.float32))  # a copy: it may be read-only

    def running(self) -> ToneConverter:
        if self.converter is None:
            raise EngineUnavailable("the OpenVoice engine is closed")
        return self.converter

    def check(self) -> None:
        """Embed a short silence."""
        converter = self.running()
        try:
            (vector,) = converter.embed([torch.zeros(converter.shape.least_samples)])
        except RuntimeError as error:
            raise EngineUnavailable(f"OpenVoice fails its self-check: {error}") from error
        if not vector.isfinite().all():
            raise EngineUnavailable("OpenVoice fails its self-check: its embedding is not finite")

    def close(self) -> None:
        self.converter = None
        self.base_speakers.clear()

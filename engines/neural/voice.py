"""OpenVoice V2 behind the embedding and the conversion protocol."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import replace

from config.engine_settings import Backend, NeuralSettings
from engines.base import Conversion, VoiceEmbedding, Waveform
from engines.errors import EngineError
from engines.neural.arrange import chunking
from engines.neural.backend import prepare
from engines.neural.found import Found, base_speakers
from engines.neural.pitch import PitchShifter
from engines.neural.speech import FAMILY, RANDOM_NOTE
from engines.neural.workers import Workers
from engines.nn.grouping import BatchLimits
from engines.openvoice import checkpoint as openvoice
from engines.openvoice.conversion import ConversionLimits
from engines.openvoice.engine import OpenVoiceEngine, OpenVoiceOptions

logger = logging.getLogger(__name__)


class NeuralVoice:
    """An `EmbeddingEngine` and a `ConversionEngine`."""

    def __init__(self, found: Found, settings: NeuralSettings, backend: Backend) -> None:
        started = time.perf_counter()
        converter = found.require_converter()
        computing = prepare(backend, settings, found.folder)
        loaded = computing.load_voice(converter)
        size = loaded.config.model.gin_channels
        speakers = openvoice.read_base_speakers(base_speakers(converter), size)
        note = RANDOM_NOTE if converter.random else ""
        self.engine = OpenVoiceEngine(
            loaded,
            speakers,
            OpenVoiceOptions(tau=settings.tau, limits=limits(settings), note=note),
        )
        self.info = replace(self.engine.info, family=FAMILY, backend=computing.label)
        self.workers = Workers(settings, computing.device)
        self.pitch = PitchShifter(settings.pitch_workers)
        seconds = time.perf_counter() - started
        logger.info(
            "%s and %d base speakers loaded in %.1f s", converter.repo, len(speakers), seconds
        )

    def embed(self, batch: Sequence[Waveform]) -> list[VoiceEmbedding | EngineError]:
        return self.workers.run(self.engine.embed, batch)

    def mean(self, embeddings: Sequence[VoiceEmbedding]) -> VoiceEmbedding:
        return self.engine.mean(embeddings)

    def convert(self, batch: Sequence[Conversion]) -> list[Waveform | EngineError]:
        converted = self.workers.run(self.engine.convert, batch)
        return self.pitch.apply(converted, [conversion.pitch for conversion in batch])

    def check(self) -> None:
        self.workers.call(self.engine.check)

    def close(self) -> None:
        self.workers.close()
        self.pitch.close()
        self.engine.close()


def limits(settings: NeuralSettings) -> ConversionLimits:
    return ConversionLimits(
        latent=BatchLimits(steps=settings.max_batch_steps),
        reference=2 * settings.max_batch_steps,
        decoder=chunking(settings),
    )

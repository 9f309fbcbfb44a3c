"""Stage 2: base audio to the target voice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from config.settings import Settings
from deployments.batching import StageResult
from deployments.stage import Stage, seconds
from engines import registry
from engines.base import Conversion, ConversionEngine, VoiceEmbedding, Waveform
from engines.errors import EngineError
from telemetry.tracing import Origin


@dataclass(frozen=True, slots=True)
class Target:
    """What to make of one piece of base audio."""

    embedding: VoiceEmbedding
    language: str  # of the base speaker
    speaker: str
    pitch: float  # semitones
    seed: int


class ToneConversion(Stage[ConversionEngine]):
    def __init__(self, settings: Settings) -> None:
        super().__init__(registry.create_conversion, settings)

    async def convert(
        self,
        base: StageResult[Waveform],
        targets: Sequence[Target],
        origins: Sequence[Origin] = (),
    ) -> StageResult[Waveform]:
        """Convert a batch of stage 1, whose result arrives by reference.

        A piece that stage 1 could not speak keeps stage 1's error.
        """
        spoken = [
            (
                index,
                Conversion(
                    wave,
                    target.embedding,
                    target.language,
                    target.speaker,
                    target.pitch,
                    target.seed,
                ),
            )
            for index, (wave, target) in enumerate(zip(base.items, targets, strict=True))
            if isinstance(wave, Waveform)
        ]
        converted = await self.compute(
            "tone_conversion",
            self.engine.convert,
            [conversion for _, conversion in spoken],
            lambda _, result: seconds(result),
            [origins[index] for index, _ in spoken] if origins else (),
            earlier=base.reports,
        )
        items: list[Waveform | EngineError] = list(base.items)
        for (index, conversion), wave in zip(spoken, converted.items, strict=True):
            items[index] = wave
            if isinstance(wave, Waveform):
                source = conversion.source  # the conversion keeps its times
                items[index] = replace(wave, warnings=source.warnings, words=source.words)
        return StageResult(items, converted.reports)

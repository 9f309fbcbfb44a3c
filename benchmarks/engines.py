"""Seconds of audio that each embedded engine makes a second, by worker processes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from typing import Any

from config.engine_settings import EmbeddedSettings
from config.settings import Settings
from engines import registry
from engines.base import Conversion, Utterance, Waveform

TEXT = "The harbour was quiet before dawn, and a single lamp burned on the long stone pier."
ITEMS = 32


def measure() -> list[dict[str, Any]]:
    rows = []
    for workers in sorted({1, os.cpu_count() or 1}):
        embedded = EmbeddedSettings(
            speech_workers=workers, embedding_workers=workers, conversion_workers=workers
        )
        rows += _measure_with(Settings(embedded=embedded), workers)
    return rows


def _measure_with(settings: Settings, workers: int) -> list[dict[str, Any]]:
    speech = registry.create_speech(settings)
    embedding = registry.create_embedding(settings)
    conversion = registry.create_conversion(settings)
    try:
        speaker = speech.info.speakers["EN"][0]
        waves = [
            wave
            for wave in speech.synthesize([Utterance(TEXT, "EN", speaker)] * ITEMS)
            if isinstance(wave, Waveform)
        ]
        (target,) = embedding.embed(waves[:1])
        if isinstance(target, Exception):
            raise target
        conversions = [Conversion(wave, target, "EN", speaker) for wave in waves]
        audio_s = sum(wave.seconds for wave in waves)
        return [
            _row("speech", workers, audio_s, speech.synthesize, [Utterance(TEXT, "EN", speaker)]),
            _row("embedding", workers, audio_s, embedding.embed, waves[:1]),
            _row("conversion", workers, audio_s, conversion.convert, conversions[:1]),
        ]
    finally:
        for engine in (speech, embedding, conversion):
            engine.close()


def _row(
    name: str, workers: int, audio_s: float, call: Callable[[Sequence[Any]], Any], item: list[Any]
) -> dict[str, Any]:
    call(item * workers)  # every worker has started
    began = time.perf_counter()
    call(item * ITEMS)
    elapsed = time.perf_counter() - began
    return {"engine": name, "workers": workers, "audio seconds a second": audio_s / elapsed}

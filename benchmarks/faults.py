"""How often good pieces are called faulty, and which planted faults are heard.

`python -m benchmarks faults` speaks the sentences of tests/data/reading in every language with each
engine that can be used here, by all speakers in turn, and clones the voice of tests/data/reference
with them; `PHONEX_PIECES` says how many with each.
"""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

from benchmarks.planted import plant
from benchmarks.quality import TARGETS
from config.settings import Settings
from engines import registry
from engines.audio.decode import decode
from engines.audio.faults import Fault, find_faults
from engines.audio.segments import speech_segments
from engines.base import Conversion, SpeechEngine, Utterance, VoiceEmbedding, Waveform
from engines.reading.duration import estimate_seconds

TEXTS = Path(__file__).parents[1] / "tests" / "data" / "reading"
PIECES = 300
LONG_ENOUGH_S = 1.5  # of a piece in which every fault can be planted


def measure() -> list[dict[str, Any]]:
    rows = []
    for name, diagnosis in registry.diagnose(Settings()).items():
        if diagnosis.usable:
            rows += _engine(name, Settings(engine=name))
    return rows


def _engine(name: str, settings: Settings) -> list[dict[str, Any]]:
    speech = registry.create_speech(settings)
    learner = registry.create_embedding(settings)
    converter = registry.create_conversion(settings)
    try:
        orders = _orders(speech)
        spoken = [
            (order, wave)
            for order, wave in zip(orders, speech.synthesize(orders), strict=True)
            if isinstance(wave, Waveform)
        ]
        (recording,) = TARGETS.iterdir()
        heard = learner.embed(speech_segments(decode(recording, settings.limits)))
        target = learner.mean([one for one in heard if isinstance(one, VoiceEmbedding)])
        converted = converter.convert(
            [Conversion(wave, target, order.language, order.speaker) for order, wave in spoken]
        )
        cloned = zip([order for order, _ in spoken], converted, strict=True)
        return [
            *_rows(name, [(wave, _expected_s(order)) for order, wave in spoken]),
            *_rows(
                f"{name}, clones",
                [
                    (wave, _expected_s(order))
                    for order, wave in cloned
                    if isinstance(wave, Waveform)
                ],
            ),
        ]
    finally:
        for engine in (speech, learner, converter):
            engine.close()


def texts() -> dict[str, list[str]]:
    """By language."""
    found: dict[str, list[str]] = {}
    for name in ("reviewed", "siblings", "unseen"):
        for entry in json.loads((TEXTS / f"{name}.json").read_text("utf-8")):
            found.setdefault(entry["language"], []).append(entry["text"])
    return found


def _orders(engine: SpeechEngine) -> list[Utterance]:
    each = int(os.environ.get("PHONEX_PIECES", PIECES)) // len(engine.info.speakers)
    said = texts()
    return [
        Utterance(text, language, speaker, seed=number)
        for language, speakers in engine.info.speakers.items()
        for number, text, speaker in zip(
            range(each), cycle(said[language]), cycle(speakers), strict=False
        )
    ]


def _expected_s(order: Utterance) -> float:
    return estimate_seconds(order.text, order.language)


def _rows(engine: str, pieces: list[tuple[Waveform, float]]) -> Iterator[dict[str, Any]]:
    began = time.perf_counter()
    verdicts = [find_faults(wave, expected_s) for wave, expected_s in pieces]
    taken = time.perf_counter() - began
    flagged = Counter(fault for found in verdicts for fault in found)
    audio_s = sum(wave.seconds for wave, _ in pieces)
    long = [piece for piece in pieces if piece[0].seconds >= LONG_ENOUGH_S]
    for fault in Fault:
        heard = [fault in find_faults(plant(wave, fault), expected) for wave, expected in long]
        yield {
            "engine": engine,
            "fault": fault.value,
            "good pieces": len(pieces),
            "flagged": flagged[fault],
            "planted": len(heard),
            "heard": sum(heard) / max(1, len(heard)),
            "ms for a second": 1000 * taken / audio_s,
        }

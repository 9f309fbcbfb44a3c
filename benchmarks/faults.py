"""How often good pieces are called faulty, and which planted faults are heard.

`python -m benchmarks faults` speaks the sentences of tests/data/reading in every language with each
engine that can be used here, by all speakers in turn; `PHONEX_PIECES` says how many with each.
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
from config.settings import Settings
from engines import registry
from engines.audio.faults import Fault, find_faults
from engines.base import SpeechEngine, Utterance, Waveform
from engines.reading.duration import estimate_seconds

TEXTS = Path(__file__).parents[1] / "tests" / "data" / "reading"
PIECES = 300
LONG_ENOUGH_S = 1.5  # of a piece in which every fault can be planted


def measure() -> list[dict[str, Any]]:
    rows = []
    for name, diagnosis in registry.diagnose(Settings()).items():
        if diagnosis.usable:
            engine = registry.create_speech(Settings(engine=name))
            try:
                rows += list(_rows(name, _speak(engine)))
            finally:
                engine.close()
    return rows


def texts() -> dict[str, list[str]]:
    """By language."""
    found: dict[str, list[str]] = {}
    for name in ("reviewed", "siblings", "unseen"):
        for entry in json.loads((TEXTS / f"{name}.json").read_text("utf-8")):
            found.setdefault(entry["language"], []).append(entry["text"])
    return found


def _speak(engine: SpeechEngine) -> list[tuple[Waveform, float]]:
    """Pieces, each with the seconds that it should take."""
    each = int(os.environ.get("PHONEX_PIECES", PIECES)) // len(engine.info.speakers)
    said = texts()
    orders = [
        Utterance(text, language, speaker, seed=number)
        for language, speakers in engine.info.speakers.items()
        for number, text, speaker in zip(
            range(each), cycle(said[language]), cycle(speakers), strict=False
        )
    ]
    spoken = engine.synthesize(orders)
    return [
        (wave, estimate_seconds(order.text, order.language))
        for order, wave in zip(orders, spoken, strict=True)
        if isinstance(wave, Waveform)
    ]


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

"""How each engine that can be used here sounds: its speech and its clones, in each language.

Takes long: `python -m benchmarks quality`. docs/performance.md says how to bring the judges, and
what is not there is left out of the table. `PHONEX_QUALITY_TARGETS` names a folder of recordings to
clone, in place of the one that the tests have.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from benchmarks import judges
from benchmarks.recognizer import words_wrong
from benchmarks.sentences import SENTENCES
from config.settings import Settings
from deployments.graph import TEXT_TO_SPEECH, TONE_CONVERSION
from engines import registry
from engines.audio.decode import decode
from engines.audio.segments import speech_segments
from engines.base import (
    Conversion,
    ConversionEngine,
    EmbeddingEngine,
    SpeechEngine,
    Utterance,
    VoiceEmbedding,
    Waveform,
)
from engines.embedded.analysis import analyse, resample
from engines.errors import EngineError
from serve_app.stages import Stages
from serve_app.store.embeddings import embedding_to_bytes
from serve_app.store.voiceprints import voiceprint_metadata

TARGETS = Path(__file__).parents[1] / "tests" / "data" / "reference"
ABSENT = "-"

ResultT = TypeVar("ResultT")


@dataclass(frozen=True)
class Target:
    """A recorded voice."""

    name: str
    recording: list[Waveform]
    embedding: VoiceEmbedding


def measure() -> list[dict[str, Any]]:
    usable = [one.name for one in registry.diagnose(Settings()).values() if one.usable]
    return [row for name in usable for row in _engine(Settings(engine=name))]


def _engine(settings: Settings) -> list[dict[str, Any]]:
    speech = registry.create_speech(settings)
    learner = registry.create_embedding(settings)
    converter = registry.create_conversion(settings)
    try:
        targets = [_learn(learner, path, settings) for path in _targets()]
        return [
            row
            for language in _languages()
            if language in speech.info.speakers
            for row in _rows(speech, converter, language, targets)
        ]
    finally:
        for engine in (speech, learner, converter):
            engine.close()


def _rows(
    speech: SpeechEngine, converter: ConversionEngine, language: str, targets: Sequence[Target]
) -> Iterator[dict[str, Any]]:
    speaker = speech.info.speakers[language][0]
    order = [Utterance(text, language, speaker) for text in SENTENCES[language]]
    speech.synthesize(order[:1])  # everything has started
    base, factor = _timed(lambda: _waves(speech.synthesize(order)))
    yield _row(speech, language, f"speech of {speaker}", base, factor)
    for target in targets:
        start = _nearest(speech, converter, language, target) or speaker
        spoken = _waves(speech.synthesize([replace(one, speaker=start) for one in order]))
        orders = [Conversion(wave, target.embedding, language, start) for wave in spoken]
        clones, factor = _timed(partial(_convert, converter, orders))
        row = _row(speech, language, f"clone of {target.name} from {start}", clones, factor)
        row["similarity"] = _or_absent(partial(judges.similarity, clones, target.recording))
        row["its base's"] = _or_absent(partial(judges.similarity, spoken, target.recording))
        yield row


def _learn(learner: EmbeddingEngine, path: Path, settings: Settings) -> Target:
    recording = speech_segments(decode(path, settings.limits))
    return Target(path.stem, recording, learner.mean(_embeddings(learner.embed(recording))))


def _nearest(
    speech: SpeechEngine, converter: ConversionEngine, language: str, target: Target
) -> str | None:
    """Whom a clone starts from, as the service chooses."""
    voiceprint = None
    with suppress(judges.Missing):
        voiceprint = judges.speaker_encoder().encode(target.recording)
    stages = Stages({TEXT_TO_SPEECH: speech.info, TONE_CONVERSION: converter.info})
    learnt = embedding_to_bytes(target.embedding, voiceprint_metadata(voiceprint))
    return stages.nearest_speaker(language, learnt)


def _row(
    speech: SpeechEngine, language: str, what: str, waves: list[Waveform], factor: float
) -> dict[str, Any]:
    pairs = list(zip(SENTENCES[language], waves, strict=True))
    return {
        "engine": speech.info.name,
        "language": language,
        "what": what,
        "wrong": _or_absent(lambda: words_wrong(pairs, language)),
        "DNSMOS": _or_absent(lambda: judges.mean_opinion(waves)),
        "similarity": ABSENT,
        "its base's": ABSENT,
        "F0, Hz": _median_f0(waves),
        "seconds a second": factor,
    }


def _median_f0(waves: Sequence[Waveform]) -> float:
    frames = [analyse(resample(wave)) for wave in waves]
    return float(np.median(np.concatenate([one.f0[one.voiced] for one in frames])))


def _languages() -> list[str]:
    chosen = os.environ.get("PHONEX_QUALITY_LANGUAGES")
    return chosen.upper().split(",") if chosen else list(SENTENCES)


def _or_absent(judge: Callable[[], float]) -> float | str:
    try:
        return judge()
    except judges.Missing:
        return ABSENT


def _timed(call: Callable[[], list[Waveform]]) -> tuple[list[Waveform], float]:
    began = time.perf_counter()
    waves = call()
    return waves, sum(wave.seconds for wave in waves) / (time.perf_counter() - began)


def _convert(converter: ConversionEngine, orders: Sequence[Conversion]) -> list[Waveform]:
    return _waves(converter.convert(orders))


def _waves(results: Sequence[Waveform | EngineError]) -> list[Waveform]:
    return _all_of(results, Waveform)


def _embeddings(results: Sequence[VoiceEmbedding | EngineError]) -> list[VoiceEmbedding]:
    return _all_of(results, VoiceEmbedding)


def _all_of(results: Sequence[ResultT | EngineError], kind: type[ResultT]) -> list[ResultT]:
    for result in results:
        if isinstance(result, EngineError):
            raise result
    return [result for result in results if isinstance(result, kind)]


def _targets() -> list[Path]:
    folder = Path(os.environ.get("PHONEX_QUALITY_TARGETS") or TARGETS)
    return sorted(path for path in folder.iterdir() if path.is_file())

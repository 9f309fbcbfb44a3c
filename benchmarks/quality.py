"""How each engine that can be used here sounds in English: its speech and its clones.

Takes long: `python -m benchmarks quality`. docs/performance.md says how to bring the judges, and
what is not there is left out of the table. `PHONEX_QUALITY_TARGETS` names a folder of recordings to
clone, in place of the one that the tests have.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from benchmarks import judges
from config.settings import Settings
from deployments.graph import TEXT_TO_SPEECH, TONE_CONVERSION
from engines import registry
from engines.audio.decode import decode
from engines.audio.segments import speech_segments
from engines.base import (
    Conversion,
    ConversionEngine,
    SpeechEngine,
    Utterance,
    VoiceEmbedding,
    Waveform,
)
from engines.errors import EngineError
from serve_app.stages import Stages
from serve_app.store.embeddings import embedding_to_bytes
from serve_app.store.voiceprints import voiceprint_metadata

SENTENCES = (
    "The harbour was quiet before dawn, and a single lamp burned on the long stone pier.",
    "She asked whether the train to the north would still leave at eleven.",
    "We measured the temperature twice, because nobody believed the first result.",
    "Please leave your coat in the hall and follow the signs to the third floor.",
    "The old clock in the kitchen has been five minutes slow for as long as I remember.",
    "Every autumn the river rises, and the children watch it from the bridge.",
)
TARGETS = Path(__file__).parents[1] / "tests" / "data" / "reference"
ABSENT = "-"

ResultT = TypeVar("ResultT")


def measure() -> list[dict[str, Any]]:
    usable = [one.name for one in registry.diagnose(Settings()).values() if one.usable]
    return [row for name in usable for row in _engine(Settings(engine=name))]


def _engine(settings: Settings) -> list[dict[str, Any]]:
    speech = registry.create_speech(settings)
    learner = registry.create_embedding(settings)
    converter = registry.create_conversion(settings)
    speaker = speech.info.speakers["EN"][0]
    try:
        order = [Utterance(text, "EN", speaker) for text in SENTENCES]
        speech.synthesize(order[:1])  # everything has started
        base, factor = _timed(lambda: _waves(speech.synthesize(order)))
        rows = [_row(speech.info.name, f"speech of {speaker}", base, factor)]
        for path in _targets():
            recording = speech_segments(decode(path, settings.limits))
            target = learner.mean(_embeddings(learner.embed(recording)))
            start = _nearest(speech, converter, recording, target) or speaker
            spoken = _waves(speech.synthesize([replace(one, speaker=start) for one in order]))
            orders = [Conversion(wave, target, "EN", start) for wave in spoken]
            clones, factor = _timed(partial(_convert, converter, orders))
            row = _row(speech.info.name, f"clone of {path.stem} from {start}", clones, factor)
            row["similarity"] = _or_absent(partial(judges.similarity, clones, recording))
            row["its base's"] = _or_absent(partial(judges.similarity, spoken, recording))
            rows.append(row)
        return rows
    finally:
        for engine in (speech, learner, converter):
            engine.close()


def _nearest(
    speech: SpeechEngine,
    converter: ConversionEngine,
    recording: list[Waveform],
    target: VoiceEmbedding,
) -> str | None:
    """Whom a clone starts from, as the service chooses."""
    voiceprint = None
    with suppress(judges.Missing):
        voiceprint = judges.speaker_encoder().encode(recording)
    stages = Stages({TEXT_TO_SPEECH: speech.info, TONE_CONVERSION: converter.info})
    learnt = embedding_to_bytes(target, voiceprint_metadata(voiceprint))
    return stages.nearest_speaker("EN", learnt)


def _row(engine: str, what: str, waves: list[Waveform], factor: float) -> dict[str, Any]:
    pairs = list(zip(SENTENCES, waves, strict=True))
    return {
        "engine": engine,
        "what": what,
        "words wrong": _or_absent(lambda: judges.words_wrong(pairs)),
        "DNSMOS": _or_absent(lambda: judges.mean_opinion(waves)),
        "similarity": ABSENT,
        "its base's": ABSENT,
        "seconds a second": factor,
    }


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

"""Which engines there are, which can be used here, and how each is made.

Heavy imports stay inside the creators, so that naming an engine costs nothing.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass

from config.settings import Settings
from engines.base import ConversionEngine, EmbeddingEngine, SpeechEngine
from engines.errors import EngineUnavailable

AUTO = "auto"


@dataclass(frozen=True, slots=True)
class EngineSpec:
    """One family of engines: what speaks, learns and converts voices that fit together."""

    name: str
    requires: tuple[str, ...]  # modules to import, beyond those of the base install
    install: str  # what to type when one of them is missing
    speech: Callable[[Settings], SpeechEngine]
    embedding: Callable[[Settings], EmbeddingEngine]
    conversion: Callable[[Settings], ConversionEngine]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Whether an engine can be used on this machine, and if not, what to do."""

    name: str
    usable: bool
    missing: tuple[str, ...] = ()  # modules that cannot be found
    remedy: str = ""  # "" when usable


def embedded_speech(settings: Settings) -> SpeechEngine:
    from engines.embedded.espeak import EspeakSpeech

    embedded = settings.embedded
    return EspeakSpeech(embedded.speech_workers, embedded.item_timeout_s)


def embedded_embedding(settings: Settings) -> EmbeddingEngine:
    from engines.embedded.world import WorldEmbedding

    embedded = settings.embedded
    return WorldEmbedding(embedded.embedding_workers, embedded.item_timeout_s)


def embedded_conversion(settings: Settings) -> ConversionEngine:
    from engines.embedded.world import WorldConversion

    embedded = settings.embedded
    return WorldConversion(embedded.conversion_workers, embedded.item_timeout_s)


ENGINES: dict[str, EngineSpec] = {  # best first: `auto` takes the first that is usable
    "embedded": EngineSpec(
        name="embedded",
        requires=("espeakng_loader", "pyworld"),
        install="pip install 'phonex[embedded]'",
        speech=embedded_speech,
        embedding=embedded_embedding,
        conversion=embedded_conversion,
    ),
}


def diagnose() -> dict[str, Diagnosis]:
    """For every engine whether it can be used here. Imports none of them."""
    return {name: examine(spec) for name, spec in ENGINES.items()}


def examine(spec: EngineSpec) -> Diagnosis:
    missing = tuple(name for name in spec.requires if importlib.util.find_spec(name) is None)
    return Diagnosis(spec.name, not missing, missing, spec.install if missing else "")


def choose(name: str) -> EngineSpec:
    """The engine of this name. Raises `EngineUnavailable`, with what to install."""
    diagnoses = diagnose()
    candidates = list(ENGINES) if name == AUTO else [name]
    for candidate in candidates:
        if candidate in diagnoses and diagnoses[candidate].usable:
            return ENGINES[candidate]
    if name != AUTO and name not in ENGINES:
        raise EngineUnavailable(f"there is no engine {name!r}: choose of {', '.join(ENGINES)}")
    reasons = "; ".join(
        f"{candidate} needs {', '.join(diagnoses[candidate].missing)}: "
        f"{diagnoses[candidate].remedy}"
        for candidate in candidates
    )
    raise EngineUnavailable(f"no engine can be used here: {reasons}")


def create_speech(settings: Settings) -> SpeechEngine:
    return choose(settings.engine).speech(settings)


def create_embedding(settings: Settings) -> EmbeddingEngine:
    return choose(settings.engine).embedding(settings)


def create_conversion(settings: Settings) -> ConversionEngine:
    return choose(settings.engine).conversion(settings)

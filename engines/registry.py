"""Which engines there are, which can be used here, and how each is made.

Heavy imports stay inside the creators, so that naming an engine costs nothing.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal, TypeVar

from config.installing import command_hint, install_hint
from config.settings import Settings
from engines.base import ConversionEngine, EmbeddingEngine, Engine, SpeechEngine
from engines.errors import EngineUnavailable
from engines.kokoro.found import Found as KokoroFound
from engines.kokoro.found import find as find_kokoro_in
from engines.neural.found import PULL, Found, Missing, find
from engines.neural.published import SPEECH
from engines.reading.rules import ESPEAK, MELO, NATURAL

AUTO = "auto"
WORLD, OPENVOICE = "WORLD", "OpenVoice"  # what a voice is learnt as
Stage = Literal["text_to_speech", "embedding_extraction", "tone_conversion"]
VOICE_STAGES: tuple[Stage, Stage] = ("embedding_extraction", "tone_conversion")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Whether an engine can be used on this machine, and if not, what to do."""

    name: str
    usable: bool
    missing: tuple[str, ...] = ()  # what cannot be found: modules, or checkpoints
    remedy: str = ""  # "" when usable
    found: str = ""  # what it would serve
    absent: tuple[Missing, ...] = ()  # what it does without, though usable


@dataclass(frozen=True, slots=True)
class EngineSpec:
    """One family of engines: what speaks, learns and converts voices that fit together."""

    name: str
    requires: tuple[str, ...]  # modules to import, beyond those of the base install
    install: Callable[[], str]  # what to type when one of them is missing
    examine: Callable[[Settings], Diagnosis]  # asked once all of them are there
    speech: Callable[[Settings], SpeechEngine]
    embedding: Callable[[Settings], EmbeddingEngine]
    conversion: Callable[[Settings], ConversionEngine]
    text_rules: str  # of its speech
    voices: str  # what it learns: engines that learn the same convert each other's
    sounds: str  # what a person hears, in one sentence


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


def examine_embedded(settings: Settings) -> Diagnosis:
    return Diagnosis("embedded", usable=True)


def natural_speech(settings: Settings) -> SpeechEngine:
    from engines.kokoro.engine import KokoroSpeech

    natural = settings.natural
    found = find_kokoro(settings)
    return KokoroSpeech(found, natural.workers, natural.item_timeout_s, natural.device)


def find_kokoro(settings: Settings) -> KokoroFound:
    return find_kokoro_in(settings.natural_folders, settings.natural.precision)


def examine_natural(settings: Settings) -> Diagnosis:
    found = find_kokoro(settings)
    if found.usable:
        says = f"Kokoro, {found.precision}, {len(found.styles)} speakers"
        return Diagnosis("natural", usable=True, found=says)
    missing = tuple(f"Kokoro ({what})" for what in found.missing)
    return Diagnosis("natural", usable=False, missing=missing, remedy=command_hint("setup natural"))


def neural_speech(settings: Settings) -> SpeechEngine:
    from engines.neural.speech import NeuralSpeech

    return NeuralSpeech(find_models(settings), settings.neural)


def neural_embedding(settings: Settings) -> EmbeddingEngine:
    from engines.neural.voice import NeuralVoice

    neural = settings.neural
    return NeuralVoice(find_models(settings), neural, neural.backend.embedding_extraction)


def neural_conversion(settings: Settings) -> ConversionEngine:
    from engines.neural.voice import NeuralVoice

    neural = settings.neural
    return NeuralVoice(find_models(settings), neural, neural.backend.tone_conversion)


def find_models(settings: Settings) -> Found:
    neural = settings.neural
    return find(settings.models_dir, neural.bert, neural.allow_random_weights)


def examine_neural(settings: Settings) -> Diagnosis:
    """Usable with one language and the converter; what others lack is said beside."""
    found = find_models(settings)
    if not found.usable:
        absent = {repo for repos in SPEECH.values() for repo in repos}
        missing = [one.what for one in found.missing if one.what not in absent]
        if not found.speech:
            missing.append("a language's checkpoint")
        others = [one.remedy for one in found.missing if not one.remedy.startswith(PULL)]
        remedy = "; ".join([f"{PULL} EN, or another language", *dict.fromkeys(others)])
        return Diagnosis("neural", usable=False, missing=tuple(missing), remedy=remedy)
    return Diagnosis(
        "neural",
        usable=True,
        found=", ".join(found.speech) + (", all with random weights" if found.random else ""),
        absent=found.missing,
    )


ENGINES: dict[str, EngineSpec] = {  # best first: `auto` takes the first that is usable
    "neural": EngineSpec(
        name="neural",
        requires=("torch", "transformers"),
        install=partial(command_hint, "setup neural"),
        examine=examine_neural,
        speech=neural_speech,
        embedding=neural_embedding,
        conversion=neural_conversion,
        text_rules=MELO,
        voices=OPENVOICE,
        sounds="A person's voice; clones take on the whole colour of theirs.",
    ),
    "natural": EngineSpec(
        name="natural",
        requires=("onnxruntime", "espeakng_loader", "pyworld", "jieba", "pypinyin"),
        install=partial(command_hint, "setup natural"),
        examine=examine_natural,
        speech=natural_speech,
        embedding=embedded_embedding,
        conversion=embedded_conversion,
        text_rules=NATURAL,
        voices=WORLD,
        sounds="A person's voice; clones take on pitch and timbre, not the manner.",
    ),
    "embedded": EngineSpec(
        name="embedded",
        requires=("espeakng_loader", "pyworld"),
        install=partial(install_hint, "embedded"),
        examine=examine_embedded,
        speech=embedded_speech,
        embedding=embedded_embedding,
        conversion=embedded_conversion,
        text_rules=ESPEAK,
        voices=WORLD,
        sounds="A machine's voice, there without downloads; clones take on pitch and timbre.",
    ),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """The engine that serves, and why it is not a better one."""

    spec: EngineSpec
    note: str = ""
    better: Diagnosis | None = None  # of the next better one, which cannot be used here


def diagnose(settings: Settings) -> dict[str, Diagnosis]:
    """For every engine whether it can be used here. Imports none of them."""
    return {name: examine(spec, settings) for name, spec in ENGINES.items()}


def examine(spec: EngineSpec, settings: Settings) -> Diagnosis:
    missing = tuple(name for name in spec.requires if importlib.util.find_spec(name) is None)
    if missing:
        return Diagnosis(spec.name, usable=False, missing=missing, remedy=spec.install())
    return spec.examine(settings)


def choose(settings: Settings, stage: Stage = "text_to_speech") -> Choice:
    """The engine that the settings name for a stage.

    Raises:
        EngineUnavailable: it cannot be used here, or the settings name two for voices that do not
            go together; with what to do.
    """
    check_voices(settings)
    name = own_engine(settings, stage)
    return choose_family(settings, name or settings.engine)


def own_engine(settings: Settings, stage: Stage) -> str | None:
    """What `engines` says of a stage. Who learns voices and who converts them go together."""
    named: dict[str, str | None] = settings.engines.model_dump()
    if stage not in VOICE_STAGES:
        return named[stage]
    return named[stage] or next(filter(None, (named[other] for other in VOICE_STAGES)), None)


def check_voices(settings: Settings) -> None:
    learns, converts = (own_engine(settings, stage) for stage in VOICE_STAGES)
    if learns and converts and ENGINES[learns].voices != ENGINES[converts].voices:
        raise EngineUnavailable(
            f"engines.embedding_extraction {learns} learns voices for {ENGINES[learns].voices}, "
            f"which engines.tone_conversion {converts} cannot read: name the same for both"
        )


def choose_family(settings: Settings, name: str) -> Choice:
    if name != AUTO:
        diagnosis = examine(ENGINES[name], settings)
        if not diagnosis.usable:
            raise EngineUnavailable(f"no engine can be used here: {why_not(diagnosis)}")
        return Choice(ENGINES[name])
    passed_over: list[Diagnosis] = []
    for name, diagnosis in diagnose(settings).items():
        if diagnosis.usable:
            better = passed_over[-1] if passed_over else None
            return Choice(ENGINES[name], chosen_without(passed_over), better)
        passed_over.append(diagnosis)
    reasons = "; ".join(map(why_not, passed_over))
    raise EngineUnavailable(f"no engine can be used here: {reasons}")


def why_not(diagnosis: Diagnosis) -> str:
    return f"{diagnosis.name} needs {', '.join(diagnosis.missing)}: {diagnosis.remedy}"


def chosen_without(better: Sequence[Diagnosis]) -> str:
    """For `/health`, short."""
    if not better:
        return ""
    return f"auto chose it: {', '.join(map(lacks, better))} (see phonex doctor)"


def lacks(diagnosis: Diagnosis) -> str:
    first, more = diagnosis.missing[0], len(diagnosis.missing) - 1
    return f"{diagnosis.name} lacks {first}" + (f" and {more} more" if more else "")


def create_speech(settings: Settings) -> SpeechEngine:
    choice = choose(settings, "text_to_speech")
    return annotated(choice.spec.speech(settings), choice)


def create_embedding(settings: Settings) -> EmbeddingEngine:
    choice = choose(settings, "embedding_extraction")
    return annotated(choice.spec.embedding(settings), choice)


def create_conversion(settings: Settings) -> ConversionEngine:
    choice = choose(settings, "tone_conversion")
    return annotated(choice.spec.conversion(settings), choice)


EngineT = TypeVar("EngineT", bound=Engine)


def annotated(engine: EngineT, choice: Choice) -> EngineT:
    """The engine, saying of itself why it was chosen."""
    if choice.note:
        note = "; ".join(filter(None, (engine.info.note, choice.note)))
        engine.info = replace(engine.info, note=note)
    return engine

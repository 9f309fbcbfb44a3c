"""What of it is in the models' folder, without loading any of it: no torch is imported here."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.installing import command_hint
from engines.errors import EngineUnavailable
from engines.neural.published import (
    BASE_SPEAKERS,
    BERT,
    BERT_WEIGHTS,
    CHECKPOINT,
    CONFIG,
    CONVERTER,
    CONVERTER_FOLDER,
    LANGUAGES,
    OLD_BERT_WEIGHTS,
    OWN,
    RANDOM_KEY,
    SPEECH,
    VOCABULARIES,
)
from engines.reading.registry import missing_packages

PULL = "phonex models pull"
GRAPHS = "onnx"  # the folder beside a checkpoint that phonex export writes to
ALLOW = "neural.allow_random_weights: true"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One checkpoint in either form, or both."""

    repo: str
    folder: Path
    config: Mapping[str, Any]  # as upstream wrote it

    @property
    def path(self) -> Path:
        """What to load: our file, unless upstream's is newer."""
        own, theirs = self.folder / OWN, self.folder / CHECKPOINT
        if not own.is_file():
            return self.folder
        if theirs.is_file() and theirs.stat().st_mtime > own.stat().st_mtime:
            return self.folder
        return own

    def graphs(self, models_dir: Path | None) -> Path:
        """The folder of its ONNX files: beside it, or in a folder of all exports."""
        return models_dir / self.repo if models_dir else self.folder / GRAPHS

    @property
    def random(self) -> bool:
        return bool(self.config.get(RANDOM_KEY))

    @property
    def speakers(self) -> tuple[str, ...]:
        return tuple(self.config["data"]["spk2id"])

    @property
    def sample_rate(self) -> int:
        return int(self.config["data"]["sampling_rate"])

    @property
    def needs_bert(self) -> bool:
        return not self.config["data"].get("disable_bert", False)


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that is not there, and what to do about it."""

    what: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Found:
    """The models that can be used, and why others cannot."""

    folder: Path
    speech: Mapping[str, tuple[Checkpoint, ...]]  # by language
    berts: Mapping[str, Path]
    converter: Checkpoint | None
    missing: tuple[Missing, ...]
    random: bool  # some of what is used

    @property
    def usable(self) -> bool:
        return bool(self.speech) and self.converter is not None

    def require_converter(self) -> Checkpoint:
        if self.converter is None:
            raise EngineUnavailable(f"{CONVERTER} is not in the models' folder: {PULL}")
        return self.converter


def find(models_dir: Path, bert: bool, allow_random: bool) -> Found:
    """Look through the folder. Random weights count as missing unless they are allowed."""
    missing: list[Missing] = []
    used: list[Checkpoint] = []
    converter = None
    try:
        converter = read(CONVERTER, models_dir / CONVERTER / CONVERTER_FOLDER, allow_random)
        used.append(converter)
    except Unusable as error:
        missing.append(error.missing)
    speech: dict[str, tuple[Checkpoint, ...]] = {}
    berts: dict[str, Path] = {}
    for language in LANGUAGES:
        try:
            checkpoints = tuple(read_language(models_dir, language, allow_random))
            used += checkpoints
            if bert and any(checkpoint.needs_bert for checkpoint in checkpoints):
                model = find_bert(models_dir, language, allow_random)
                berts[language] = model.folder
                used.append(model)
        except Unusable as error:
            missing.append(error.missing)
        else:
            speech[language] = checkpoints
    random = any(one.random for one in used)
    return Found(models_dir, speech, berts, converter, tuple(missing), random)


class Unusable(Exception):  # never leaves this module
    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.missing = Missing(what, remedy)


def read_language(models_dir: Path, language: str, allow_random: bool) -> Iterator[Checkpoint]:
    """The checkpoints that speak a language: one at least, those that are there beyond it."""
    present = [repo for repo in SPEECH[language] if (models_dir / repo / CONFIG).is_file()]
    for repo in present or SPEECH[language][:1]:
        checkpoint = read(repo, models_dir / repo, allow_random, language)
        try:
            if not checkpoint.speakers or checkpoint.sample_rate <= 0:
                raise ValueError
        except (KeyError, TypeError, ValueError) as error:
            raise Unusable(
                f"{repo}: its {CONFIG} names no speakers", f"{PULL} {language}"
            ) from error
        yield checkpoint
    if packages := missing_packages(language):
        raise Unusable(
            f"{language}: {', '.join(packages)} not installed",
            command_hint(f"setup neural --language {language}"),
        )


def read(repo: str, folder: Path, allow_random: bool, language: str = "") -> Checkpoint:
    pull = f"{PULL} {language}".strip()
    if not (folder / CONFIG).is_file():
        raise Unusable(repo, pull)
    checkpoint = Checkpoint(repo, folder, read_config(repo, folder, allow_random, pull))
    if not (folder / CHECKPOINT).is_file() and not (folder / OWN).is_file():
        raise Unusable(f"{repo}: {CHECKPOINT}", pull)
    return checkpoint


def read_config(repo: str, folder: Path, allow_random: bool, pull: str) -> Mapping[str, Any]:
    try:
        config = json.loads((folder / CONFIG).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise Unusable(f"{repo}: {CONFIG} cannot be read", pull) from error
    if not isinstance(config, dict):
        raise Unusable(f"{repo}: {CONFIG} is no object", pull)
    if config.get(RANDOM_KEY) and not allow_random:
        raise Unusable(f"{repo} other than as random weights", f"set {ALLOW} for load tests")
    return config


def find_bert(models_dir: Path, language: str, allow_random: bool) -> Checkpoint:
    repo = BERT[language]
    folder = models_dir / repo
    weights = any((folder / name).is_file() for name in (BERT_WEIGHTS, OLD_BERT_WEIGHTS))
    vocabulary = any((folder / name).is_file() for name in VOCABULARIES)
    if not ((folder / CONFIG).is_file() and weights and vocabulary):
        raise Unusable(repo, f"{PULL} {language}, or set neural.bert: off")
    config = read_config(repo, folder, allow_random, f"{PULL} {language}")
    return Checkpoint(repo, folder, config)


def base_speakers(converter: Checkpoint) -> Path:
    """The folder of the base speakers' embeddings, beside the converter."""
    return converter.folder.parent / BASE_SPEAKERS

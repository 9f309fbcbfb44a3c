"""What is exported, and from where: the commands of `phonex export` share it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from config.installing import command_hint, install_hint
from config.service_config import find_config, override, read_settings
from config.settings import Settings
from engines.errors import EngineUnavailable
from engines.neural.found import GRAPHS, Checkpoint, Found
from engines.registry import find_models

if TYPE_CHECKING:
    from export.onnx import Source
    from export.parity import Row

console = Console(stderr=True)


class Precision(StrEnum):
    FP32 = "fp32"
    FP16 = "fp16"
    INT8 = "int8"


@contextmanager
def exporting() -> Iterator[None]:
    """Says in one sentence what is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        of_export = (error.name or "").startswith("onnx")
        advice = install_hint("export") if of_export else command_hint("setup neural")
        raise EngineUnavailable(f"{error.name} is not installed: {advice}") from error


def export_one(open_source: Callable[[], Source], folder: Path, precision: Precision) -> None:
    """Export, print how far the graphs are from PyTorch, and raise where it is too far."""
    from export.onnx import ExportFailed, export

    source = open_source()
    names = ", ".join(stage.name for stage in source.stages)
    try:
        with console.status(f"Exporting {source.engine}: {names}… (about a minute)"):
            rows = export(source, folder, precision.value)
    except ExportFailed as error:
        if error.rows:
            print_table(error.rows, source.engine)
        raise
    print_table(rows, source.engine)
    console.print(
        f"[green]{len(source.stages)} graphs[/green] in {escape(str(folder))}", soft_wrap=True
    )


def print_table(rows: list[Row], engine: str) -> None:
    """The worst case of each output."""
    from export.parity import worst_rows

    table = Table(title=f"{engine}: ONNX Runtime against PyTorch", box=None)
    for name in ("stage", "output", "batch", "length", "max", "rms", "error", "allowed", ""):
        table.add_column(name, justify="left" if name in ("stage", "output") else "right")
    for row in worst_rows(rows):
        figures = (row.max_error, row.rms_error, row.error, row.allowed)
        table.add_row(
            *(row.stage, row.output, str(row.batch), str(row.length)),
            *(f"{figure:.1e}" for figure in figures),
            "ok" if row.ok else "[red]OVER[/red]",
        )
    Console().print(table)


def models(config: Path | None, data_dir: Path | None, models_dir: Path | None = None) -> Found:
    """What is in the models' folder: random weights too, and speech whose BERT is not there."""
    settings = read(config, data_dir)
    changes: dict[str, object] = {"allow_random_weights": True, "bert": False}
    if models_dir is not None:
        changes["models_dir"] = models_dir.resolve()
    neural = settings.neural.model_copy(update=changes)
    return find_models(settings.model_copy(update={"neural": neural}))


def read(config: Path | None, data_dir: Path | None) -> Settings:
    document = find_config(config)
    override(document, data_dir=data_dir)
    return read_settings(document)


def voice_paths(
    checkpoint: Path | None, out: Path | None, config: Path | None, data_dir: Path | None
) -> tuple[Path, Path]:
    """What to read, and the folder to write to."""
    if checkpoint is None:
        converter = models(config, data_dir).require_converter()
        return converter.path, out or beside(converter.folder)
    return checkpoint, out or beside(checkpoint)


def speech_paths(
    checkpoint: Path | None, out: Path | None, config: Path | None, data_dir: Path | None
) -> list[tuple[Path, Path]]:
    if checkpoint is not None:
        return [(checkpoint, out or beside(checkpoint))]
    found = speaking(models(config, data_dir))
    if not found:
        raise EngineUnavailable("there is no speech checkpoint: phonex models pull")
    return [(one.path, one.graphs(out)) for one in found]


def speaking(found: Found) -> list[Checkpoint]:
    return [one for many in found.speech.values() for one in many]


def beside(checkpoint: Path) -> Path:
    return (checkpoint if checkpoint.is_dir() else checkpoint.parent) / GRAPHS

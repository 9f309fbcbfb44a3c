"""`phonex backup` and `phonex restore`: all of a service in one file, and back."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from config.service_config import ConfigError, find_config, override, read_settings
from config.settings import Settings
from serve_app.cli.options import Config, console
from serve_app.host.claim import alone, claim
from serve_app.store.backup import Contents, restore_backup, write_backup

DataDir = Annotated[
    Path | None, typer.Option(envvar="PHONEX_DATA_DIR", help="where records and audio live")
]


def backup(
    file: Annotated[
        Path | None, typer.Argument(help="to write; phonex-<date>.backup here when absent")
    ] = None,
    audio: Annotated[
        bool, typer.Option("--audio/--no-audio", help="with the audio that jobs have made")
    ] = True,
    config: Config = None,
    data_dir: DataDir = None,
) -> None:
    """Write records, voices and audio into one file, while the service runs or not.

    It holds people's voices and the service's secrets: keep it as safe as the service.
    """
    settings = _settings(config, data_dir)
    target = file or Path(time.strftime("phonex-%Y%m%d-%H%M%S.backup"))
    with console.status("Copying…"):
        contents = write_backup(settings.data_dir, target, audio=audio)
    console.print(f"{target}: {_in_words(contents)}", highlight=False, markup=False)


def restore(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    config: Config = None,
    data_dir: DataDir = None,
) -> None:
    """Put a backup into a data folder that has no records. Unfinished jobs run once it serves."""
    settings = _settings(config, data_dir)
    with (
        claim(settings.data_dir, "no address: it restores a backup"),
        alone(settings.data_dir),
        console.status("Reading…"),
    ):
        contents = restore_backup(file, settings.data_dir)
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(contents.made_at))
    console.print(
        f"{settings.data_dir} is as it was on {when}: {_in_words(contents)}",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )


def _settings(config: Path | None, data_dir: Path | None) -> Settings:
    document = find_config(config, "cpu")
    override(document, data_dir=data_dir)
    settings = read_settings(document)
    if settings.database_url is not None or settings.blob_url is not None:
        raise ConfigError(
            "records in PostgreSQL and files in S3 are backed up by tools of their own: "
            "docs/operate.md, Backup, says how"
        )
    return settings


def _in_words(contents: Contents) -> str:
    size = f"{contents.size_bytes / 1e6:,.1f} MB"
    words = f"{contents.voices} voices, {contents.jobs} jobs, {contents.files} files, {size}"
    if contents.missing:
        words += f"; {contents.missing} files were deleted meanwhile"
    return words

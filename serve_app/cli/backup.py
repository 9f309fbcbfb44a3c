"""`phonex backup` and `phonex restore`: all of a service in one file, and back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from config.service_config import ConfigError, find_config, override, read_settings
from config.settings import Settings
from serve_app.cli.options import Config, console
from serve_app.host.claim import alone, claim
from serve_app.store.backup import Contents, restore_backup, write_backup
from serve_app.store.inherited import Inherited, LeftOut, inherited
from serve_app.store.opening import SQLITE_FILE

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
    without_keys: Annotated[
        bool, typer.Option("--without-keys", help="revoke the API keys that it brings")
    ] = False,
    without_work: Annotated[
        bool,
        typer.Option("--without-work", help="forget unfinished jobs and batches, and callbacks"),
    ] = False,
    new_secrets: Annotated[
        bool, typer.Option("--new-secrets", help="draw other secrets of marks and webhooks")
    ] = False,
    config: Config = None,
    data_dir: DataDir = None,
) -> None:
    """Put a backup into a data folder that has no records. Unfinished jobs run once it serves.

    It says what of it will act: keys, jobs, callbacks. Leave that out of a file that others may
    have written.
    """
    settings = _settings(config, data_dir)
    with (
        claim(settings.data_dir, "no address: it restores a backup"),
        alone(settings.data_dir),
        console.status("Reading…"),
    ):
        left_out = LeftOut(keys=without_keys, work=without_work, secrets=new_secrets)
        contents = restore_backup(file, settings.data_dir, left_out)
        acts = inherited(settings.data_dir / SQLITE_FILE)
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(contents.made_at))
    console.print(
        f"{settings.data_dir} is as it was on {when}: {_in_words(contents)}",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )
    for line in _told(acts):
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    if without_keys:
        console.print(
            "The keys that it brought are revoked: once there were any, the service refuses "
            "everybody until you add one, by `phonex keys add`.",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )


def _told(acts: Inherited) -> Iterator[str]:
    """What acts in a restored service, and how to be rid of it."""
    if acts.keys:
        names = ", ".join(acts.owners) + (f" and {acts.more_owners} more" * bool(acts.more_owners))
        yield (
            f"API keys that open it: {acts.keys}, of {names}. Revoke those that you do not know "
            "(phonex keys list), or restore with --without-keys."
        )
    if acts.jobs or acts.batches or acts.callbacks:
        yield (
            f"What goes on once it serves: {acts.jobs} jobs, {acts.batches} batches and "
            f"{acts.callbacks} callbacks, to addresses in the file; --without-work forgets them."
        )
    if acts.secrets:
        yield (
            "The secrets of marks and webhooks came with it: whoever wrote the file knows them. "
            "--new-secrets draws others."
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

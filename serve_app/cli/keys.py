"""`phonex keys`: who may use the service. It works on the records, whether the service runs or
not; a running one follows within seconds.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from config.service_config import find_config, override, read_settings
from config.settings import KeySettings, Settings
from serve_app.cli.options import shown
from serve_app.keys import REFRESH_S, id_of, make_key
from serve_app.store.opening import open_records
from serve_app.store.records import Records
from serve_app.store.values import ApiKey, Owner, OwnerLimits

keys = typer.Typer(no_args_is_help=True, help="API keys: who may use the service.")
console = Console(stderr=True)

FILE_WIDTH = 140  # columns of a table that no terminal shows

Name = Annotated[str, typer.Argument(help="whose key it is: small letters, digits, '.', '_', '-'")]
MaxJobs = Annotated[
    int | None, typer.Option(min=0, max=2**31 - 1, help="unfinished jobs at once; 0: no limit")
]
CharsPerMinute = Annotated[
    int | None, typer.Option(min=0, max=2**31 - 1, help="characters a minute; 0: no limit")
]
Config = Annotated[Path | None, typer.Option(help="the service's serve_config.yaml")]
DataDir = Annotated[
    Path | None, typer.Option(envvar="PHONEX_DATA_DIR", help="where its records live")
]


@keys.command("add")
def add_key(
    name: Name,
    max_jobs: MaxJobs = None,
    chars_per_minute: CharsPerMinute = None,
    metrics: Annotated[
        bool, typer.Option("--metrics", help="may read /metrics, and nothing else")
    ] = False,
    config: Config = None,
    data_dir: DataDir = None,
) -> None:
    """Make a key and show it, this once. A second key of one name shares what belongs to it."""
    try:
        new = make_key(name, "metrics" if metrics else "client")
    except ValueError as error:
        _fail(str(error))
    with _records(config, data_dir) as (records, _):
        first = not records.list_keys()
        records.add_key(new.record, OwnerLimits(max_jobs, chars_per_minute))
    console.print(
        f"Key {new.record.id} of {name}. It is not kept and cannot be shown again.",
        highlight=False,
    )
    if first:
        console.print(
            f"It is the first: within {REFRESH_S:.0f} s the service asks everybody for a key, "
            "from now on. What was made before belongs to nobody: `phonex keys adopt` gives it "
            "to a name.",
            highlight=False,
        )
    print(new.text)  # noqa: T201  alone on standard output, for a script


@keys.command("list")
def list_keys(config: Config = None, data_dir: DataDir = None) -> None:
    """All keys by their public ids, with the limits of their names."""
    with _records(config, data_dir) as (records, settings):
        owners = {owner.name: owner for owner in records.list_owners()}
        found = records.list_keys()
    table = Table("name", "key id", "for", "added (UTC)", "state", "jobs", "characters a minute")
    for key in found:
        # A restored backup may have been written by others, who would rather not be listed.
        owner = owners.get(key.owner) or Owner(key.owner, OwnerLimits())
        cells = (key.owner, key.id, key.scope, _date(key.created_at), _state(key))
        table.add_row(*(shown(cell) for cell in cells), *_limits(owner, settings.keys))
    Console(width=None if sys.stdout.isatty() else FILE_WIDTH).print(table)


@keys.command("revoke")
def revoke_key(
    key: Annotated[str, typer.Argument(help="a key's id, or a name: all keys of that name")],
    config: Config = None,
    data_dir: DataDir = None,
) -> None:
    """Make keys invalid for good. What belongs to their name stays."""
    with _records(config, data_dir) as (records, _):
        revoked = records.revoke_keys(id_of(key) or key)
        left = [one for one in records.list_keys() if one.revoked_at is None]
    if not revoked:
        _fail("there is no such valid key. `phonex keys list` shows the ids and names.")
    for one in revoked:
        console.print(f"Key {shown(one.id)} of {shown(one.owner)} is revoked.", highlight=False)
    console.print(f"Running services refuse it within {REFRESH_S:.0f} s.", highlight=False)
    if not left:
        console.print("No valid key is left: the service refuses everybody until one is added.")


@keys.command("limit")
def limit_name(
    name: Name,
    max_jobs: MaxJobs = None,
    chars_per_minute: CharsPerMinute = None,
    config: Config = None,
    data_dir: DataDir = None,
) -> None:
    """Change what a name may do at once, with all its keys together."""
    with _records(config, data_dir) as (records, settings):
        owner = records.set_limits(name, OwnerLimits(max_jobs, chars_per_minute))
    if owner is None:
        _fail(f"no key was ever added for {name!r}.")
    jobs, chars = _limits(owner, settings.keys)
    console.print(f"{name}: unfinished jobs {jobs}, characters a minute {chars}.", highlight=False)


@keys.command("adopt")
def adopt(name: Name, config: Config = None, data_dir: DataDir = None) -> None:
    """Give a name all voices, audio and jobs that were made before there were keys."""
    with _records(config, data_dir) as (records, _):
        if name not in {owner.name for owner in records.list_owners()}:
            _fail(f"no key was ever added for {name!r}.")
        adopted = records.adopt(name)
    console.print(
        f"{name} has {adopted.voices} more voices and {adopted.jobs} more jobs.", highlight=False
    )
    if adopted.left:
        names = ", ".join(repr(one) for one in adopted.left)
        console.print(f"Left, for {name} has voices of these names: {escape(names)}.")


@contextmanager
def _records(config: Path | None, data_dir: Path | None) -> Iterator[tuple[Records, Settings]]:
    document = find_config(config)
    override(document, data_dir=data_dir)
    settings = read_settings(document)
    with open_records(settings.database_url, settings.data_dir) as records:
        yield records, settings


def _limits(owner: Owner, defaults: KeySettings) -> tuple[str, str]:
    own = owner.limits
    return (
        _limit(own.max_unfinished_jobs, defaults.max_unfinished_jobs),
        _limit(own.max_chars_per_minute, defaults.max_chars_per_minute),
    )


def _limit(own: int | None, default: int) -> str:
    value = default if own is None else own
    return f"{value:,}" if value else "no limit"


def _state(key: ApiKey) -> str:
    return "valid" if key.revoked_at is None else f"revoked {_date(key.revoked_at)}"


def _date(seconds: float) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M")
    except (TypeError, ValueError, OverflowError, OSError):
        return "at no known time"


def _fail(reason: str) -> NoReturn:
    console.print(f"[red]phonex:[/red] {escape(reason)}", highlight=False, soft_wrap=True)
    sys.exit(1)

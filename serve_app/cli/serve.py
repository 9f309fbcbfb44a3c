"""`phonex serve`: the service on this machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from config.installing import command_hint
from config.service_config import ConfigError, find_config, override, read_settings
from config.settings import Settings
from engines.registry import choose
from serve_app.cli.options import DEFAULT_SERVER, Config, console
from serve_app.host import supervisor
from serve_app.host.claim import alone, claim
from serve_app.host.exposure import is_loopback, refuse_exposed
from serve_app.store.opening import open_records
from serve_app.work.marks import check_files
from telemetry.logs import choose_format


def serve(
    config: Config = None,
    profile: Annotated[
        str, typer.Option(help="cpu, gpu or cluster, where no --config is given")
    ] = "cpu",
    host: Annotated[str | None, typer.Option(help="address to listen on")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="port to listen on")] = None,
    root_path: Annotated[
        str | None,
        typer.Option(help="the path that a proxy in front takes off, such as /voice"),
    ] = None,
    data_dir: Annotated[
        Path | None, typer.Option(envvar="PHONEX_DATA_DIR", help="where records and audio live")
    ] = None,
    insecure: Annotated[
        bool, typer.Option("--insecure", help="open to other machines without any API key")
    ] = False,
) -> None:
    """Run the service until Ctrl-C, and restart it when it dies."""
    document = find_config(config, profile)
    override(
        document,
        host=host,
        port=port,
        root_path=root_path,
        data_dir=data_dir,
        insecure=insecure,
    )
    settings = read_settings(document)
    override(document, log_format=choose_format(settings.logs))  # of this terminal, if it is one
    check_files(settings.provenance)
    choice = choose(settings)
    http = document["http_options"]
    address, number = http.get("host", "127.0.0.1"), http.get("port", 8000)
    _refuse_exposed(settings, address)
    if fault := supervisor.port_fault(address, number):
        raise ConfigError(
            f"nothing can listen on {supervisor.address_of(address, number)}: {fault}. Pass --port "
            "or --host, or stop what runs there."
        )
    url = supervisor.base_url(document)

    def on_state(state: str) -> None:
        if state == "starting":  # no spinner: the log's lines stand among these
            console.print("Starting Ray and three stages; about 20 seconds…", highlight=False)
        elif state == "ready":
            _say_what_next(url, settings.data_dir)
        else:
            console.print(f"[yellow]{escape(state)}[/yellow]")

    with _claimed(settings, url):
        reason = f" ({choice.note})" if choice.note else ""
        console.print(f"engine: {choice.spec.name}{reason}", highlight=False, markup=False)
        if choice.spec.name == "embedded" and choice.better:
            better = f"The {choice.better.name} engine sounds like a person: {choice.better.remedy}"
            console.print(better, highlight=False, markup=False)
        code = supervisor.supervise(document, on_state)
    if code:
        console.print("[red]phonex:[/red] the service did not start. `phonex doctor` may know why.")
    sys.exit(code)


@contextmanager
def _claimed(settings: Settings, url: str) -> Iterator[None]:
    """Hold the data folder, and find the stores in it usable, before Ray takes its time to start.
    Services that share a database elsewhere may share the folder of their blobs as well."""
    if settings.database_url is not None:
        yield
        return
    with claim(settings.data_dir, url):
        # In a cluster that we join, our own replicas of before may be those who use it.
        joining = os.environ.get("RAY_ADDRESS", "local") != "local"
        with (
            nullcontext() if joining else alone(settings.data_dir),
            open_records(None, settings.data_dir),
        ):
            pass
        yield


def _refuse_exposed(settings: Settings, host: str) -> None:
    """What the ingress refuses as well, said before Ray takes its time to start."""
    if is_loopback(host) or settings.http.insecure:
        return
    with open_records(settings.database_url, settings.data_dir) as records:
        any_key = bool(records.list_keys())
    refuse_exposed(host, any_key=any_key, insecure=False)


def _say_what_next(url: str, data_dir: Path) -> None:
    option = "" if url == DEFAULT_SERVER else f" --server {url}"
    phonex = command_hint("").strip()
    folder = escape(str(data_dir))
    console.print(
        f"\n[green]Phonex is ready[/green] at {url} (records and audio in {folder})\n\n"
        "Try next, in another terminal:\n"
        f"  {phonex} say 'Hello, world!' -o hello.wav{option}\n"
        f"  {phonex} voices add me recording.mp3{option}\n"
        f"  {phonex} clone 'Hello with my voice!' --voice me -o me.wav{option}\n"
        f"  curl {url}/tts -H 'Content-Type: application/json' -d '{{\"text\": \"Hello\"}}'\n"
        f"  in a browser: {url}/sandbox (and {url}/docs)\n\n"
        "Ctrl-C stops it.",
        highlight=False,
        soft_wrap=True,
    )

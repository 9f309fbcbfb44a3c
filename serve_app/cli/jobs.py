"""`phonex jobs`: what a running service has been asked for."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from serve_app.cli.client import Client
from serve_app.cli.options import DEFAULT_SERVER, ApiKey, Server, console

jobs = typer.Typer(no_args_is_help=True, help="Jobs of a running service: yours, the newest first.")

JobId = Annotated[str, typer.Argument(help="a job_id, which is its audio_id, too")]
FILE_WIDTH = 140  # columns of a table that no terminal shows


@jobs.command("list")
def list_jobs(
    state: Annotated[
        str | None, typer.Option(help="queued, processing, completed, failed or cancelled")
    ] = None,
    kind: Annotated[str | None, typer.Option(help="tts, clone or clone_quick")] = None,
    before: Annotated[str | None, typer.Option(help="only jobs older than this one")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 20,
    server: Server = DEFAULT_SERVER,
    api_key: ApiKey = None,
) -> None:
    """List jobs."""
    asked = {"state": state, "kind": kind, "before": before, "limit": limit}
    with Client(server, api_key) as client:
        page = client.list_jobs({name: value for name, value in asked.items() if value is not None})
    table = Table("job_id", "kind", "state", "done", "accepted", "audio")
    for job in page["jobs"]:
        table.add_row(*(escape(cell) for cell in _cells(job)))
    out = Console()
    (out if out.is_terminal else Console(width=FILE_WIDTH)).print(table)
    if page["next"]:
        console.print(f"older ones: --before {page['next']}", highlight=False)


@jobs.command("show")
def show_job(job: JobId, server: Server = DEFAULT_SERVER, api_key: ApiKey = None) -> None:
    """Say all that is known of a job, as JSON."""
    with Client(server, api_key) as client:
        print(json.dumps(client.get_job(job), indent=2, ensure_ascii=False))


@jobs.command("cancel")
def cancel_job(job: JobId, server: Server = DEFAULT_SERVER, api_key: ApiKey = None) -> None:
    """Cancel a job; of a finished one the audio is removed."""
    with Client(server, api_key) as client:
        console.print(escape(client.delete_audio(job)))


def _cells(job: dict[str, Any]) -> tuple[str, ...]:
    accepted = datetime.fromtimestamp(job["created_at"]).astimezone()
    return (
        job["job_id"],
        job["kind"] or "",
        job["status"],
        f"{job['pieces_done']}/{job['pieces_total']}",
        accepted.isoformat(sep=" ", timespec="seconds"),
        "" if job["seconds"] is None else f"{job['seconds']:.1f} s",
    )

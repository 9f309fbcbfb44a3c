"""`phonex provenance`: a certificate to sign generated files with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from config.service_config import find_config, read_settings
from serve_app.cli.options import Config, console

provenance = typer.Typer(
    no_args_is_help=True, help="How files say that they were generated: docs/provenance.md."
)


@provenance.callback()
def _group() -> None:
    """Keeps `init` a subcommand while it is the only one."""


@provenance.command()
def init(
    folder: Annotated[
        Path | None, typer.Option(help="for the files; by default `provenance` in the data folder")
    ] = None,
    organization: Annotated[
        str, typer.Option(help="who signs: shown to whoever looks at a file")
    ] = "Phonex",
    config: Config = None,
) -> None:
    """Make a private authority and a certificate that WAV, MP3, FLAC and M4B are signed with.

    Whoever looks at a file trusts it only after `authority.pem` was given to them; for public trust
    have a certificate issued by an authority on C2PA's trust list, and set it in the same place.
    """
    from serve_app.host.certificates import make_certificates  # slow to import

    folder = folder or read_settings(find_config(config, "cpu")).data_dir / "provenance"
    files = make_certificates(folder.absolute(), organization)
    console.print(
        f"Written: {files.chain}, {files.private_key} (keep it to yourself) and {files.authority} "
        "(for those who are to trust it).\n\nIn serve_config.yaml, under `args`:\n\n"
        "    provenance:\n"
        f"      certificate_file: {files.chain}\n"
        f"      private_key_file: {files.private_key}\n",
        highlight=False,
        soft_wrap=True,
        markup=False,
    )

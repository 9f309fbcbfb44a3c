"""`phonex capacity`: the load tests' search, in a process of its own.

Locust patches the standard library of the process it is imported into.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys

import typer

from config.installing import install_hint
from serve_app.cli.client import ClientError


def capacity(context: typer.Context) -> None:
    """Find the highest rate a service holds, what saturates, and replicas for more."""
    if not importlib.util.find_spec("locust"):
        raise ClientError(f"this needs locust: {install_hint('loadtest')}")
    command = [sys.executable, "-m", "loadtests", "capacity", *context.args]
    sys.exit(subprocess.run(command, check=False).returncode)  # noqa: S603  ourselves

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

OPTIONS = """
  --server URL   the running service (PHONEX_SERVER); one is started where it is not given
  --mix NAME     of users: mixed, tts or clone
  --times N      how many replicas for N times the capacity to print a plan for
  --stream       the rate of streams of which fewer than one in a hundred runs dry

PHONEX_API_KEY and PHONEX_METRICS_KEY are sent where the service asks for keys. The other options
are those of the load tests, which need locust: with it installed, this lists them.
"""


def capacity(context: typer.Context) -> None:
    """Find the highest rate a service holds, what saturates, and replicas for more."""
    if not importlib.util.find_spec("locust"):
        if "--help" in context.args:
            typer.echo(f"{capacity.__doc__}\n{OPTIONS}")
            return
        raise ClientError(f"this needs locust: {install_hint('loadtest')}")
    command = [sys.executable, "-m", "loadtests", "capacity", *context.args]
    sys.exit(subprocess.run(command, check=False).returncode)  # noqa: S603  ourselves

"""`python -m benchmarks [name] …`: by default those that do not take long (`BY_DEFAULT`)."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks import judges

BY_DEFAULT = ("start", "engines", "dispatcher", "text", "networks", "precision", "memory")
FILE_WIDTH = 160
LONG = (
    "backends",
    "clone",
    "faults",
    "growth",
    "idle",
    "install",
    "nodes",
    "quality",
    "queues",
    "recovery",
    "scaling",
    "similarity",
    "upgrade",
    "watermark",
    "way_in",
)
NAMES = (*BY_DEFAULT, *LONG)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "names", nargs="*", choices=[*NAMES, []], metavar="name", help=", ".join(NAMES)
    )
    parser.add_argument("--json", type=Path, help="write all figures to this file too")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(NAMES):
        parser.error(f"no such benchmark: {', '.join(unknown)}")
    Console().print(
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    )
    figures: dict[str, Any] = {}
    for name in arguments.names or BY_DEFAULT:
        try:
            rows = importlib.import_module(f"benchmarks.{name}").measure()
        except judges.Missing as error:
            parser.exit(
                1,
                f"{name} wants {error}: python -m pip install --no-deps --require-hashes "
                "-r requirements/quality.txt\n",
            )
        figures[name] = rows
        show(name, rows)
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=2))


def show(name: str, rows: list[dict[str, Any]]) -> None:
    """One table on the terminal; as wide as it needs where that is a file."""
    table = Table(*rows[0], title=name)
    for row in rows:
        table.add_row(*(f"{v:.3g}" if isinstance(v, float) else str(v) for v in row.values()))
    console = Console()
    (console if console.is_terminal else Console(width=FILE_WIDTH)).print(table)


if __name__ == "__main__":
    main()

"""Our networks against upstream's output, stage by stage.

    python -m tests.parity models --data DIR

DIR is a folder in the golden's format, or one that holds such folders: each with `config.json`,
`checkpoint.pth` and one safetensors file a case. Exits with 1 when a stage is over its tolerance,
with 2 when there is nothing to compare.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import torch

from tests.parity import _melotts, _openvoice
from tests.parity._rows import Row

KINDS: dict[str, Callable[[Path], Iterator[Row]]] = {
    "melotts": _melotts.compare,
    "openvoice": _openvoice.compare,
}


def find_folders(data: Path) -> Iterator[tuple[str, Path]]:
    """(kind, folder) of each folder that holds a checkpoint with cases."""
    for folder in sorted([data, *(path for path in data.iterdir() if path.is_dir())]):
        if (folder / "checkpoint.pth").is_file() and any(folder.glob("*.safetensors")):
            config = json.loads((folder / "config.json").read_text("utf-8"))
            yield ("melotts" if "symbols" in config else "openvoice"), folder


def compare(data: Path) -> Iterator[Row]:
    """Every case under `data`, every stage."""
    for kind, folder in find_folders(data):
        yield from KINDS[kind](folder)


def table(rows: Sequence[Row]) -> str:
    widths = [max(len(row.cells[column]) for row in rows) for column in range(2)]
    lines = [
        f"{row.case:{widths[0]}}  {row.stage:{widths[1]}}  {row.worst:9.2e}  {row.rms:9.2e}  "
        f"{row.tolerance:9.0e}  {'' if row.ok else 'OVER'}".rstrip()
        for row in rows
    ]
    head = f"{'case':{widths[0]}}  {'stage':{widths[1]}}  {'max':>9}  {'rms':>9}  {'allowed':>9}"
    return "\n".join([head, *lines])


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.parity models")
    parser.add_argument("--data", type=Path, required=True, help="a folder in the golden's format")
    parser.add_argument("--threads", type=int, default=1, help="of the processor")
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    rows = list(compare(options.data)) if options.data.is_dir() else []
    if not rows:
        sys.stderr.write(f"no cases under {options.data}\n")
        return 2
    over = [row for row in rows if not row.ok]
    sys.stdout.write(f"{table(rows)}\n{len(rows)} comparisons, {len(over)} over tolerance\n")
    return 1 if over else 0

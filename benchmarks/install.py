"""How large the install is: environments made anew with plain pip, in a temporary folder."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent


def measure() -> list[dict[str, Any]]:
    return [_measure_one("base", "."), _measure_one("with embedded", ".[embedded]")]


def _measure_one(name: str, requirement: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        constraints = Path(folder) / "constraints.txt"
        constraints.write_text(_without_hashes((ROOT / "requirements" / "serve.txt").read_text()))
        empty = _mib(Path(folder))
        began = time.perf_counter()
        subprocess.run(
            [
                *(f"{folder}/bin/python", "-m", "pip", "install", "--quiet"),
                *("--constraint", str(constraints), requirement),
            ],
            cwd=ROOT,
            check=True,
        )
        return {
            "install": name,
            "MiB": round(_mib(Path(folder)) - empty),
            "seconds": time.perf_counter() - began,
        }


def _mib(folder: Path) -> float:
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(path.stat().st_size for path in files) / 2**20


def _without_hashes(requirements: str) -> str:
    """Pins alone: pip takes no hashes in constraints beside a local folder."""
    lines = (line.strip().removesuffix("\\").strip() for line in requirements.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith(("#", "--hash")))

"""What to type, in the environment at hand, to add what it lacks."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

# On the public registry. `phonex` is somebody else's package there; the command and the imports
# have that name here.
DISTRIBUTION = "phonex-voice"
ROOT = Path(__file__).parents[1]  # of a checkout, or the folder that packages are installed in


def checkout() -> Path | None:
    """The checkout that this code runs from; none where it was installed as a wheel."""
    return ROOT if (ROOT / "pyproject.toml").is_file() else None


def install_hint(*extras: str) -> str:
    """The command that adds these extras. An installed wheel takes them from its own metadata."""
    wanted = f"[{','.join(extras)}]"
    if project := checkout():
        where = "." if _shown(project) == "." else str(project)
        what = f"-e {_quoted(where + wanted)}"
    else:
        what = _quoted(DISTRIBUTION + wanted)
    return f"{shlex.quote(_shown(Path(sys.executable)))} -m pip install {what}"


def command_hint(arguments: str) -> str:
    """A `phonex` command of the environment at hand, as it can be typed here."""
    return f"{shlex.quote(_shown(Path(sys.executable).with_name('phonex')))} {arguments}"


def _shown(path: Path) -> str:
    """From the current folder where it lies in it, else from the root."""
    try:
        relative = path.relative_to(Path.cwd())
    except (OSError, ValueError):  # elsewhere, or the folder is gone
        return str(path)
    return os.fspath(relative)


def _quoted(text: str) -> str:
    """Always in quotes: a shell would read the brackets as a pattern."""
    return shlex.quote(text) if "'" in text else f"'{text}'"

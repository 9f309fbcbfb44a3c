"""The map names what is there, and leaves no room out."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.docs.markdown import ROOT

MAP = (ROOT / "docs" / "architecture.md").read_text()
NAMES = re.findall(r"`([\w./-]+(?:/|\.py|\.env|\.md))`", MAP)
PATHS = {name for name in NAMES if "/" in name}
# Rooms whose row names every module.
NAMED_WHOLE = (
    *("serve_app/", "serve_app/web/", "serve_app/web/elevenlabs/", "serve_app/work/"),
    *("serve_app/host/", "clients/python/src/phonex_client/"),
    *(
        "deployments/",
        "engines/",
        "engines/workers/",
        "engines/watermark/",
        "telemetry/",
        "config/",
    ),
)
# Rooms of rooms, whose insides need no line of their own.
FILES_ALONE = {"serve_app/web/routes/"}


def folders() -> set[str]:
    """Every folder of the tree that holds a tracked file, as `a/b/`."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    return {f"{folder}/" for name in listed if (folder := name.rpartition("/")[0])}


def places(name: str) -> list[str]:
    """Where a name may lie: it is short where its room stands first in the same row."""
    rows = [line for line in MAP.splitlines() if f"`{name}`" in line]
    rooms = [room for row in rows for room in re.findall(r"^\| `([\w/]+/)`", row)]
    return [name, *(room + name for room in rooms)]


def test_every_path_on_the_map_exists() -> None:
    assert len(NAMES) > 90
    gone = [name for name in NAMES if not any((ROOT / place).exists() for place in places(name))]
    assert gone == []


def test_every_folder_is_on_the_map() -> None:
    top = {folder.split("/")[0] + "/" for folder in folders() if not folder.startswith(".")}
    assert top - PATHS == set()


def test_every_room_of_the_code_is_on_the_map() -> None:
    rooms = {
        folder
        for folder in folders() - FILES_ALONE
        if folder.startswith(("serve_app/", "engines/", "deployments/", "telemetry/"))
        and not folder.startswith("engines/reading/")
    }
    assert rooms - PATHS == set()


@pytest.mark.parametrize("room", NAMED_WHOLE)
def test_a_room_that_names_its_modules_names_all_of_them(room: str) -> None:
    (row,) = (line for line in MAP.splitlines() if line.startswith(f"| `{room}` |"))
    there = {path.name for path in (ROOT / room).glob("*.py")} - {"__init__.py"}
    assert there - set(re.findall(r"`([\w.]+)`", row)) == set()

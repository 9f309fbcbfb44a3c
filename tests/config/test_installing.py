"""What a message tells people to type works in the environment that they read it in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

from config import installing
from config.installing import DISTRIBUTION, command_hint, install_hint
from tests.running import ROOT

SAY = "from config.installing import *; print(install_hint('s3', 'export'))"


def test_in_a_checkout_its_own_extra_is_added_by_the_python_that_runs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(installing, "ROOT", tmp_path)
    monkeypatch.setattr(sys, "executable", str(tmp_path / ".venv/bin/python"))
    (tmp_path / "pyproject.toml").touch()
    monkeypatch.chdir(tmp_path)
    assert install_hint("s3") == ".venv/bin/python -m pip install -e '.[s3]'"
    assert command_hint("serve") == ".venv/bin/phonex serve"
    monkeypatch.chdir("/")
    python = tmp_path.relative_to("/") / ".venv/bin/python"
    assert install_hint("s3") == f"{python} -m pip install -e '{tmp_path}[s3]'"


def test_a_folder_with_spaces_stays_one_word(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "executable", "/opt/my apps/bin/python")
    monkeypatch.setattr(installing, "ROOT", tmp_path)
    words = subprocess.run(
        ["sh", "-c", f"printf '%s\\n' {install_hint('s3')}"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert words == ["/opt/my apps/bin/python", "-m", "pip", "install", f"{DISTRIBUTION}[s3]"]


def test_an_installed_wheel_takes_its_extras_without_asking_a_registry(tmp_path: Path) -> None:
    """So nobody else's package of that name can come in their place."""
    python = install_wheel(tmp_path)
    hint = subprocess.run(
        [python, "-c", SAY], capture_output=True, text=True, check=True, cwd=tmp_path, env=alone()
    ).stdout.strip()
    assert hint == f"env/bin/python -m pip install '{DISTRIBUTION}[s3,export]'"
    planned = subprocess.run(
        ["sh", "-c", f"{hint} --dry-run --quiet --no-index --report -"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env=alone(),
    )
    assert planned.returncode == 0, planned.stderr
    assert json.loads(planned.stdout)["install"] == []


def install_wheel(folder: Path) -> Path:
    """A wheel with our extras, in an environment that borrows everything else from ours."""
    env = folder / "env"
    venv.create(env, symlinks=True)
    site = next(env.glob("lib/python*/site-packages"))
    ours = Path(pytest.__file__).parents[1]
    for entry in ours.iterdir():
        if "phonex" not in entry.name:
            (site / entry.name).symlink_to(entry)
    python = env / "bin/python"
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", make_wheel(folder)],
        env=alone(),
        check=True,
    )
    return python


def make_wheel(folder: Path) -> Path:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    name, version = project["name"].replace("-", "_"), project["version"]
    metadata = ["Metadata-Version: 2.1", f"Name: {project['name']}", f"Version: {version}"]
    for extra, requirements in project["optional-dependencies"].items():
        metadata.append(f"Provides-Extra: {extra}")
        metadata += [f'Requires-Dist: {one}; extra == "{extra}"' for one in requirements]
    path = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        for one in ("config/__init__.py", "config/installing.py"):
            wheel.write(ROOT / one, one)
        wheel.writestr(f"{info}/METADATA", "\n".join(metadata) + "\n")
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")
    return path


def alone() -> dict[str, str]:
    """Our environment without a way to this checkout."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

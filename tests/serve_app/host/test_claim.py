"""One service to a data folder, and a sentence where it cannot be had."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.service_config import ConfigError
from serve_app.host.claim import claim
from tests.running import ROOT

URL = "http://127.0.0.1:8000"
HOLDER = """
import subprocess, sys, time
from pathlib import Path
from serve_app.host.claim import claim
with claim(Path(sys.argv[1]), sys.argv[2]):
    child = subprocess.Popen(["sleep", "600"])  # as Ray's processes are, which may live on
    print(child.pid, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path), "http://127.0.0.1:1"],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    child = int(process.stdout.readline())
    yield process
    process.kill()
    process.wait()
    os.kill(child, signal.SIGKILL)


def test_a_second_service_is_refused_and_told_whose_it_is(
    holder: subprocess.Popen[str], tmp_path: Path
) -> None:
    with pytest.raises(ConfigError) as refused, claim(tmp_path, URL):
        pass
    for words in (str(tmp_path), f"process {holder.pid}", "http://127.0.0.1:1", "--data-dir"):
        assert words in str(refused.value)
    with claim(tmp_path / "another", URL):
        pass


def test_a_killed_one_leaves_nothing_in_the_way(
    holder: subprocess.Popen[str], tmp_path: Path
) -> None:
    holder.kill()
    holder.wait()
    with claim(tmp_path, URL):
        pass
    with claim(tmp_path, URL):  # nor does one that ended
        pass


@pytest.mark.parametrize("within", [".", "deeper/still"])
def test_a_file_in_its_place_is_told(tmp_path: Path, within: str) -> None:
    (tmp_path / "data").touch()
    below = tmp_path / "data" / within
    with pytest.raises(ConfigError, match="it is no folder") as refused, claim(below, URL):
        pass
    assert str(tmp_path / "data") in str(refused.value)


def test_a_folder_that_cannot_be_made_is_told() -> None:
    with pytest.raises(ConfigError, match="/proc/phonex"), claim(Path("/proc/phonex"), URL):
        pass

"""One service to a data folder, and a sentence where it cannot be had."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.service_config import ConfigError
from serve_app.host.claim import DataFolderTaken, alone, claim, share
from tests.running import ROOT

URL = "http://127.0.0.1:8000"
HOLDER = """
import subprocess, sys, time
from pathlib import Path
from serve_app.host.claim import DataFolderTaken, alone, claim, share
with claim(Path(sys.argv[1]), sys.argv[2]):
    child = subprocess.Popen(["sleep", "600"])  # as Ray's processes are, which may live on
    print(child.pid, flush=True)
    time.sleep(600)
"""


@contextmanager
def holding(code: str, folder: Path, who: str) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the folder by this code, and says which child of its may live on."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(folder), who],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    child = int(process.stdout.readline())
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        os.kill(child, signal.SIGKILL)


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    with holding(HOLDER, tmp_path, "http://127.0.0.1:1") as process:
        yield process


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


REPLICA = """
import subprocess, sys, time
from pathlib import Path
from serve_app.host.claim import share
held = share(Path(sys.argv[1]), sys.argv[2])
child = subprocess.Popen(["sleep", "600"])
print(child.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def replica(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """One of an application that no supervisor started."""
    with holding(REPLICA, tmp_path, "application 'phonex'") as process:
        yield process


def test_replicas_of_one_application_share_a_folder_and_another_is_refused(
    replica: subprocess.Popen[str], tmp_path: Path
) -> None:
    with share(tmp_path, "application 'phonex'", 0):  # as in a rolling update
        pass
    with pytest.raises(DataFolderTaken) as refused:
        share(tmp_path, "application 'other'", 0)
    for words in (str(tmp_path), "application 'phonex'", "args.data_dir"):
        assert words in str(refused.value)
    with share(tmp_path, "application 'phonex'", 0):  # whoever was refused holds nothing
        pass
    with share(tmp_path / "another", "application 'other'", 0):
        pass


def test_the_supervisor_and_its_own_replicas_do_not_lock_each_other_out(tmp_path: Path) -> None:
    with claim(tmp_path, URL):
        with alone(tmp_path, 0):
            pass
        with share(tmp_path, "one", 0), share(tmp_path, "one", 0):
            pass


def test_replicas_that_ended_leave_nothing_in_the_way(
    replica: subprocess.Popen[str], tmp_path: Path
) -> None:
    replica.kill()
    replica.wait()
    with share(tmp_path, "application 'other'", 0):
        pass
    with alone(tmp_path, 0):
        pass


def test_who_needs_a_folder_alone_is_refused_beside_replicas_and_they_beside_it(
    replica: subprocess.Popen[str], tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match="application 'phonex'"), alone(tmp_path, 0):
        pass
    replica.kill()
    replica.wait()
    with alone(tmp_path, 0), pytest.raises(DataFolderTaken, match=f"process {os.getpid()}"):
        share(tmp_path, "application 'phonex'", 0)


def test_one_that_still_ends_is_waited_for(replica: subprocess.Popen[str], tmp_path: Path) -> None:
    ending = threading.Timer(0.3, replica.kill)
    ending.start()
    with share(tmp_path, "application 'other'", 30):
        assert replica.wait(1) == -signal.SIGKILL

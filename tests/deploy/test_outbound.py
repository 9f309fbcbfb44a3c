"""A service asks nobody elsewhere for anything."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import ROOT

ALONE = ("unshare", "--map-root-user", "--net")


def test_a_whole_service_sends_nothing_to_elsewhere(tmp_path: Path) -> None:
    if not (shutil.which("unshare") and shutil.which("ip")):
        pytest.skip("a network of its own takes: apt-get install util-linux iproute2")
    tried = subprocess.run([*ALONE, "ip", "link", "add", "out", "type", "veth"],
                           capture_output=True, text=True, check=False)  # fmt: skip
    if tried.returncode:
        pytest.skip(f"no network of its own can be made here: {tried.stderr.strip()}")
    done = subprocess.run(
        [*ALONE, sys.executable, "-m", "tests.deploy.alone", str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=280,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    packets = json.loads(done.stdout.splitlines()[-1])
    assert packets["service"] == 0
    assert packets["control"] > 0, "the interface counts nothing, so the test proves nothing"

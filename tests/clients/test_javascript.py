"""The JavaScript client in Node against a real service. The sandbox's tests are of it, too."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import phonex_client
from phonex_client import Client
from serve_app.web.requests import SpeechRequest
from tests.clients.meddling import Cut, Meddler, Refuse
from tests.running import ROOT, RunningService, add_key, free_port
from tests.serve_app.http_server import HttpServer

PACKAGE = ROOT / "clients" / "javascript"
SCENARIOS = Path(__file__).with_name("scenarios.mjs")
OLDEST = 20
LIMIT_S = 150

Run = Callable[..., str]


@pytest.fixture(scope="module")
def run() -> Run:
    """Does one of the scenarios; what it printed."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node here: apt-get install nodejs")
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    if int(told.strip().lstrip("v").split(".")[0]) < OLDEST:
        pytest.skip(f"Node.js {told.strip()} is too old: install {OLDEST} or newer")

    def scenario(name: str, *given: str) -> str:
        done = subprocess.run(
            [node, SCENARIOS, name, *given],
            capture_output=True, text=True, timeout=LIMIT_S, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return scenario


def test_every_call(run: Run, service: RunningService, recording: bytes, tmp_path: Path) -> None:
    sample = tmp_path / "sample.wav"
    sample.write_bytes(recording)
    run("calls", service.url, str(sample))


def test_refusals_have_the_name_of_their_type(run: Run, service: RunningService) -> None:
    run("refusals", service.url)


def test_a_stream_goes_on_where_it_was_cut_off(run: Run, service: RunningService) -> None:
    script = [Cut(5_000), Cut(0), Cut(40_000), Cut(700)]
    with Meddler(service.port, script) as between:
        run("stream", between.url, service.url)
        assert between.done == script


def test_a_batch_is_made_and_fetched(run: Run, service: RunningService) -> None:
    run("batch", service.url)


def test_a_job_is_followed_though_the_connection_breaks(run: Run, service: RunningService) -> None:
    script = [Cut(900), Cut(0), Cut(1_500)]
    with Meddler(service.port, script) as between:
        run("events", between.url, service.url)
        assert between.done == script


@pytest.mark.parametrize("status", [429, 503, 500])
def test_a_busy_service_is_asked_again_and_makes_one_job(
    run: Run, service: RunningService, status: int
) -> None:
    script: list[Cut | Refuse] = [Refuse(status, "Retry-After: 1\r\n"), Refuse(status), Cut(200)]
    with Client(service.url, "") as client:
        before = {job.audio_id for job in client.jobs(limit=200).jobs}
        with Meddler(service.port, script) as between:
            made = run("submit", between.url)
            assert between.done == script
        assert {job.audio_id for job in client.jobs(limit=200).jobs} - before == {made}


def test_patience_has_an_end(run: Run, service: RunningService) -> None:
    with Meddler(service.port, [Refuse(503)] * 5) as between:
        run("patience", between.url)
        assert len(between.done) == 2
    run("unmet", f"http://127.0.0.1:{free_port()}")


def test_a_redirect_is_not_followed(run: Run, service: RunningService) -> None:
    moved = Refuse(307, f"Location: {service.url}/health\r\n")
    with Meddler(service.port, [moved]) as between:
        run("unmet", between.url)


def test_a_wrong_key_is_told_and_none_is_shown(run: Run, tmp_path: Path) -> None:
    # Before it starts: a running service asks for keys some seconds after the first was made.
    key = add_key(tmp_path, "tester")
    http = HttpServer(tmp_path)
    try:
        run("key", http.url, key)
    finally:
        http.stop()


def test_the_sandbox_has_the_same_file() -> None:
    served = (ROOT / "serve_app" / "pages" / "phonex.js").read_bytes()
    assert (PACKAGE / "phonex.js").read_bytes() == served
    assert f'"version": "{phonex_client.__version__}"' in (PACKAGE / "package.json").read_text()


def test_the_types_are_of_what_there_is() -> None:
    source, types = ((PACKAGE / name).read_text() for name in ("phonex.js", "phonex.d.ts"))
    methods = re.compile(r"^  (?:async )?(?:get )?\*?([a-z]\w*)\(", re.MULTILINE)
    for name in ("Phonex", "AudioStream", "Problem"):
        written, typed = (
            set(methods.findall(text.partition(f"export class {name} ")[2].split("\n}\n")[0]))
            for text in (source, types)
        )
        assert written - {"constructor"} == typed - {"constructor"}, name
    exported = re.compile(r"^export (?:async )?(?:class|function) (\w+)", re.MULTILINE)
    assert set(exported.findall(source)) == set(exported.findall(types))
    manner = types.partition("interface Manner")[2].split("\n}\n")[0]
    fields = set(re.findall(r"^  (\w+)\?:", manner, re.MULTILINE))
    assert fields == set(SpeechRequest.model_fields) - {"text", "stream", "keep"}


def test_the_types_are_what_typescript_takes(tmp_path: Path) -> None:
    tsc = shutil.which("tsc")
    if tsc is None:
        pytest.skip("no TypeScript here: npm install --global typescript@5.9.3")
    for name in ("phonex.js", "phonex.d.ts"):
        (tmp_path / name).write_text((PACKAGE / name).read_text())
    (tmp_path / "use.mts").write_text(SCENARIOS.with_name("typed.mts").read_text())
    options = "--noEmit --strict --target es2022 --module nodenext --lib es2022,dom,dom.iterable"
    done = subprocess.run(
        [tsc, *options.split(), "use.mts", "phonex.d.ts"],
        cwd=tmp_path, capture_output=True, text=True, timeout=LIMIT_S, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout

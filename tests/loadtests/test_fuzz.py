"""The fuzzer repeats itself by its seed, finds what breaks, and nothing in a sound service."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from loadtests.fuzz import Fault, Findings, fault_of
from loadtests.fuzz_cases import Case, make_case
from loadtests.wire import Answer
from tests.loadtests.fake_service import encode, tone
from tests.running import RunningService, run_loadtests

RECORDINGS = [encode(tone(1.0)), encode(tone(1.0), "ogg")]
CASE = Case(7, "json", "POST", b"POST /tts HTTP/1.1\r\n\r\n")
PROBLEM = {"content-type": "application/problem+json"}


def case(number: int, seed: int = 1) -> Case:
    return make_case(seed, number, RECORDINGS, "localhost:8000", "")


def test_a_case_is_known_by_its_seed_and_number_alone() -> None:
    forwards = [case(number).raw for number in range(300)]
    backwards = [case(number).raw for number in reversed(range(300))]
    assert forwards == backwards[::-1]
    assert len(set(forwards)) > 290
    assert case(3, seed=2).raw != case(3).raw


def test_all_sorts_come_and_most_recordings_are_hurt() -> None:
    cases = [case(number) for number in range(1000)]
    assert {one.sort for one in cases} == {
        *("upload", "form", "json", "face", "ssml", "batch", "socket", "route", "broken")
    }
    uploads = [one.raw for one in cases if one.sort == "upload"]
    assert len(uploads) > 350
    whole = sum(any(sound in raw for sound in RECORDINGS) for raw in uploads)
    assert 10 < whole < len(uploads) / 2


def test_what_is_sent_is_the_requests_length() -> None:
    """Only what is to lie lies: else the service would wait for bodies that never come."""
    for one in (case(number) for number in range(1000)):
        if one.lies:
            continue
        head, _, body = one.raw.partition(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        lengths = [int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length")]
        assert lengths == [len(body)] or (lengths == [] and body == b"")


def problem(status: int, changes: dict[str, Any] | None = None) -> Answer:
    told = {"type": "urn:phonex:problem:x", "status": status} | (changes or {})
    return Answer(status, PROBLEM, json.dumps(told).encode())


@pytest.mark.parametrize(
    ("answer", "lies", "why"),
    [
        (Answer(200), False, None),
        (problem(422), False, None),
        (problem(500), False, "own fault"),
        (problem(503), True, "own fault"),
        (Answer(400, {"content-type": "text/plain"}), False, "is no application/problem"),
        (Answer(400, {"content-type": "text/plain"}), True, None),
        (Answer(404, PROBLEM, b"<html>"), False, "no JSON"),
        (problem(404, {"status": 403}), False, "lacks its type or status"),
        (problem(404, {"type": None}), False, "lacks its type or status"),
        (Answer(error="ConnectionResetError()"), False, "no answer"),
        (Answer(error="ConnectionResetError()"), True, None),
        (Answer(error="no answer in time"), True, "no answer in time"),
    ],
)
def test_what_a_client_should_not_get_is_a_fault(
    answer: Answer, lies: bool, why: str | None
) -> None:
    told = fault_of(Case(1, "json", "POST", b"", lies), answer)
    assert (told is None) is (why is None)
    assert why is None or (told and why in told)


def broken(findings: Findings, cases: int = 1000) -> list[str]:
    return [promise for promise, kept in findings.verdicts(cases) if not kept]


def test_a_service_that_grew_or_died_is_told() -> None:
    steady = [(0, {1: 100.0}), (200, {1: 200.0}), (1000, {1: 230.0})]  # it grows while it warms up
    assert broken(Findings(1, asked=1000, memory=steady)) == []
    (grown,) = broken(Findings(1, asked=1000, memory=[*steady[:2], (1000, {1: 240.0})]))
    assert "+40.0 MiB" in grown
    (died,) = broken(Findings(1, asked=1000, memory=[*steady[:2], (1000, {2: 200.0})]))
    assert "same process" in died
    (unseen,) = broken(Findings(1, asked=1000, memory=[*steady[:2], (1000, {})]))
    assert "same process" in unseen
    (unsent,) = broken(Findings(1, asked=999, memory=steady))
    assert "sent" in unsent
    (faulty,) = broken(Findings(1, asked=1000, faults=[Fault(CASE, Answer(500), "x")]))
    assert "5xx" in faulty


class Breaking(BaseHTTPRequestHandler):
    """Speaks, and breaks at everything else."""

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        sound = self.path == "/readyz" or self.path.startswith(("/tts", "/audio/1"))
        body = RECORDINGS[0] if self.path == "/audio/1" else b'{"audio_id": "1"}'
        self.send_response(200 if sound else 500)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_DELETE = do_HEAD = _answer  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing."""


@pytest.fixture
def breaking() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Breaking)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def fuzz(url: str, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return run_loadtests("fuzz", "--server", url, "-o", str(folder), *options)


def test_what_breaks_is_found_and_can_be_sent_again(breaking: str, tmp_path: Path) -> None:
    found = fuzz(breaking, tmp_path, "--cases", "40", "--seed", "5")
    assert found.returncode == 1, found.stderr
    told = json.loads((tmp_path / "fuzz.json").read_text())
    assert (told["seed"], told["asked"]) == (5, 40)
    fault = next(fault for fault in told["faults"] if fault["status"] == 500)
    assert (tmp_path / f"case-{fault['case']}.http").read_bytes()
    assert "seed 5" in found.stderr
    again = fuzz(breaking, tmp_path / "again", "--seed", "5", "--only", str(fault["case"]))
    assert again.returncode == 1
    (same,) = json.loads((tmp_path / "again" / "fuzz.json").read_text())["faults"]
    assert same["case"] == fault["case"]


def test_the_service_stays_what_it_was(service: RunningService, tmp_path: Path) -> None:
    found = fuzz(service.url, tmp_path, "--cases", "200", "--seed", "3")
    assert found.returncode == 0, found.stderr[-4000:]
    told = json.loads((tmp_path / "fuzz.json").read_text())
    assert (told["asked"], told["faults"]) == (200, [])
    looks = [look["ingress"] for look in told["memory_mib"]]
    assert max(map(len, looks)) == 1  # it was found, and looked at

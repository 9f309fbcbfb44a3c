"""Sends a service what no client should, and looks whether it stays what it was."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gevent.pool import Pool

from loadtests.errors import ServiceError
from loadtests.fuzz_cases import Case, make_case
from loadtests.fuzz_words import REAL_AUDIO, REAL_BATCH
from loadtests.processes import ingress_memory
from loadtests.wire import TOO_LATE, Answer, address_of, exchange

WARM_UP = 0.2  # of the cases, after which memory should stay
FLAT_MIB = 32.0  # that one ingress may hold more at the end,
FLAT_MIB_PER_THOUSAND = 1.0  # and this for a thousand cases
LOOKS = 20  # at memory, in all
MOST_FAULTS = 50  # that are kept whole
SPOKEN = "This voice is made to be hurt, again and again, in every way there is."
FORMATS = ("wav", "mp3", "flac", "opus", "ogg")
PROBLEM = "application/problem+json"
MADE = {"voice_id": "/voice/", "audio_id": "/audio/", "batch_id": "/batch/"}  # and where it is


@dataclass(frozen=True, slots=True)
class Fault:
    case: Case
    answer: Answer
    why: str

    def to_json(self) -> dict[str, Any]:
        body = self.answer.body[:500].decode(errors="replace")
        said = {"status": self.answer.status, "answer": body, "error": self.answer.error}
        return {"case": self.case.number, "sort": self.case.sort, "why": self.why} | said


@dataclass
class Findings:
    """What came of a run."""

    seed: int
    asked: int = 0
    statuses: dict[str, Counter[int]] = field(default_factory=dict)  # by sort
    faults: list[Fault] = field(default_factory=list)
    memory: list[tuple[int, dict[int, float]]] = field(default_factory=list)  # after how many

    def add(self, case: Case, answer: Answer) -> None:
        self.asked += 1
        self.statuses.setdefault(case.sort, Counter())[answer.status] += 1
        if why := fault_of(case, answer):
            self.faults.append(Fault(case, answer, why))

    def verdicts(self, cases: int) -> list[tuple[str, bool]]:
        """What was promised, and whether it was kept."""
        kept = [
            (f"all {cases} cases were sent", self.asked == cases),
            (
                f"every answer is one of ours, and none a 5xx ({len(self.faults)} are not)",
                not self.faults,
            ),
        ]
        if not self.memory or not self.memory[0][1]:
            return kept
        replicas = {tuple(sorted(held)) for _, held in self.memory}
        kept.append(("the ingress is the same process as at the beginning", len(replicas) == 1))
        if () in replicas:
            return kept
        after_warm_up = [held for number, held in self.memory if number >= WARM_UP * cases]
        grown = max(after_warm_up[-1].values()) - max(after_warm_up[0].values())
        limit = FLAT_MIB + FLAT_MIB_PER_THOUSAND * cases * (1 - WARM_UP) / 1000
        kept.append((f"its memory is flat: {grown:+.1f} MiB, at most {limit:.1f}", grown <= limit))
        return kept

    def to_json(self) -> dict[str, Any]:
        return {
            "seed": self.seed,
            "asked": self.asked,
            "statuses": {
                sort: {str(status): count for status, count in sorted(counts.items())}
                for sort, counts in sorted(self.statuses.items())
            },
            "memory_mib": [{"cases": number, "ingress": held} for number, held in self.memory],
            "faults": [fault.to_json() for fault in self.faults[:MOST_FAULTS]],
        }


def fault_of(case: Case, answer: Answer) -> str | None:
    """Why an answer is none that a client should get."""
    if answer.status >= 500:
        return f"{answer.status} is the service's own fault"
    if case.lies:
        return answer.error if answer.error == TOO_LATE else None
    if answer.status == 0:
        return f"no answer: {answer.error}"
    if answer.status >= 400 and case.method != "HEAD":
        return _no_problem(answer)
    return None


def _no_problem(answer: Answer) -> str | None:
    if not answer.headers.get("content-type", "").startswith(PROBLEM):
        return f"{answer.status} is no {PROBLEM}"
    try:
        told = json.loads(answer.body)
    except ValueError:
        return "the problem is no JSON"
    complete = isinstance(told, dict) and told.get("status") == answer.status and told.get("type")
    return None if complete else "the problem lacks its type or status"


class Fuzzer:
    """One run.

    Args:
        clients: requests under way at once.
    """

    def __init__(self, url: str, seed: int, clients: int, key: str = "") -> None:
        self._address = address_of(url)
        self._seed = seed
        self._clients = clients
        self._key = key
        self._host = f"localhost:{self._address[1]}"
        self._recordings = list(self._record())
        self._real: dict[str, str] = {}  # the ids of what there is, by what stands for it

    def run(self, numbers: Sequence[int], on_progress: Callable[[Findings], None]) -> Findings:
        findings = Findings(self._seed)
        self._look(findings)
        pool = Pool(self._clients)
        each = max(1, len(numbers) // LOOKS)
        for start in range(0, len(numbers), each):
            self._make_real()
            for number in numbers[start : start + each]:
                pool.spawn(self._ask, number, findings)
            pool.join()
            self._check_alive(findings)
            self._look(findings)
            on_progress(findings)
        return findings

    def save(self, findings: Findings, folder: Path) -> None:
        """Every fault's request as it was sent, and all figures."""
        folder.mkdir(parents=True, exist_ok=True)
        for fault in findings.faults[:MOST_FAULTS]:
            (folder / f"case-{fault.case.number}.http").write_bytes(
                fault.case.raw + fault.case.then
            )
        (folder / "fuzz.json").write_text(json.dumps(findings.to_json(), indent=1) + "\n")

    def _ask(self, number: int, findings: Findings) -> None:
        case = make_case(self._seed, number, self._recordings, self._host, self._key)
        raw = case.raw
        for stand_in, real in self._real.items():  # as long: lengths hold
            raw = raw.replace(stand_in.encode(), real.encode())
        half = case.lies and not case.then
        answer = exchange(self._address, raw, case.method, half=half, then=case.then)
        findings.add(case, answer)
        if answer.status in (200, 202) and case.method == "POST":
            self._take_back(answer)

    def _take_back(self, answer: Answer) -> None:
        """What was accepted would fill the queue and the disk."""
        try:
            made = json.loads(answer.body)
        except ValueError:
            return
        for name, path in MADE.items():
            if isinstance(made, dict) and name in made:
                self._send("DELETE", path + str(made[name]))

    def _make_real(self) -> None:
        """Something that routes have an answer for; what cases delete is made again here."""
        for stand_in, path, name, body in (
            (REAL_AUDIO, "/tts", "audio_id", {"text": SPOKEN, "timestamps": "word"}),
            (REAL_BATCH, "/batch", "batch_id", [{"text": SPOKEN, "title": "One"}]),
        ):
            made = self._send("POST", path, json.dumps(body).encode())
            if made.status not in (200, 202):
                continue  # of an earlier release, or full for a moment
            if earlier := self._real.get(stand_in):
                self._send("DELETE", MADE[name] + earlier)
            self._real[stand_in] = str(json.loads(made.body)[name])

    def _check_alive(self, findings: Findings) -> None:
        answer = self._send("GET", "/readyz")
        if answer.status != 200:
            raise ServiceError(
                f"the service is not ready after {findings.asked} cases of seed {self._seed}: "
                f"{answer.status or answer.error}"
            )

    def _look(self, findings: Findings) -> None:
        findings.memory.append((findings.asked, ingress_memory(self._address[1])))

    def _record(self) -> Iterator[bytes]:
        """A sound recording in every format, spoken by the service itself."""
        for kind in FORMATS:
            body = json.dumps({"text": SPOKEN, "format": kind, "seed": 1}).encode()
            spoken = self._send("POST", "/tts", body)
            if spoken.status != 200:
                raise ServiceError(f"the service does not speak: {spoken.status or spoken.error}")
            yield self._send("GET", f"/audio/{json.loads(spoken.body)['audio_id']}").body

    def _send(self, method: str, path: str, body: bytes = b"") -> Answer:
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self._host}", "Connection: close"]
        lines += [f"X-API-Key: {self._key}"] if self._key else []
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"] if body else []
        raw = "\r\n".join(lines).encode() + b"\r\n\r\n" + body
        return exchange(self._address, raw, method)

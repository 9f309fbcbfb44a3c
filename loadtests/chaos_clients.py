"""Clients of a service that is shot at: what each was promised, and what it got.

A client comes back as a good one does: after a refusal, after a connection that nobody took, and,
where its request carries an idempotency key, after an answer that never came. A request without a
key whose answer was lost is not sent again: whether it was heard, the client cannot know.
"""

from __future__ import annotations

import hashlib
import json
import random
import time
import uuid
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from typing import Any

import gevent

from loadtests.checks import Asked
from loadtests.exchange import Exchange
from loadtests.ledger import Ledger
from loadtests.texts import Text, draw_text
from loadtests.users import check_apart

WAIT_S = 10  # of a long poll
TIMEOUT_S = 30.0  # between two bytes; what hangs for longer is asked anew
END_LIMIT_S = 300.0  # of one errand
PAUSE_S = 0.5  # after a broken connection
MEAN_S = 4.0  # of speech in a text
WAV_HEADER = 44  # bytes, which tell no length in a stream
READ_BYTES = 2**16
# What no client has been promised anything by.
REFUSALS = (429, 503)
PROBLEM = "urn:phonex:problem:"  # before the name of each type of ours


class Lost(Exception):
    """Nothing came of it, for this reason."""


class Unanswered(Exception):
    """Nobody knows whether it was heard: it has no key, and must not be sent again."""


@dataclass(frozen=True, slots=True)
class Sight:
    """Something other than success that a client saw."""

    at: float
    what: str


@dataclass
class Errand:
    """One request, however often it is sent, and the file that it ends in."""

    kind: str  # tts or clone
    text: Text
    key: str = ""  # of idempotency
    stream: bool = False
    seed: int | None = None
    audio_id: str = ""
    etag: str = ""
    sha256: str = ""

    def request(self, voice_id: str) -> tuple[str, dict[str, object], dict[str, str]]:
        """Path, body and headers, the same each time."""
        body: dict[str, object] = {"text": self.text.text, "language": self.text.language}
        body |= {"format": "wav", "stream": self.stream}
        if self.kind == "clone":
            body["voice_id"] = voice_id
        if self.seed is not None:
            body["seed"] = self.seed
        headers = {} if self.stream else {"Prefer": "respond-async"}
        if self.key:
            headers["Idempotency-Key"] = self.key
        return f"/{self.kind}", body, headers


@dataclass
class Clients:
    """All clients of one run.

    Args:
        voice_id: of the clones.
    """

    url: str
    voice_id: str
    rng: random.Random
    ledger: Ledger = field(default_factory=Ledger)
    errands: list[Errand] = field(default_factory=list)
    sights: list[Sight] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    followers: list[Any] = field(default_factory=list)  # greenlets
    unanswered: int = 0  # without a key: the service may have heard them, or not

    def arrive(self, due: float) -> None:
        """One client with one errand. `due` is for an open loop's sake."""
        rng = self.rng
        kind = "clone" if rng.random() < 0.4 else "tts"
        key = uuid.UUID(int=rng.getrandbits(128)).hex if rng.random() < 0.5 else ""
        text = draw_text(rng, rng.expovariate(1 / MEAN_S))
        errand = Errand(kind, text, key, stream=rng.random() < 0.3)
        self.run(errand)

    def run(self, errand: Errand) -> None:
        """To its end; what is wrong goes into `faults` and the ledger."""
        self.errands.append(errand)
        try:
            deadline = time.monotonic() + END_LIMIT_S
            heard = self._begin(errand, deadline)
            self._collect(errand, heard, deadline)
        except Unanswered:
            self.unanswered += 1
        except Lost as error:
            if errand.audio_id:
                self.ledger.settle(errand.audio_id, "lost", str(error))
            self.faults.append(f"{errand.kind} {errand.audio_id or 'never accepted'}: {error}")

    def try_once(self, errand: Errand, limit_s: float) -> bool:
        """Whether it is spoken within `limit_s`. It needs a key: what may have been accepted is
        seen to its end by another greenlet."""
        path, body, headers = errand.request(self.voice_id)
        headers["Prefer"] = f"wait={limit_s:.0f}"
        try:
            with Exchange(self.url, "POST", path, body, headers, limit_s) as answer:
                spoken = answer.status == 200 and json.loads(answer.read())["status"] == "completed"
                # 500: the replica died under it, and may have accepted it before
                heard = answer.status in (200, 202, 500)
        except ConnectionRefusedError:
            return False
        except (OSError, HTTPException, ValueError):
            spoken, heard = False, True
        if heard:
            self.followers.append(gevent.spawn(self.run, errand))
        return spoken

    def _begin(self, errand: Errand, deadline: float) -> bytes | None:
        """Send it until it is accepted; what came of a stream."""
        while time.monotonic() < deadline:
            try:
                with self._exchange("POST", *errand.request(self.voice_id)) as answer:
                    if answer.status in (200, 202):
                        return self._accepted(errand, answer)
                    self._refused(errand, answer)
            except ConnectionRefusedError:
                self.saw("refused connection")
                gevent.sleep(PAUSE_S)
            except (OSError, HTTPException, ValueError) as error:
                self.saw(_name(error))
                if not errand.key:
                    raise Unanswered from error
                gevent.sleep(PAUSE_S)
        raise Lost(f"not accepted within {END_LIMIT_S:.0f} s")

    def _accepted(self, errand: Errand, answer: HTTPResponse) -> bytes | None:
        if not errand.stream:
            errand.audio_id = json.loads(answer.read())["audio_id"]
            self.ledger.accept(errand.audio_id, errand.kind)
            return None
        errand.audio_id = answer.headers["X-Audio-Id"]
        self.ledger.accept(errand.audio_id, "stream")
        heard = bytearray()
        try:
            _read(answer, heard)
        except (OSError, HTTPException) as error:
            self.saw(f"stream {_name(error)}")
            self._go_on(errand, heard, time.monotonic() + END_LIMIT_S)
        return bytes(heard)

    def _go_on(self, errand: Errand, heard: bytearray, deadline: float) -> None:
        """Hear the rest of a stream that broke."""
        path = f"/audio/{errand.audio_id}?stream=true"
        while time.monotonic() < deadline:
            headers = {"Range": f"bytes={len(heard)}-"} if heard else {}
            try:
                with self._exchange("GET", path, None, headers) as answer:
                    if answer.status == 416:  # it broke after its last byte
                        return
                    if answer.status == (206 if heard else 200):
                        _read(answer, heard)
                        return
                    self._refused(errand, answer)
            except (OSError, HTTPException) as error:
                self.saw(f"stream {_name(error)}")
                gevent.sleep(PAUSE_S)
        raise Lost(f"the stream did not end within {END_LIMIT_S:.0f} s")

    def _refused(self, errand: Errand, answer: HTTPResponse) -> None:
        """Wait as told; raise where coming back cannot help."""
        told = _problem(answer)
        self.saw(f"{answer.status} {told}")
        if answer.status not in REFUSALS and answer.status < 500:
            raise Lost(f"answered {answer.status} {told}")
        if answer.status not in REFUSALS and not errand.key and not errand.audio_id:
            raise Unanswered  # the replica died under it
        gevent.sleep(min(float(answer.headers.get("Retry-After", PAUSE_S)), 5.0))

    def _collect(self, errand: Errand, heard: bytes | None, deadline: float) -> None:
        """Follow accepted audio to its end, and check the file."""
        state = self._follow(errand, deadline)
        data, headers = self.download(errand.audio_id, deadline)
        errand.etag, errand.sha256 = headers.get("etag", ""), hashlib.sha256(data).hexdigest()
        asked = Asked(errand.audio_id, errand.text, "wav", seconds=state["seconds"])
        faults = check_apart(asked, data, headers)
        if len(data) != state["size_bytes"]:
            faults.append(f"{len(data)} bytes where {state['size_bytes']} were announced")
        if heard is not None and heard[WAV_HEADER:] != data[WAV_HEADER:]:
            faults.append(f"the stream of {len(heard)} bytes is not the file of {len(data)}")
        self.faults += [f"{errand.audio_id}: {fault}" for fault in faults]
        self.ledger.settle(errand.audio_id, "downloaded")

    def _follow(self, errand: Errand, deadline: float) -> dict[str, Any]:
        while time.monotonic() < deadline:
            status, body, _ = self.get(f"/status/{errand.audio_id}?wait={WAIT_S}")
            if status == 200:
                state: dict[str, Any] = json.loads(body)
                if state["status"] == "completed":
                    return state
                if state["status"] in ("failed", "cancelled"):
                    raise Lost(f"{state['status']}: {state.get('error')}")
            elif status == 404:
                raise Lost("its status is 404")
            else:
                gevent.sleep(PAUSE_S)
        raise Lost(f"not finished within {END_LIMIT_S:.0f} s")

    def download(self, audio_id: str, deadline: float) -> tuple[bytes, dict[str, str]]:
        """The file, and the headers of the answer with names in lower case. Raises Lost."""
        while time.monotonic() < deadline:
            status, data, headers = self.get(f"/audio/{audio_id}")
            if status == 200:
                return data, headers
            if 400 <= status < 500 and status not in REFUSALS:
                raise Lost(f"its audio is answered with {status}")
            gevent.sleep(PAUSE_S)
        raise Lost("its audio cannot be had")

    def get(self, path: str) -> tuple[int, bytes, dict[str, str]]:
        """Status, body and headers; 0 where no answer came, or only a part of it."""
        try:
            with self._exchange("GET", path, None, {}) as answer:
                headers = {name.lower(): value for name, value in answer.getheaders()}
                if answer.status != 200:
                    self.saw(f"{answer.status} {_problem(answer)}")
                    return answer.status, b"", headers
                return 200, answer.read(), headers
        except (OSError, HTTPException) as error:
            self.saw(_name(error))
            return 0, b"", {}

    def saw(self, what: str) -> None:
        self.sights.append(Sight(time.monotonic(), what))

    def _exchange(
        self, method: str, path: str, body: dict[str, object] | None, headers: dict[str, str]
    ) -> Exchange:
        return Exchange(self.url, method, path, body, headers, TIMEOUT_S)


def _read(answer: HTTPResponse, into: bytearray) -> None:
    while data := answer.read1(READ_BYTES):
        into += data


def _problem(answer: HTTPResponse) -> str:
    """The name of the problem's type."""
    try:
        told: str = json.loads(answer.read())["type"]
    except (ValueError, KeyError, TypeError):
        return "without a problem"
    return told.removeprefix(PROBLEM)


def _name(error: Exception) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "refused connection"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return "broken connection"

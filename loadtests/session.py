"""One run: a locust environment, users that arrive in an open loop, and what they met with."""

from __future__ import annotations

import contextlib
import gc
import random
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import gevent
from locust import User, task
from locust.env import Environment
from locust.html import get_html_report
from locust.runners import LocalRunner
from locust.stats import stats_history

from loadtests.arrivals import Profile, offer
from loadtests.errors import ServiceError
from loadtests.local import given_or_local
from loadtests.outcomes import Record
from loadtests.users import MIXES, RECORDING_TEXT, PhonexUser, World

JOIN_LIMIT_S = 620.0  # for what was accepted to end, after the last arrival


class _Asker(PhonexUser):
    """Sets the stage; takes no part in the play."""

    abstract = True
    weight = 0


def prepare(environment: Environment) -> None:
    """Have a voice registered that all cloners use.

    Raises:
        ServiceError: the service does not answer as it should.
    """
    asker = _Asker(environment)
    world = PhonexUser.world
    spoken = asker.client.post("/tts", json={"text": RECORDING_TEXT, "format": "wav"})
    if spoken.status_code not in (200, 202):
        hint = " (set PHONEX_API_KEY)" if spoken.status_code == HTTPStatus.UNAUTHORIZED else ""
        raise ServiceError(f"{environment.host} does not speak: {spoken.status_code}{hint}")
    answer = spoken.json()
    state = asker.follow(answer["audio_id"], answer)
    world.recording = asker.client.get(f"/audio/{state['audio_id']}").content
    registered = asker.client.post(
        "/voice/register",
        data={"voice_name": f"load test {uuid.uuid4().hex[:8]}"},
        files={"voice_sample": ("voice.wav", world.recording, "audio/wav")},
    )
    if registered.status_code != 200:
        raise ServiceError(f"{environment.host} learns no voice: {registered.status_code}")
    world.voice_id = registered.json()["voice_id"]


@dataclass
class Session:
    """Loads one service, in one or several phases."""

    environment: Environment
    runner: LocalRunner
    world: World

    @classmethod
    def open(cls, url: str, mix: str = "mixed", seed: int = 0, patience_s: float = 0.0) -> Session:
        """Raises ServiceError where the service does not answer."""
        PhonexUser.world = World(rng=random.Random(seed), patience_s=patience_s)  # noqa: S311
        environment = Environment(user_classes=[_Arrivals], host=url)
        prepare(environment)
        runner = environment.create_local_runner()
        gevent.spawn(stats_history, runner)
        session = cls(environment, runner, PhonexUser.world)
        _Arrivals.session, _Arrivals.mix = session, MIXES[mix]
        # Locust counts and charts what its running users do.
        runner.start(1, spawn_rate=1)
        while runner.user_count < 1:
            gevent.sleep(0.05)
        session.begin()
        # A collection of all that is loaded by now takes 0.2 s, by which answers would seem late.
        gc.collect()
        gc.freeze()
        return session

    def begin(self) -> Record:
        """A new record for what comes now."""
        self.world.record = Record()
        return self.world.record

    def load(
        self, profile: Profile, stopped: Callable[[], bool] = lambda: False
    ) -> tuple[float, float]:
        """Let users arrive as the profile says. When that began and ended, in monotonic time."""
        began = time.monotonic()
        record = self.world.record
        times = profile.arrivals(self.world.rng)
        record.lateness += offer(times, _Arrivals.one_arrives, stopped)
        left = began + profile.seconds - time.monotonic()
        if left > 0 and not stopped():
            gevent.sleep(left)
        return began, time.monotonic()

    def join(self, limit_s: float = JOIN_LIMIT_S) -> None:
        """Wait until everyone has left."""
        gevent.joinall(list(_Arrivals.visitors), timeout=limit_s)

    def spawn(self, visit: Callable[[], object]) -> gevent.Greenlet[..., object]:
        greenlet = gevent.spawn(visit)
        _Arrivals.visitors.add(greenlet)
        greenlet.rawlink(_Arrivals.visitors.discard)
        return greenlet

    def new_user(self, kind: type[PhonexUser] | None = None) -> PhonexUser:
        return (kind or _Arrivals.draw())(self.environment)

    def pieces_a_visit(self) -> float:
        """Pieces of audio that one arrival asks for, on average."""
        weights = [kind.weight for kind in _Arrivals.mix]
        pieces = (kind.pieces * kind.weight for kind in _Arrivals.mix)
        return sum(pieces) / sum(weights)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Any:
        return _Asker(self.environment).client.get(path, name=path, headers=dict(headers or {}))

    def locust_report(self) -> str:
        """Locust's own HTML page."""
        report: str = get_html_report(self.environment, show_download_link=False)  # type: ignore[no-untyped-call]
        return report

    def close(self) -> None:
        client = _Asker(self.environment).client
        client.delete(f"/voice/{self.world.voice_id}", name="/voice/[id]")
        self.runner.quit()


class _Arrivals(User):
    """Locust's one user while the open loop runs: it stands for the street they come from."""

    fixed_count = 1
    session: Session
    mix: Sequence[type[PhonexUser]]
    visitors: set[Any] = set()  # noqa: RUF012  greenlets, of the process

    @task
    def stay(self) -> None:
        gevent.sleep(1.0)

    @classmethod
    def draw(cls) -> type[PhonexUser]:
        weights = [kind.weight for kind in cls.mix]
        return cls.session.world.rng.choices(cls.mix, weights=weights)[0]

    @classmethod
    def one_arrives(cls, due: float) -> None:
        user = cls.session.new_user()
        greenlet = gevent.getcurrent()
        cls.visitors.add(greenlet)
        try:
            user.arrive(due)
        finally:
            cls.visitors.discard(greenlet)


@contextlib.contextmanager
def session_at(
    server: str | None, mix: str, seed: int, patience_s: float = 0.0
) -> Iterator[Session]:
    """A session with the service at a URL, or with one of our own where none is given."""
    with given_or_local(server) as url:
        session = Session.open(url, mix, seed, patience_s)
        try:
            yield session
        finally:
            session.close()

"""One running service for the whole session; voices and recordings to try it with."""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import httpx
import hypothesis
import numpy as np
import pytest
import soundfile

from config.installing import install_hint
from engines.audio.segments import load_detector
from serve_app.host.supervisor import port_fault
from tests.running import WEBHOOKS, RunningService

load_detector()  # before any test module loads torch

# Weights that this machine's user has pulled would change which engine the tests' services choose.
NO_DATA = tempfile.TemporaryDirectory(prefix="phonex-no-data-")
os.environ["XDG_DATA_HOME"] = NO_DATA.name
os.environ.pop("PHONEX_DATA_DIR", None)

# Properties are no measurements: how long one takes depends on what else the machine does.
hypothesis.settings.register_profile("phonex", deadline=None)
hypothesis.settings.load_profile("phonex")

# A person's voice, which the OpenVoice project publishes under MIT.
REAL_VOICE = Path(__file__).parent / "data" / "reference" / "demo_speaker0.mp3"
PARAGRAPH = (
    "The harbour was quiet before dawn. A single lamp burned on the long stone pier. "
    "Gulls slept in rows along the roof of the market. Far out, a bell rang twice and stopped. "
    "Then the first boat turned slowly towards the open sea."
)
# Leases short enough that a test can wait for one to run out.
SETTINGS: dict[str, Any] = {
    "jobs": {"lease_s": 4.0, "heartbeat_s": 1.0, "poll_s": 0.3, "max_queue_wait_s": 200.0},
    "limits": {"upload_timeout_s": 5.0},
    "provenance": {"verifications_per_minute": 0},
    "webhooks": WEBHOOKS,
}

HAS_IPV6 = port_fault("::1", 0) is None
PREFIX = "/voice"  # of the second service

# Of extras that the base tests go without.
NEURAL = ("torch", "transformers", "huggingface_hub", "onnx", "onnxruntime", "onnxscript")


class SkippableModule(pytest.Module):
    """A test module that is skipped where the neural extra, which it imports, is not installed."""

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        try:
            return super().collect()
        except self.CollectError as error:
            cause = error.__cause__
            if not isinstance(cause, ModuleNotFoundError) or cause.name not in NEURAL:
                raise
        pytest.skip(f"{cause.name} is not installed: {install_hint('neural', 'export')}")


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module:
    return SkippableModule.from_parent(parent, path=module_path)


# In two processes, tests that share what is expensive to make go to one of them.
OF_THE_SERVICE = {"clients", "contract", "deploy", "docs", "loadtests", "monitoring", "pages"}
# These begin, so that no process works at a long one while the other has nothing left to do.
LONGEST = (
    *("service", "survival", "export", "serve_app/checkpoints", "engines/audio"),
    *("engines/reading", "test_neural_service.py", "engines/kokoro", "engines/embedded"),
)

# Services of which few tests have need: those stand together, as a service costs a tenth of a core
# though nobody asks it anything.
NEIGHBOURS = ("keyed", "second")


def scope_of(path: Path | str) -> str:
    """What a test shares with others: `service`, or else its folder."""
    *folders, name = Path(path).relative_to("tests").parts
    if folders and folders[0] in OF_THE_SERVICE:
        return "service"
    return "/".join(folders[:2]) or name


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    scopes = {item: scope_of(item.path.relative_to(Path(__file__).parents[1])) for item in items}
    items.sort(
        key=lambda item: [
            *(scopes[item] != scope for scope in LONGEST),
            *(name in getattr(item, "fixturenames", ()) for name in NEIGHBOURS),
        ]
    )


@pytest.hookimpl(trylast=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Say at once what failed: a run that is stopped by a time limit never gets to its summary."""
    if report.failed and "PYTEST_XDIST_WORKER" not in os.environ:
        last = "\n".join(report.longreprtext.splitlines()[-12:])
        took = f"{report.when}, {report.duration:.0f} s"
        sys.stdout.write(f"\nFAILED {report.nodeid} ({took})\n{last}\n")
        sys.stdout.flush()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object:
    # pytest-xdist's own `loadgroup` knows no groups under pytest 9.2.
    from xdist.scheduler import LoadScopeScheduling

    class ByWhatIsShared(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return scope_of(nodeid.split("::")[0])

    return ByWhatIsShared(config, log)


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """A real Ray Serve with the real graph, over real HTTP."""
    running = RunningService(tmp_path_factory.mktemp("service"), SETTINGS)
    try:
        running.wait_until_ready()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def second(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """A service where the other is not: below a path, and on IPv6 where there is any. What it holds
    may be deleted."""
    settings = {"http": {"trust_forwarded_prefix": True}}
    host = ("--host", "[::1]") if HAS_IPV6 else ()
    folder = tmp_path_factory.mktemp("second")
    running = RunningService(folder, settings, "--root-path", f"{PREFIX}/", *host)
    try:
        running.wait_until_ready()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def client(service: RunningService) -> httpx.Client:
    return service.client


@pytest.fixture(scope="session")
def recording(client: httpx.Client) -> bytes:
    """Speech to register: our own, of a base speaker, as a file."""
    return speak(client, PARAGRAPH, speaker="EN-BR")


@pytest.fixture(scope="session")
def voice_id(client: httpx.Client, recording: bytes) -> str:
    """A registered voice."""
    answer = client.post(
        "/voice/register",
        data={"voice_name": "Session Voice"},
        files={"voice_sample": ("voice.wav", recording)},
    )
    assert answer.status_code == 200, answer.text
    registered: str = answer.json()["voice_id"]
    return registered


@pytest.fixture(scope="session")
def demo_recording() -> bytes:
    return REAL_VOICE.read_bytes()


def speak(client: httpx.Client, text: str, **request: Any) -> bytes:
    """A finished WAV of a text; a clone where `voice_id` is given."""
    route = "/clone" if "voice_id" in request else "/tts"
    answer = client.post(route, json={"text": text} | request)
    assert answer.status_code in (200, 202), answer.text
    audio = client.get(answer.json()["audio_url"], params={"wait": 60})
    assert audio.status_code == 200, audio.text
    return audio.content


def read_audio(data: bytes) -> tuple[np.ndarray, int]:
    """Mono float64 samples, and the rate in Hz."""
    samples, rate = soundfile.read(io.BytesIO(data))
    return np.asarray(samples), rate

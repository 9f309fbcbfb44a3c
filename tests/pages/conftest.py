"""A real browser on the real service. What every test watches for is in `Visit`."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.conftest import REAL_VOICE
from tests.running import RunningService

CHROMIUM = shutil.which("chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
)
PATIENCE_MS = 30_000  # for a slow machine to speak a sentence


@pytest.fixture(scope="package")
def sample(tmp_path_factory: pytest.TempPathFactory, recording: bytes) -> Path:
    """A recording to upload, and what the browser's microphone hears: speech in a WAV file."""
    path = tmp_path_factory.mktemp("sample") / "speech.wav"
    path.write_bytes(recording)
    return path


@pytest.fixture(scope="package")
def upload() -> Path:
    return REAL_VOICE


@pytest.fixture(scope="package")
def browser(sample: Path) -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    if CHROMIUM is None:
        pytest.skip("there is no browser: apt-get install chromium")
    # Of the package, not the session: tests elsewhere run event loops of their own.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[*FLAGS, f"--use-file-for-fake-audio-capture={sample}"],
        )
        yield browser
        browser.close()


@dataclass
class Visit:
    """One visitor with a fresh browser, and what their browser complained about."""

    page: Page
    url: str
    foreign: list[str] = field(default_factory=list)  # requests to anywhere else
    errors: list[str] = field(default_factory=list)  # exceptions and refusals of the policy

    def open(self, path: str = "/sandbox") -> Page:
        self.page.goto(self.url + path)
        if path == "/sandbox":
            self.page.wait_for_selector("#service[data-state=ready]")
        return self.page

    def watch(self) -> None:
        own = (self.url, "blob:" + self.url, "data:")
        self.page.on(
            "request",
            lambda sent: None if sent.url.startswith(own) else self.foreign.append(sent.url),
        )
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on(
            "console",
            lambda said: (
                self.errors.append(said.text) if "Content Security Policy" in said.text else None
            ),
        )


Visits = Callable[..., Visit]  # given options of a browser's context


@pytest.fixture
def visit(browser: Browser, service: RunningService) -> Iterator[Visits]:
    """Starts visits; after the test, none may have complained or left the service."""
    visits: list[tuple[BrowserContext, Visit]] = []

    def start(**options: Any) -> Visit:
        context = browser.new_context(**options)
        context.set_default_timeout(PATIENCE_MS)
        visitor = Visit(context.new_page(), service.url)
        visitor.watch()
        visits.append((context, visitor))
        return visitor

    yield start
    for context, visitor in visits:
        context.close()
        assert visitor.foreign == []
        assert visitor.errors == []

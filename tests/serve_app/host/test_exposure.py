"""Ray's own ports run what they are sent: nobody else may reach them without a token."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from config.service_config import ray_environment
from serve_app.host.exposure import ExposedWithoutToken, refuse_unguarded


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.7", "phonex.internal", "", None])
def test_beyond_loopback_ray_has_to_ask_for_a_token(host: str | None) -> None:
    with pytest.raises(ExposedWithoutToken, match="RAY_AUTH_MODE=token"):
        refuse_unguarded(host, token=False)
    refuse_unguarded(host, token=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]"])
def test_on_loopback_it_is_as_the_operator_likes(host: str) -> None:
    refuse_unguarded(host, token=False)


@pytest.mark.parametrize(("mode", "asks"), [("token", True), ("disabled", False), (None, False)])
def test_what_ray_is_told_is_what_counts(mode: str | None, asks: bool) -> None:
    environment = {name: text for name, text in os.environ.items() if name != "RAY_AUTH_MODE"}
    if mode:
        environment["RAY_AUTH_MODE"] = mode
    # Ray reads it once in a process.
    program = "from serve_app.host.ray_private import asks_for_token as asks; print(asks())"
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == str(asks)


def test_phonex_serve_brings_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RAY_AUTH_MODE", raising=False)
    assert ray_environment()["RAY_AUTH_MODE"] == "token"

"""PHP behind nginx: when it starts late, and when more come than it has children."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from tests.deploy.proxies import KINDS, Commands, find_program, running_proxy
from tests.deploy.upstream import Upstream


def test_a_php_fpm_that_starts_late_is_waited_for(
    upstream: Upstream, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """nginx answers 502 until then, which a busy machine once showed in the tests."""
    whole = KINDS["php-fpm"]

    def late(folder: Path, port: int, upstream: str) -> Commands:
        (fpm, nginx), environment = whole.commands(folder, port, upstream)
        found = find_program("php-fpm") or "php-fpm"
        return [["sh", "-c", 'sleep 1; exec "$@"', "-", found, *fpm[1:]], nginx], environment

    if not find_program("php-fpm"):
        pytest.skip(f"php-fpm is not installed: apt-get install {whole.package}")
    monkeypatch.setitem(KINDS, "php-fpm", replace(whole, commands=late))
    with running_proxy("php-fpm", tmp_path, upstream.address) as url:
        assert httpx.get(f"{url}/health").status_code == 200


def test_more_visitors_than_php_has_children_wait_for_their_turn(
    upstream: Upstream, tmp_path: Path
) -> None:
    """Each that waits for a job holds one of the pool's four."""
    answers: list[int] = []
    with running_proxy("php-fpm", tmp_path, upstream.address) as url:

        def ask() -> None:
            answers.append(httpx.get(f"{url}/status/slow", timeout=60).status_code)

        asking = [threading.Thread(target=ask) for _ in range(12)]
        for one in asking:
            one.start()
        upstream.go_on.set()
        for one in asking:
            one.join()
    assert answers == [200] * 12

"""For locust's own command and web page: `locust -f loadtests/locustfile.py --host URL`.

Here the users run in a closed loop, as many as asked for.
"""

from __future__ import annotations

from typing import Any

from locust import events

from loadtests.session import prepare
from loadtests.users import BatchClient, Cloner, Newcomer, Reader

__all__ = ["BatchClient", "Cloner", "Newcomer", "Reader"]


@events.test_start.add_listener  # type: ignore[untyped-decorator]  # locust's
def make_voice(environment: Any, **_: Any) -> None:
    prepare(environment)

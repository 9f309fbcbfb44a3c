"""The process that runs the node: how it ends, and what it says of what could not start."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from serve_app.host import node

RAYS = """The deployment failed to start 3 times in a row. Error:
Traceback (most recent call last):
  File "/site/ray/serve/_private/replica.py", line 1867, in initialize
    await self._user_callable_wrapper.initialize_callable()
{class_name}: {words}"""


class NeverGone:
    """Ray Serve with a request that stays open: the application is being deleted all the time."""

    def __init__(self) -> None:
        self.deleted: list[tuple[str, bool]] = []

    def delete(self, name: str, _blocking: bool = True) -> None:
        self.deleted.append((name, _blocking))

    def status(self) -> SimpleNamespace:
        return SimpleNamespace(applications={"phonex": "DELETING"})


def test_a_request_that_stays_open_does_not_keep_the_node(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node, "DELETE_LIMIT_S", 0.2)
    serve = NeverGone()
    node._delete(serve, "phonex")  # comes back
    assert serve.deleted == [("phonex", False)]


def test_our_own_errors_are_told_as_sentences_and_others_with_their_traces() -> None:
    words = "another service uses the data folder data: application 'phonex'.\nStop it."
    ours = RAYS.format(class_name="serve_app.host.claim.DataFolderTaken", words=words)
    assert node.sentence(ours) == words
    others = RAYS.format(class_name="KeyError", words="'a'")
    assert node.sentence(others) == others
    assert node.sentence("waiting for resources") == "waiting for resources"

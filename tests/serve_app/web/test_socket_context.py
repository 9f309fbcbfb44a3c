"""What a context of the WebSocket asks for each of its sentences."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from config.settings import LimitSettings
from engines.reading.typed import TypedText
from serve_app.web import socket_context
from serve_app.web.socket_context import Context, Listener
from serve_app.work.orders import Words


def test_only_a_sentence_that_is_waited_for_is_to_begin_soon(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[Words] = []
    both = asyncio.Event()

    async def meant(sentence: str) -> tuple[Words, str | None]:
        return Words(sentence, "EN", None, 1.0, 0.0, "pcm", 1, {}, stream=True), None

    async def new_job(_service: object, _asked: object, words: Words, _voice: object) -> None:
        asked.append(words)
        if len(asked) == 2:
            both.set()

    async def converse() -> None:
        service = SimpleNamespace(settings=SimpleNamespace(limits=LimitSettings()))
        listener = Listener(cast(Any, service), "", "session", cast(Any, None))
        context = Context("a", TypedText("EN"), meant, listener)
        context.write("It rained all morning. The river rose by noon. ")
        context.flush()
        await both.wait()

    monkeypatch.setattr(socket_context, "new_job", new_job)
    asyncio.run(asyncio.wait_for(converse(), 10))
    assert [words.follows for words in asked] == [False, True]

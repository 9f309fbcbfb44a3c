"""The requests about batches, and about the events of a job, as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Required

import httpx

from phonex_client import answers
from phonex_client.addresses import segment
from phonex_client.answering import gone
from phonex_client.call import Call, boolean, delete, get, post_json, read_document
from phonex_client.calls import Manner

BatchFormat = Literal["zip", "m4b"]
ALL_ITEMS = 1_000  # of one page, and of a batch unless the operator allows more


class BatchText(Manner, total=False):
    """One text of a batch."""

    text: Required[str]
    voice_id: str
    """A registered voice, by id or name; a base speaker speaks where absent."""
    id: str
    """What the caller calls it; it comes back with the item."""
    title: str
    """Of its file, and of its chapter."""


def submit_batch(
    items: Sequence[BatchText], title: str, idempotency_key: str | None
) -> Call[answers.AcceptedBatch]:
    document: Mapping[str, Any] = {"title": title, "items": list(items)}
    return post_json("/batch", document, answers.AcceptedBatch, idempotency_key)


def batch(batch_id: str, start: int, limit: int, wait_s: float) -> Call[answers.BatchPage]:
    asked = {"start": str(start), "limit": str(limit)}
    if wait_s:
        asked["wait"] = f"{wait_s:g}"
    return get(f"/batch/{segment(batch_id)}", answers.BatchPage, asked)


def delete_batch(batch_id: str) -> Call[answers.Deleted]:
    return delete(f"/batch/{segment(batch_id)}")


def batch_audio(batch_id: str, form: BatchFormat, *, partial: bool) -> Call[httpx.Response]:
    params = {"format": form, "partial": boolean(partial)}
    path = f"/batch/{segment(batch_id)}/audio"
    return Call(method="GET", path=path, read=lambda got: got, params=params)


def events(audio_id: str) -> Call[httpx.Response]:
    path = f"/jobs/{segment(audio_id)}/events"
    headers = {"Accept": "text/event-stream"}
    return Call(method="GET", path=path, read=lambda got: got, headers=headers)


class EventReader:
    """Makes jobs of the lines of server-sent events; each change once, however often it is told."""

    def __init__(self) -> None:
        self._event = ""
        self._data: list[str] = []
        self._told: str | None = None

    def begin(self) -> None:
        """A stream begins: what the one before left unfinished is void."""
        self._event, self._data = "", []

    def read(self, line: str) -> answers.Job | None:
        """
        Returns:
            A job that has changed, where this line completes it.

        Raises:
            AudioNotFound: the job was deleted.
            UnexpectedAnswer: what is told is no job.
        """
        name, _, value = line.partition(":")
        if name == "event":
            self._event = value.strip()
        elif name == "data":
            self._data.append(value.removeprefix(" "))
        elif not line:
            event, told = self._event, "\n".join(self._data)
            self.begin()
            if event == "deleted":
                raise gone()
            if told and told != self._told:
                self._told = told
                return read_document(answers.Job, told)
        return None

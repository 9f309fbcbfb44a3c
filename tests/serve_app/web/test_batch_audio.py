"""What a batch made, as one file: an archive, or a book with chapters."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import av
import httpx
import pytest

from engines.base import Utterance, Waveform
from engines.errors import UnspeakableText
from serve_app.service import Service
from serve_app.store.blobs import CHUNK_BYTES, Blobs
from serve_app.work.archives import safe_name, stream_archive
from tests.serve_app.applications import application
from tests.serve_app.fakes import FakePipeline, run, spoken
from tests.serve_app.web.test_batches import ended

Scenario = Callable[[Service, httpx.AsyncClient], Awaitable[None]]


async def fails(utterance: Utterance) -> Waveform:
    if utterance.text == "Fail.":
        raise UnspeakableText("no")
    return await spoken(utterance)


def play(tmp_path: Path, scenario: Scenario, **settings: Any) -> None:
    async def played() -> None:
        async with application(tmp_path, FakePipeline(speak=fails), **settings) as (
            service,
            client,
        ):
            await scenario(service, client)

    run(played())


async def made(client: httpx.AsyncClient, items: list[dict[str, Any]], title: str = "") -> str:
    answer = await client.post("/batch", json={"items": items, "title": title})
    assert answer.status_code == 202, answer.text
    batch_id: str = answer.json()["batch_id"]
    await ended(client, batch_id)
    return batch_id


def opened(answer: httpx.Response) -> zipfile.ZipFile:
    assert answer.status_code == 200, answer.text
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    return archive


def test_the_archive_holds_each_file_and_what_became_of_each_item(tmp_path: Path) -> None:
    items = [
        {"text": "First.", "title": "../../etc/passwd", "format": "mp3"},
        {"text": "Second.", "title": "Kapitel 二: «Ärger»\u2028?", "id": "x"},
        {"text": "Third.", "id": "CON"},
        {"text": "Fail.", "id": "broken"},
        {"text": "…"},
    ]

    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        items[1]["title"] = "Kapitel 二: «Ärger»?"
        batch_id = await made(client, items, "Das Buch")
        answer = await client.get(f"/batch/{batch_id}/audio")
        archive = opened(answer)
        assert archive.namelist() == [
            "001-etc-passwd.mp3",
            "002-Kapitel-二-Ärger.wav",
            "003-CON.wav",
            "batch.json",
        ]
        assert "filename*=UTF-8''Das%20Buch.zip" in answer.headers["content-disposition"]
        told = json.loads(archive.read("batch.json"))
        assert told["title"] == "Das Buch"
        assert [one["status"] for one in told["items"]] == ["completed"] * 3 + [
            "failed",
            "refused",
        ]
        for one in told["items"][:3]:
            alone = await client.get(f"/audio/{one['audio_id']}")
            assert archive.read(one["file"]) == alone.content
        assert "unspeakable" in told["items"][3]["problem"]["type"]
        # Written front to back by a service, the same bytes each time.
        assert (await client.get(f"/batch/{batch_id}/audio")).content == answer.content

    play(tmp_path, scenario)


def test_what_is_deleted_while_the_archive_is_written_is_told_in_it(tmp_path: Path) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        batch_id = await made(client, [{"text": "One."}, {"text": "Two."}])
        batch = await service.batches.get(batch_id, "")
        (first, second) = service.records.list_batch_items(batch_id, 0, 2)
        assert first.audio is not None
        service.blobs.delete(first.audio.blob_key)
        data = b"".join(
            stream_archive(
                service.records, service.blobs, batch, lambda item: {"status": item.state}
            )
        )
        archive = zipfile.ZipFile(io.BytesIO(data))
        told = json.loads(archive.read("batch.json"))["items"]
        assert told == [{"status": "deleted"}, {"status": "completed", "file": "002.wav"}]
        assert second.audio is not None

    play(tmp_path, scenario)


class Counting:
    """Blobs that say which were opened."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs
        self.opened = 0

    def stream(self, key: str) -> Iterator[bytes]:
        self.opened += 1
        return self._blobs.stream(key)


def test_no_more_of_an_archive_is_held_than_a_chunk(tmp_path: Path) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        batch_id = await made(client, [{"text": "One."}, {"text": "Two."}])
        batch = await service.batches.get(batch_id, "")
        for item in service.records.list_batch_items(batch_id, 0, 2):
            assert item.audio is not None
            service.blobs.put(item.audio.blob_key, bytes(5 * CHUNK_BYTES))
        blobs = Counting(service.blobs)
        chunks = stream_archive(service.records, blobs, batch, lambda item: {})  # type: ignore[arg-type]
        sizes = [len(next(chunks)) for _ in range(5)]
        assert blobs.opened == 1
        sizes += [len(chunk) for chunk in chunks]
        assert sum(sizes) > 10 * CHUNK_BYTES
        assert max(sizes) < 1.1 * CHUNK_BYTES

    play(tmp_path, scenario)


def test_an_unfinished_batch_gives_what_there_is_only_where_that_is_asked_for(
    tmp_path: Path,
) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        batch_id = await made(client, [{"text": "One."}, {"text": "Two."}])
        with service.records._database.write() as transaction:  # as if it were not made yet
            transaction.execute(
                "UPDATE batch_items SET state = 'waiting', job_id = NULL WHERE position = 1"
            )
        # No feeder may look: it would make the second again.
        await service.batches.feeder.close()
        for form in ("zip", "m4b"):
            params: dict[str, Any] = {"format": form}
            answer = await client.get(f"/batch/{batch_id}/audio", params=params)
            assert answer.status_code == 409
            problem = answer.json()
            assert problem["type"] == "urn:phonex:problem:batch-not-ready"
            assert problem["status_url"] == f"/batch/{batch_id}"
            assert "1 of 2" in problem["detail"]
            part = await client.get(f"/batch/{batch_id}/audio", params=params | {"partial": True})
            assert part.status_code == 200, part.text
            if form == "zip":
                assert opened(part).namelist() == ["001.wav", "batch.json"]

    play(tmp_path, scenario)


def chapters_of(data: bytes) -> list[str]:
    with av.open(io.BytesIO(data)) as book:
        return [one["metadata"]["title"] for one in book.chapters()]


@pytest.mark.parametrize(
    ("items", "chapters"),
    [
        (
            [{"title": "I", "text": "One."}, {"text": "On."}, {"title": "二", "text": "T."}],
            ["I", "二"],
        ),
        ([{"id": "a", "text": "One."}, {"text": "Two."}], ["a", "2"]),
        ([{"title": "I", "text": "One.", "format": "aac"}, {"text": "Two."}], ["I"]),
    ],
)
def test_a_book_has_a_chapter_at_each_title(
    tmp_path: Path, items: list[dict[str, Any]], chapters: list[str]
) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        batch_id = await made(client, items, "A book")
        answer = await client.get(f"/batch/{batch_id}/audio", params={"format": "m4b"})
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "audio/mp4"
        assert chapters_of(answer.content) == chapters
        head = await client.head(f"/batch/{batch_id}/audio", params={"format": "m4b"})
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-disposition"] == answer.headers["content-disposition"]

    play(tmp_path, scenario)


def test_a_book_that_lacks_something_is_none_unless_that_is_asked_for(tmp_path: Path) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        batch_id = await made(client, [{"text": "One."}, {"text": "Fail."}])
        path = f"/batch/{batch_id}/audio"
        answer = await client.get(path, params={"format": "m4b"})
        assert answer.status_code == 410
        assert "1 of 2" in answer.json()["detail"]
        part = await client.get(path, params={"format": "m4b", "partial": True})
        assert chapters_of(part.content) == ["1"]
        assert (await client.get(path)).status_code == 200  # its batch.json says what is missing
        nothing = await made(client, [{"text": "Fail."}])
        asked: list[dict[str, Any]] = [
            {},
            {"partial": True},
            {"format": "m4b", "partial": True},
        ]
        for params in asked:
            answer = await client.get(f"/batch/{nothing}/audio", params=params)
            assert answer.status_code == 410

    play(tmp_path, scenario)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("", "007"),
        ("a/b\\c:d*e", "007-a-b-c-d-e"),
        ("..", "007"),
        ("x" * 300, "007-" + "x" * 60),
        ("cafe\u0301", "007-caf\u00e9"),
        ("-rf ~", "007-rf"),
    ],
)
def test_names_are_safe_on_any_file_system(title: str, name: str) -> None:
    assert safe_name(title, 7, 3) == name

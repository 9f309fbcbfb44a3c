"""A book by one command, whose client and whose service are killed: every sentence there, once."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import apsw
import av

from tests.running import ROOT, RunningService

CHAPTERS, SENTENCES = 3, 50
LIMIT_S = 200.0


def sentences() -> list[list[str]]:
    return [
        [f"Sentence {n} of chapter {chapter} is one of many." for n in range(SENTENCES)]
        for chapter in range(CHAPTERS)
    ]


def write_text(path: Path) -> Path:
    chapters = [
        f"Chapter {number + 1}\n\n{' '.join(said)}\n" for number, said in enumerate(sentences())
    ]
    path.write_text("\n".join(chapters))
    return path


def rows(service: RunningService, sql: str) -> list[tuple[str, ...]]:
    database = apsw.Connection(str(service.data_dir / "phonex.db"), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        return list(database.execute(sql))
    finally:
        database.close()


def wait_until_made(service: RunningService, least: int) -> None:
    done = "SELECT id FROM jobs WHERE id IN (SELECT job_id FROM batch_items) AND "
    deadline = time.monotonic() + LIMIT_S
    while len(rows(service, done + "state = 'completed'")) < least:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def packets(data: bytes, skip: int) -> list[bytes]:
    with av.open(io.BytesIO(data), "r") as file:
        return [bytes(packet)[skip:] for packet in file.demux(audio=0) if packet.size]


def test_a_book_outlives_its_client_and_its_service(
    fragile: RunningService, tmp_path: Path
) -> None:
    output = tmp_path / "book.m4b"
    command = [
        *(sys.executable, "-m", "serve_app.cli.main", "book", str(write_text(tmp_path / "b.txt"))),
        *("-o", str(output), "--server", fragile.url),
    ]
    client = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    wait_until_made(fragile, 1)
    client.send_signal(signal.SIGKILL)
    client.communicate()
    client = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    fragile.kill("")
    fragile.start_again(60)
    _, told = client.communicate(timeout=LIMIT_S)
    assert client.returncode == 0, told

    items = rows(
        fragile,
        "SELECT job.request, job.id FROM batch_items AS item JOIN jobs AS job ON job.id = job_id"
        " ORDER BY position",
    )
    assert len(items) == len(rows(fragile, "SELECT 1 FROM batch_items")) == CHAPTERS
    said = " ".join(
        part
        for request, _ in items
        for part in json.loads(request)["parts"]
        if isinstance(part, str)
    )
    for sentence in (one for chapter in sentences() for one in chapter):
        assert said.count(sentence) == 1, sentence
    made = [
        packet
        for _, job_id in items
        for packet in packets(fragile.client.get(f"/audio/{job_id}").content, 7)  # ADTS's header
    ]
    assert packets(output.read_bytes(), 0) == made
    with av.open(str(output)) as book:
        titles = [one["metadata"]["title"] for one in book.chapters()]
    assert titles == [f"Chapter {number + 1}" for number in range(CHAPTERS)]

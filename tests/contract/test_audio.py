"""GET, HEAD and DELETE /audio: what players, caches and impatient clients rely on."""

from __future__ import annotations

import httpx
import pytest

from tests.conftest import PARAGRAPH

UNKNOWN = "5b62d39d-7770-4d19-b874-660cf81f5a8b"


@pytest.fixture(scope="module")
def finished(client: httpx.Client) -> tuple[str, bytes]:
    """The URL of finished audio, and its bytes."""
    url = client.post("/tts", json={"text": PARAGRAPH}).json()["audio_url"]
    return url, client.get(url, params={"wait": 60}).content


def accept(client: httpx.Client, text: str) -> str:
    answer = client.post("/tts", json={"text": text}, headers={"Prefer": "respond-async"})
    audio_id: str = answer.json()["audio_id"]
    return audio_id


def test_head_says_what_get_would_send(client: httpx.Client, finished: tuple[str, bytes]) -> None:
    url, data = finished
    head = client.head(url)
    assert head.status_code == 200
    assert head.content == b""
    assert int(head.headers["content-length"]) == len(data)
    assert head.headers["accept-ranges"] == "bytes"
    assert head.headers["etag"] == client.get(url).headers["etag"]


def test_finished_audio_says_what_was_heard_in_it(
    client: httpx.Client, finished: tuple[str, bytes], voice_id: str
) -> None:
    plain = client.get(f"{finished[0]}/quality").json()
    assert plain["similarity"]["cosine"] is None
    assert "base speaker" in plain["similarity"]["missing"]
    assert plain["warnings"] == []
    clone = client.post("/clone", json={"text": PARAGRAPH, "voice_id": voice_id}).json()
    heard = client.get(f"{clone['audio_url']}/quality", params={"wait": 60}).json()
    similarity = heard["similarity"]
    assert similarity == client.get(clone["status_url"]).json()["similarity"]
    assert bool(similarity["missing"]) != (similarity["cosine"] is not None)


def test_an_unchanged_file_is_not_sent_again(
    client: httpx.Client, finished: tuple[str, bytes]
) -> None:
    url, _ = finished
    etag = client.get(url).headers["etag"]
    for header in (etag, f'W/{etag}, "other"', "*"):
        answer = client.get(url, headers={"If-None-Match": header})
        assert answer.status_code == 304
        assert answer.content == b""
        assert answer.headers["etag"] == etag
    assert client.get(url, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize(
    ("header", "start", "end"),
    [
        ("bytes=0-99", 0, 100),
        ("bytes=100-", 100, None),
        ("bytes=-50", -50, None),
        ("bytes=10-999999999", 10, None),
    ],
)
def test_a_range_is_served_alone(
    client: httpx.Client,
    finished: tuple[str, bytes],
    header: str,
    start: int,
    end: int | None,
) -> None:
    url, data = finished
    answer = client.get(url, headers={"Range": header})
    assert answer.status_code == 206
    assert answer.content == data[start:end]
    assert answer.headers["content-range"].endswith(f"/{len(data)}")


def test_a_range_beyond_the_file_is_refused(
    client: httpx.Client, finished: tuple[str, bytes]
) -> None:
    url, data = finished
    answer = client.get(url, headers={"Range": f"bytes={len(data)}-"})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{len(data)}"
    assert answer.json()["type"] == "urn:phonex:problem:range-not-satisfiable"


@pytest.mark.parametrize("header", ["bytes=0-1,5-6", "seconds=0-1", "bytes=9-1", "bytes=-", "x"])
def test_a_range_we_do_not_serve_gets_the_whole_file(
    client: httpx.Client, finished: tuple[str, bytes], header: str
) -> None:
    url, data = finished
    answer = client.get(url, headers={"Range": header})
    assert answer.status_code == 200
    assert answer.content == data


def test_a_range_of_another_version_gets_the_whole_file(
    client: httpx.Client, finished: tuple[str, bytes]
) -> None:
    url, data = finished
    answer = client.get(url, headers={"Range": "bytes=0-9", "If-Range": '"another"'})
    assert answer.status_code == 200
    assert answer.content == data


def test_unfinished_audio_says_when_to_come_back(client: httpx.Client, voice_id: str) -> None:
    answer = client.post(
        "/clone",
        json={"text": PARAGRAPH * 4, "voice_id": voice_id},
        headers={"Prefer": "respond-async"},
    )
    audio_id = answer.json()["audio_id"]
    early = client.get(f"/audio/{audio_id}")
    assert early.status_code == 409
    assert early.json()["type"] == "urn:phonex:problem:audio-not-ready"
    assert int(early.headers["retry-after"]) >= 1
    assert client.get(f"/audio/{audio_id}", params={"wait": 60}).status_code == 200


def test_deleting_removes_the_file_once(client: httpx.Client) -> None:
    audio_id = accept(client, "Gone soon.")
    assert client.get(f"/audio/{audio_id}", params={"wait": 30}).status_code == 200
    assert client.delete(f"/audio/{audio_id}").json()["success"] is True
    assert client.get(f"/audio/{audio_id}").status_code == 404
    assert client.get(f"/status/{audio_id}").status_code == 404
    assert client.delete(f"/audio/{audio_id}").status_code == 404


def test_deleting_unfinished_audio_cancels_its_job(client: httpx.Client, voice_id: str) -> None:
    answer = client.post(
        "/clone",
        json={"text": PARAGRAPH * 40, "voice_id": voice_id},
        headers={"Prefer": "respond-async"},
    )
    audio_id = answer.json()["audio_id"]
    assert client.delete(f"/audio/{audio_id}").status_code == 200
    assert client.get(f"/status/{audio_id}").json()["status"] == "cancelled"
    gone = client.get(f"/audio/{audio_id}")
    assert gone.status_code == 410
    assert gone.json()["type"] == "urn:phonex:problem:audio-cancelled"
    assert client.delete(f"/audio/{audio_id}").status_code == 404


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE"])
@pytest.mark.parametrize("audio_id", [UNKNOWN, "nonsense", "..%2f..%2fetc%2fpasswd"])
def test_unknown_audio_is_not_found(client: httpx.Client, method: str, audio_id: str) -> None:
    assert client.request(method, f"/audio/{audio_id}").status_code == 404

"""If-Match and If-None-Match, as RFC 9110 has them, on everything that has an ETag."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx
import pytest
from starlette.datastructures import Headers

from engines.base import Utterance, Waveform
from serve_app.errors import PreconditionFailed
from serve_app.service import Service
from serve_app.web.conditions import is_not_modified, require_version
from tests.serve_app.fakes import FakePipeline, recording, spoken, until
from tests.serve_app.test_ingress import check_problem, play

__all__ = ["play"]

Play = Callable[..., None]
ETAG = '"abc"'


def headers_of(name: str, *values: str) -> Headers:
    return Headers(raw=[(name.lower().encode(), value.encode("latin-1")) for value in values])


@pytest.mark.parametrize(
    ("values", "weakly", "strongly"),
    [
        ([ETAG], True, True),
        ([f"  {ETAG} "], True, True),
        (["*"], True, True),
        ([" * "], True, True),
        ([f'"x", {ETAG}'], True, True),
        ([f'"x",,{ETAG} ,'], True, True),
        (['"x"', ETAG], True, True),  # two headers are one list
        (["W/" + ETAG], True, False),
        ([f'"x",W/{ETAG} , "y"'], True, False),
        (["w/" + ETAG], True, True),  # no weak tag: the letter is a large one
        (['"x", "y"'], False, False),
        (['"a,b"'], False, False),
        (['"x, "abc'], False, False),
        (["abc"], False, False),
        (['"abcd"'], False, False),
        (['"ABC"'], False, False),
        ([""], False, False),
    ],
)
def test_a_list_names_a_version_or_not(values: list[str], weakly: bool, strongly: bool) -> None:
    assert is_not_modified(headers_of("If-None-Match", *values), ETAG) is weakly
    match = headers_of("If-Match", *values)
    if strongly:
        assert not is_not_modified(match, ETAG)
        require_version(match, ETAG)
    else:
        for check in (is_not_modified, require_version):
            with pytest.raises(PreconditionFailed):
                check(match, ETAG)
    # What is not there as yet is no version at all.
    with pytest.raises(PreconditionFailed):
        require_version(match, None)
    require_version(headers_of("If-None-Match", *values), None)


def test_if_match_comes_first() -> None:
    both = Headers(raw=[(b"if-match", b'"other"'), (b"if-none-match", ETAG.encode())])
    with pytest.raises(PreconditionFailed):
        is_not_modified(both, ETAG)


OTHER = '"other"'


def test_audio_is_read_and_deleted_by_its_version(play: Play) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        url = (await client.post("/tts", json={"text": "Hello."})).json()["audio_url"]
        etag = (await client.get(url)).headers["etag"]
        for method in ("GET", "HEAD"):
            for header in (OTHER, f"W/{etag}"):
                answer = await client.request(method, url, headers={"If-Match": header})
                assert answer.status_code == 412
            for header in (etag, "*", f"{OTHER}, {etag}"):
                answer = await client.request(method, url, headers={"If-Match": header})
                assert answer.status_code == 200
            same = {"If-Match": etag, "If-None-Match": etag}
            assert (await client.request(method, url, headers=same)).status_code == 304
        # Conditions come before the range.
        ranged = {"Range": "Bytes=0-3", "If-Match": OTHER}
        check_problem(await client.get(url, headers=ranged), 412, "precondition-failed")
        for condition in ({"If-Match": OTHER}, {"If-None-Match": etag}, {"If-None-Match": "*"}):
            answer = await client.delete(url, headers=condition)
            check_problem(answer, 412, "precondition-failed")
        assert (await client.get(url)).status_code == 200
        right = {"If-Match": etag, "If-None-Match": OTHER}
        assert (await client.delete(url, headers=right)).status_code == 200
        for condition in ({"If-Match": etag}, {"If-None-Match": "*"}, {}):
            for method in ("GET", "DELETE"):
                gone = await client.request(method, url, headers=condition)
                check_problem(gone, 404, "audio-not-found")

    play(scenario)


def test_ranges_are_for_get_and_in_any_case(play: Play) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        url = (await client.post("/tts", json={"text": "Hello."})).json()["audio_url"]
        whole = await client.get(url)
        part = await client.get(url, headers={"Range": "Bytes=0-3"})
        assert (part.status_code, part.content) == (206, whole.content[:4])
        head = await client.head(url, headers={"Range": "bytes=0-3"})
        assert head.status_code == 200
        assert "content-range" not in head.headers
        assert head.headers["content-length"] == str(len(whole.content))
        beyond = await client.head(url, headers={"Range": "bytes=99999999-"})
        assert beyond.status_code == 200
        resumed = {"Range": "bytes=4-", "If-Range": whole.headers["etag"]}
        assert (await client.get(url, headers=resumed)).content == whole.content[4:]
        resumed["If-Range"] = OTHER
        assert (await client.get(url, headers=resumed)).content == whole.content

    play(scenario)


def test_an_unfinished_job_is_no_version_as_yet(play: Play) -> None:
    gate = asyncio.Event()

    async def speak(utterance: Utterance) -> Waveform:
        await gate.wait()
        return await spoken(utterance)

    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        asynchronous = {"Prefer": "respond-async"}
        accepted = await client.post("/tts", json={"text": "Hi."}, headers=asynchronous)
        url = accepted.json()["audio_url"]
        await until(lambda: service.records.count_jobs().by_state["processing"] == 1)
        for header in ("*", OTHER):
            answer = await client.delete(url, headers={"If-Match": header})
            check_problem(answer, 412, "precondition-failed")
        assert (await client.delete(url, headers={"If-None-Match": "*"})).status_code == 200
        gate.set()

    play(scenario, FakePipeline(speak=speak))


async def register(client: httpx.AsyncClient) -> str:
    files = {"voice_sample": recording()}
    answer = await client.post("/voice/register", data={"voice_name": "Ada"}, files=files)
    assert answer.status_code == 200, answer.text
    etag: str = (await client.get("/voice/ada")).headers["etag"]
    return etag


def test_a_voice_is_deleted_by_its_version_not_by_its_name(play: Play) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        first = await register(client)
        same = await client.get("/voice/Ada", headers={"If-None-Match": first})
        assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", first)
        assert (await client.delete("/voice/ada")).status_code == 200
        second = await register(client)
        assert second != first
        for condition in ({"If-Match": first}, {"If-None-Match": second}):
            answer = await client.delete("/voice/ada", headers=condition)
            check_problem(answer, 412, "precondition-failed")
        check_problem(
            await client.get("/voice/ada", headers={"If-Match": first}), 412, "precondition-failed"
        )
        deleted = await client.delete("/voice/ada", headers={"If-Match": second})
        assert deleted.json()["message"] == "The voice 'ada' is deleted."
        gone = await client.delete("/voice/ada", headers={"If-Match": second})
        check_problem(gone, 404, "voice-not-found")

    play(scenario)


@pytest.mark.parametrize("path", ["/sandbox", "/docs", "/sandbox/dom.js"])
def test_pages_have_versions_too(play: Play, path: str) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        etag = (await client.get(path)).headers["etag"]
        for method in ("GET", "HEAD"):
            for condition, status in (
                ({"If-Match": OTHER}, 412),
                ({"If-Match": etag}, 200),
                ({"If-None-Match": etag}, 304),
                ({"If-None-Match": OTHER}, 200),
            ):
                answer = await client.request(method, path, headers=condition)
                assert answer.status_code == status

    play(scenario)

"""A body that could be understood in two ways is refused, with the field's name, not guessed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from serve_app import ingress
from serve_app.service import Service
from tests.serve_app.applications import routes_of
from tests.serve_app.fakes import FakePipeline, recording
from tests.serve_app.test_ingress import check_problem, play

__all__ = ["play"]

Play = Callable[..., None]
ROUTES = {"/clone/quick": [("text", "Hello.")], "/voice/register": [("voice_name", "Ada")]}


def form_of(*fields: tuple[str, str | bytes], sample: bool = True) -> dict[str, Any]:
    """A multipart body as it is sent, every field as often as it is named."""
    parts = [
        b'Content-Disposition: form-data; name="%s"\r\n\r\n%s'
        % (name.encode(), value if isinstance(value, bytes) else value.encode())
        for name, value in fields
    ]
    if sample:
        head = b'Content-Disposition: form-data; name="voice_sample"; filename="a.wav"\r\n\r\n'
        parts.append(head + recording())
    body = b"".join(b"--x\r\n" + part + b"\r\n" for part in parts) + b"--x--\r\n"
    return {"content": body, "headers": {"Content-Type": "multipart/form-data; boundary=x"}}


def fields_of(answer: httpx.Response) -> set[str]:
    return {error["field"] for error in check_problem(answer, 422, "invalid-request")["errors"]}


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    ("more", "told"),
    [
        ([("speeed", "2")], {"body.speeed"}),
        ([("bogus", "1"), ("Text", "x")], {"body.bogus", "body.Text"}),
        ([("voice_sample[]", "x")], {"body.voice_sample[]"}),
        ([("consent", "true"), ("consent", "true")], {"body.consent"}),
        ([("consent", "false"), ("consent", "true")], {"body.consent"}),
        ([("x", "1"), ("x", "2")], {"body.x"}),
        ([("consent", b"\xff\xfe")], {"body.consent"}),
        ([("caf\u00e9", "1")], {"body.café"}),
    ],
)  # fmt: skip
def test_a_form_has_the_fields_it_should_once_each(
    play: Play, route: str, more: list[tuple[str, str | bytes]], told: set[str]
) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        assert fields_of(await client.post(route, **form_of(*ROUTES[route], *more))) == told
        assert service.records.count_jobs().by_state["queued"] == 0
        assert (await client.get("/voice/list")).json()["count"] == 0

    play(scenario)


@pytest.mark.parametrize("field", ["text", "voice_name"])
def test_a_field_that_must_come_is_told_once_too_often_and_never(play: Play, field: str) -> None:
    route = next(route for route, fields in ROUTES.items() if fields[0][0] == field)

    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        twice = form_of((field, "One."), (field, "Two."))
        assert fields_of(await client.post(route, **twice)) == {f"body.{field}"}
        # All at once, as for JSON.
        told = fields_of(await client.post(route, **form_of(("speeed", "2"), sample=False)))
        assert told == {"body.speeed", f"body.{field}", "body.voice_sample"}

    play(scenario)


def test_a_second_recording_counts_where_several_make_a_voice(play: Play) -> None:
    twice = [("voice_sample", ("a.wav", recording())), ("voice_sample", ("b.wav", recording()))]

    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        registered = await client.post("/voice/register", data={"voice_name": "Ada"}, files=twice)
        assert len(registered.json()["quality"]) == 2
        quick = await client.post("/clone/quick", data={"text": "Hi."}, files=twice)
        assert fields_of(quick) == {"body.voice_sample"}

    play(scenario)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Olé, 王さん 🎉", set()),
        ("Ol\u00e9".encode("latin-1"), {"body.text"}),  # was read as if it were UTF-8's é
        ("王".encode("gb18030"), {"body.text"}),
        (b"\xed\xa0\x80", {"body.text"}),  # a lone surrogate
    ],
)
def test_text_of_a_form_is_utf8_to_the_letter(
    play: Play, text: str | bytes, told: set[str]
) -> None:
    pipeline = FakePipeline()

    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        answer = await client.post("/clone/quick", **form_of(("text", text)))
        if told:
            assert fields_of(answer) == told
        else:
            assert answer.status_code == 200, answer.text
            assert "".join(said.text for said in pipeline.heard)[:3] == "Olé"

    play(scenario, pipeline)


def test_a_voices_name_in_a_form_keeps_its_letters(play: Play) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        answer = await client.post("/voice/register", **form_of(("voice_name", "Zoë 王")))
        assert answer.json()["name"] == "Zoë 王"

    play(scenario)


@pytest.mark.parametrize(
    ("route", "body", "where"),
    [
        ("/tts", '{"text": "One.", "text": "Two."}', "'text'"),
        ("/clone", '{"text": "a", "voice_id": "a", "voice_id": "b"}', "'voice_id'"),
        ("/tts", '{"text": "A", "pronunciations": {"A": "AH0", "A": "EY1"}}', "'A'"),
        ("/tts", b'{"text": "Ol\xe9"}', "UTF-8"),
    ],
)
def test_json_has_its_names_once_each_too(
    play: Play, route: str, body: str | bytes, where: str
) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        headers = {"Content-Type": "application/json"}
        answer = await client.post(route, content=body, headers=headers)
        assert where in check_problem(answer, 422, "invalid-request")["detail"]

    play(scenario)


HUGE = '{"text": "Hi.", "seed": %s}' % ("9" * 5_000)  # more digits than Python makes an int of


@pytest.mark.parametrize("route", ["/tts", "/tts/read", "/v1/audio/speech", "/batch"])
def test_a_number_without_end_is_told_as_such(play: Play, route: str) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        headers = {"Content-Type": "application/json"}
        answer = await client.post(route, content=HUGE, headers=headers)
        assert "4,300 digits" in check_problem(answer, 422, "invalid-request")["detail"]

    play(scenario)


def test_a_number_without_end_refuses_its_item_of_a_batch_alone(play: Play) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        headers = {"Content-Type": "application/x-ndjson"}
        lines = HUGE + '\n{"text": "Ho."}'
        answer = await client.post("/batch", content=lines, headers=headers)
        assert answer.status_code == 202, answer.text
        (refused,) = answer.json()["refused"]
        assert refused["index"] == 0
        assert "4,300 digits" in refused["problem"]["detail"]

    play(scenario)


@pytest.mark.parametrize("route", ["/tts", "/v1/audio/speech", "/batch", "/voice/register"])
def test_two_keys_of_a_repetition_are_not_guessed_between(play: Play, route: str) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        body: dict[str, Any] = {"json": {"text": "Hi.", "input": "Hi.", "items": []}}
        if route == "/voice/register":
            body = {"data": {"voice_name": "Ada"}, "files": {"voice_sample": recording()}}
        keys = [("Idempotency-Key", "a"), ("Idempotency-Key", "b")]
        answer = await client.post(route, headers=keys, **body)
        assert fields_of(answer) == {"header.Idempotency-Key"}

    play(scenario)


def test_a_recording_that_is_sent_as_text_is_told_what_it_lacks(play: Play) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        form = form_of(("voice_name", "Ada"), ("voice_sample", b"RIFF\xff\xfe"), sample=False)
        answer = await client.post("/voice/register", **form)
        assert fields_of(answer) == {"body.voice_sample"}
        assert "with a filename" in answer.json()["detail"]

    play(scenario)


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("gzip", False),
        ("GZIP", False),
        ("x-gzip", False),
        ("deflate", False),
        ("br", False),
        ("identity, gzip", False),
        ("chunked", False),
        ("nonsense", False),
        ("identity", True),
        ("Identity, identity", True),
        ("", True),
    ],
)
def test_a_body_in_a_coding_that_is_not_read_is_told_what_is(
    play: Play, sent: str, read: bool
) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        headers = {"Content-Encoding": sent}
        files = {"voice_sample": recording()}
        for request in (
            {"url": "/tts", "json": {"text": "Hello."}},
            {"url": "/clone/quick", "data": {"text": "Hi."}, "files": files},
            {"url": "/voice/register", "data": {"voice_name": "Ada"}, "files": files},
        ):
            answer = await client.post(headers=headers, **request)  # type: ignore[arg-type]
            if read:
                assert answer.status_code == 200, answer.text
            else:
                check_problem(answer, 415, "unsupported-media-type")
                assert answer.headers["accept-encoding"] == "identity"

    play(scenario)


@pytest.mark.parametrize(
    ("sent", "read"),
    [("chunked", True), ("Chunked", True), ("gzip, chunked", False), ("deflate", False)],
)
def test_a_body_that_is_compressed_on_its_way_is_not_taken_for_what_is_in_it(
    play: Play, sent: str, read: bool
) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        headers = {"Transfer-Encoding": sent, "Content-Type": "application/json"}
        answer = await client.post("/tts", content=b'{"text": "Hi."}', headers=headers)
        if read:
            assert answer.status_code == 200, answer.text
        else:
            check_problem(answer, 415, "unsupported-media-type")

    play(scenario)


@pytest.mark.parametrize(
    ("charset", "read"),
    [
        ("utf-8", True),
        ("UTF-8", True),
        ('"utf8"', True),
        ("us-ascii", True),
        ("iso-8859-1", False),
        ("utf-16", False),
        ("klingon", False),
        ("base64", False),  # a codec of Python's that is none of text
        ("\x00", False),
        ('""', False),
    ],
)
def test_text_in_another_character_set_is_refused_as_such(
    play: Play, charset: str, read: bool
) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        declared = f"application/json; charset={charset}"
        answer = await client.post(
            "/tts", content=b'{"text": "Hello."}', headers={"Content-Type": declared}
        )
        form = form_of(("text", "Hello."))
        form["headers"] = {"Content-Type": f"multipart/form-data; charset={charset}; boundary=x"}
        for got in (answer, await client.post("/clone/quick", **form)):
            if read:
                assert got.status_code == 200, got.text
            else:
                check_problem(got, 415, "unsupported-media-type")
                assert "UTF-8" in got.json()["detail"]

    play(scenario)


@pytest.mark.parametrize("route", ROUTES)
def test_what_is_no_form_is_told_so(play: Play, route: str) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        for declared in (
            "application/json",
            "text/plain",
            "multipart/mixed; boundary=x",
            "audio/wav",
        ):
            answer = await client.post(
                route, content=b'{"text": "Hi."}', headers={"Content-Type": declared}
            )
            check_problem(answer, 415, "unsupported-media-type")
            assert "multipart/form-data" in answer.json()["detail"]
        text = await client.post(route, data=dict(ROUTES[route]) | {"voice_sample": "a.wav"})
        (error,) = check_problem(text, 422, "invalid-request")["errors"]
        assert error["message"] == "Send this as a file"

    play(scenario)


def test_every_route_that_reads_a_body_reads_it_strictly(play: Play) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        app = ingress.create_app(service)
        posts = {path for method, path in routes_of(app) if method in ("POST", "PUT", "PATCH")}
        for path in posts:
            answer = await client.post(path, content=b"", headers={"Content-Encoding": "gzip"})
            check_problem(answer, 415, "unsupported-media-type")

    play(scenario)


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("left", [-1, -3, -8, 30])
def test_a_form_that_was_cut_off_is_told_so(play: Play, route: str, left: int) -> None:
    """What its last part says would else be lost in silence."""
    consent = b'--x\r\nContent-Disposition: form-data; name="consent"\r\n\r\ntrue\r\n--x--\r\n'
    form = form_of(*ROUTES[route])
    body = form["content"].removesuffix(b"--x--\r\n") + consent

    async def chunks() -> AsyncIterator[bytes]:
        for at in range(0, len(body), 60_001):
            yield body[at : at + 60_001]

    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        whole = await client.post(route, content=body, headers=form["headers"])
        assert whole.status_code == 200, whole.text
        await client.delete("/voice/ada")
        for end in (body + b"\r\n", body[:-1], body[:-2]):  # what follows the boundary is nothing
            again = await client.post(route, content=end, headers=form["headers"])
            assert again.status_code == 200, again.text
            await client.delete("/voice/ada")
        piecemeal = await client.post(route, content=chunks(), headers=form["headers"])
        assert piecemeal.status_code == 200, piecemeal.text
        await client.delete("/voice/ada")
        cut = body[: left - 2] if left < 0 else body[:left]
        told = await client.post(route, content=cut, headers=form["headers"])
        assert "was cut off" in check_problem(told, 400, "bad-request")["detail"]
        assert (await client.get("/voice/list")).json()["count"] == 0

    play(scenario)


def test_a_form_that_is_not_as_it_says_is_told_what_is_wrong(play: Play) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        content = form_of(("text", "Hi."))["content"]
        for declared, told in (
            ("multipart/form-data; boundary=y", "not set apart as Content-Type says"),
            ("multipart/form-data", "Missing boundary"),
        ):
            headers = {"Content-Type": declared}
            answer = await client.post("/clone/quick", content=content, headers=headers)
            assert told in check_problem(answer, 400, "bad-request")["detail"]
        undeclared = await client.post("/clone/quick", content=content)
        told = check_problem(undeclared, 415, "unsupported-media-type")["detail"]
        assert told == "This route reads multipart/form-data, not 'an undeclared type'."
        assert fields_of(await client.post("/clone/quick")) == {"body.text", "body.voice_sample"}

    play(scenario)

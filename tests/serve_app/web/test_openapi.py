"""The OpenAPI document says what the service does, in words that generators keep."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from serve_app.ingress import create_routes
from serve_app.problems import BY_NAME, MEDIA_TYPE
from serve_app.web.openapi import contract_of, with_servers
from tests.running import ROOT
from tests.serve_app.applications import add_key, application, fill
from tests.serve_app.fakes import run

# Generated clients have these as their methods: a name that is here stays.
OPERATIONS = {
    "createSpeech", "createClone", "createQuickClone", "listSpeakers", "listLanguageSpeakers",
    "listPhones", "registerVoice", "listVoices", "getVoice", "deleteVoice", "exportVoice",
    "createBatch", "getBatch", "deleteBatch", "getBatchAudio", "importVoice",
    "listDeletedVoices", "createConsent", "createCustomVoice", "getAudio",
    "deleteAudio", "listJobs", "getJob", "getStatus", "getRoot", "getHealth", "getLiveness",
    "getReadiness", "getMetrics", "convertText", "streamText", "convertTextWithTimestamps",
    "streamTextWithTimestamps", "listAllVoices", "getListedVoice", "searchVoices",
}  # fmt: skip


@cache
def document() -> dict[str, Any]:
    return with_servers(contract_of(create_routes()), "")


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_operations_have_names_that_stay() -> None:
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(names) == len(set(names))
    assert set(names) >= OPERATIONS


def test_every_error_is_a_problem_of_our_form() -> None:
    for path, method, operation in operations():
        statuses = {int(status) for status in operation["responses"]}
        assert statuses >= {200, 400, 421, 500, 503}, (path, method)
        for status, said in operation["responses"].items():
            if int(status) >= 400:
                assert list(said["content"]) == [MEDIA_TYPE], (path, method, status)
                schema = said["content"][MEDIA_TYPE]["schema"]
                theirs = "ElevenLabs" * ("elevenlabs" in operation["tags"])
                assert schema == {"$ref": f"#/components/schemas/{theirs}Problem"}
    assert "HTTPValidationError" not in json.dumps(document())


def test_all_problem_types_are_listed() -> None:
    types = {kind.type for kind in BY_NAME.values()}
    assert set(document()["components"]["schemas"]["ProblemType"]["enum"]) == types
    assert set(document()["x-problem-types"]) == types
    assert document()["x-problem-types"]["urn:phonex:problem:queue-full"]["status"] == 429
    problem = document()["components"]["schemas"]["Problem"]
    assert set(problem["required"]) == {"type", "title", "status", "detail", "request_id"}


def test_422_is_declared_where_something_may_be_invalid_and_nowhere_else() -> None:
    """A path is text of any kind: what it names is there, or is not."""
    for path, method, operation in operations():
        queries = [p["name"] for p in operation.get("parameters", ()) if p["in"] == "query"]
        languages = "{language}" in path
        expected = bool(queries or languages or "requestBody" in operation)
        assert ("422" in operation["responses"]) is expected, (path, method)


def test_keys_are_declared_exactly_where_the_service_asks_for_one(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with application(tmp_path) as (service, client):
            add_key(service, "ada")
            for path, method, operation in operations():
                answer = await client.request(method, fill(path))
                closed = bool(operation["security"]) and {} not in operation["security"]
                assert closed is (answer.status_code == 401), (path, method)
                assert ("401" in operation["responses"]) is bool(operation["security"])

    run(scenario())
    schemes = document()["components"]["securitySchemes"]
    assert {(one["type"], one.get("name")) for one in schemes.values()} == {
        ("http", None),
        ("apiKey", "X-API-Key"),
        ("apiKey", "xi-api-key"),
    }


def test_parameters_are_described_with_their_bounds() -> None:
    seen = {}
    for _, _, operation in operations():
        for parameter in operation.get("parameters", ()):
            assert parameter.get("description"), parameter["name"]
            assert "anyOf" not in parameter["schema"]  # nobody can send null
            seen[parameter["name"]] = parameter["schema"]
    key = seen["Idempotency-Key"]
    assert (key["type"], key["minLength"], key["maxLength"]) == ("string", 1, 255)
    assert seen["wait"]["minimum"] == 0


@pytest.mark.parametrize("length", [255, 256])
def test_an_idempotency_key_is_as_long_as_declared(tmp_path: Path, length: int) -> None:
    async def scenario() -> None:
        async with application(tmp_path) as (_, client):
            headers = {"Idempotency-Key": "k" * length}
            answer = await client.post("/tts", json={"text": "Hi."}, headers=headers)
            assert answer.status_code == (200 if length <= 255 else 422)

    run(scenario())


def test_what_is_sent_and_answered_has_examples() -> None:
    schemas = document()["components"]["schemas"]
    for name, schema in schemas.items():
        if name.endswith(("Response", "Request")) and name != "QualityResponse":
            fields = schema["properties"].values()
            assert "examples" in schema or any("examples" in field for field in fields), name


def test_files_are_files_and_words_are_words() -> None:
    schemas = document()["components"]["schemas"]
    form = schemas["RegistrationRequest"]["properties"]
    assert form["voice_sample"]["items"]["contentMediaType"] == "application/octet-stream"
    assert schemas["RegistrationRequest"]["additionalProperties"] is False
    assert schemas["QuickCloneRequest"]["additionalProperties"] is False
    audio = document()["paths"]["/audio/{audio_id}"]["get"]["responses"]
    assert list(audio["200"]["content"]) == ["audio/*"]
    assert set(audio["206"]["headers"]) == {"ETag", "Content-Range"}
    assert set(document()["paths"]["/tts"]["post"]["responses"]["202"]["headers"]) == {
        "Location",
        "Retry-After",
    }


def test_it_can_be_had_without_a_service() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "serve_app.contract"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    assert json.loads(printed.stdout) == document()

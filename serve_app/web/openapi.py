"""The contract as OpenAPI: what FastAPI knows of the routes, and what it cannot know of them.

FastAPI would declare errors of its own form, no key where a middleware asks for one, and names that
change with a path.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from serve_app.problems import BY_NAME, MEDIA_TYPE
from serve_app.web.authentication import is_key_optional, is_open
from serve_app.web.elevenlabs import errors as elevenlabs_errors
from serve_app.web.routes.common import problems
from serve_app.web.schemas import ProblemResponse

ANY_ROUTE = (400, 408, 421, 429, 431, 500, 503)  # of the server, the proxy in it and the stores
CLOSED_ROUTE = (401, 403)
CHANGING_ROUTE = (403,)  # of a page of another origin
SECURITY_SCHEMES = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "an API key, where the service asks for one",
    },
    "header": {
        "type": "apiKey",
        "in": "header",
        "name": "X-API-Key",
        "description": "the same key, by its own header",
    },
    "elevenlabs": {
        "type": "apiKey",
        "in": "header",
        "name": "xi-api-key",
        "description": "the same key, as ElevenLabs' clients show it",
    },
}
TAGS = [
    {"name": "speech", "description": "Make audio of a text."},
    {"name": "voices", "description": "Voices learnt from recordings."},
    {"name": "audio", "description": "Finished audio."},
    {"name": "jobs", "description": "Where the making of audio stands."},
    {"name": "batches", "description": "Many texts at once: an archive, or a book."},
    {"name": "openai", "description": "The same, as clients of OpenAI's API ask for it."},
    {"name": "elevenlabs", "description": "The same, as clients of ElevenLabs' API ask for it."},
    {"name": "health", "description": "Whether the service is well."},
]
THEIR_PROBLEM = "ElevenLabsProblem"
LICENSE = {"name": "MIT", "identifier": "MIT"}


def operation_id(route: APIRoute) -> str:
    """A name that generated clients keep: `create_speech` is createSpeech."""
    first, *rest = route.name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def contract_of(app: FastAPI) -> dict[str, Any]:
    """The whole document but for `servers`; made once."""
    made: dict[str, Any] | None = getattr(app.state, "contract", None)
    if made is None:
        made = app.state.contract = _complete(copy.deepcopy(app.openapi()))
    return made


def with_servers(document: dict[str, Any], prefix: str) -> dict[str, Any]:
    """The document as it is seen below a prefix."""
    return {**document, "servers": [{"url": prefix or "/", "description": "this service"}]}


def _complete(document: dict[str, Any]) -> dict[str, Any]:
    schemas = document["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas |= _problem_schemas()
    document["components"]["securitySchemes"] = SECURITY_SCHEMES
    document["tags"] = TAGS
    document["x-problem-types"] = {
        kind.type: {"status": kind.status, "title": kind.title} for kind in BY_NAME.values()
    }
    for path, method, operation in _operations(document):
        _complete_operation(operation, path, method)
    return document


def _problem_schemas() -> dict[str, Any]:
    types = sorted(kind.type for kind in BY_NAME.values())
    problem = ProblemResponse.model_json_schema()
    problem["title"] = "Problem"
    problem["properties"]["type"] = {"$ref": "#/components/schemas/ProblemType"}
    theirs = copy.deepcopy(problem) | {"title": THEIR_PROBLEM}
    theirs["description"] = "A problem on the paths of ElevenLabs' API, with their `detail`."
    theirs["properties"]["detail"] = {
        "type": "object",
        "properties": {"status": {"type": "string"}, "message": {"type": "string"}},
        "required": ["status", "message"],
    }
    theirs["examples"] = [
        elevenlabs_errors.with_detail(one, one["type"].rpartition(":")[2])
        for one in problem["examples"]
    ]
    return {
        "Problem": problem,
        THEIR_PROBLEM: theirs,
        "ProblemType": {
            "type": "string",
            "title": "ProblemType",
            "description": "What went wrong: stable, for programs. A newer service may have more.",
            "enum": types,
        },
    }


def _take_null_out(schema: dict[str, Any]) -> None:
    """A parameter that may be absent is never null: there is no way to send it."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) == 1:
        del schema["anyOf"]
        schema |= kinds[0]


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method.upper(), operation


def _complete_operation(operation: dict[str, Any], path: str, method: str) -> None:
    for parameter in operation.get("parameters", ()):
        _take_null_out(parameter["schema"])
    responses = operation["responses"]
    if "HTTPValidationError" in str(responses.get("422")):
        del responses["422"]  # FastAPI's guess; routes say themselves what may be invalid
    open_to_all = is_open({"type": "http", "method": method, "path": path})
    operation["security"] = [] if open_to_all else [{name: []} for name in SECURITY_SCHEMES]
    if is_key_optional({"method": method, "path": path}):
        operation["security"].insert(0, {})
    more = [*ANY_ROUTE, *(() if open_to_all else CLOSED_ROUTE)]
    if method not in ("GET", "HEAD"):
        more += CHANGING_ROUTE
    declared = {str(status): said for status, said in problems(*more).items()}
    # The route's own words go first; in the order of the statuses, for people.
    operation["responses"] = dict(sorted((declared | responses).items()))
    for said in operation["responses"].values():
        if said["description"] == "Successful Response":
            said["description"] = "Done"
    if elevenlabs_errors.is_theirs(path):
        _tell_problems_as_theirs(operation["responses"])


def _tell_problems_as_theirs(responses: dict[str, Any]) -> None:
    for status, said in responses.items():
        if int(status) >= HTTPStatus.BAD_REQUEST:
            schema = {"$ref": f"#/components/schemas/{THEIR_PROBLEM}"}
            responses[status] = {**said, "content": {MEDIA_TYPE: {"schema": schema}}}

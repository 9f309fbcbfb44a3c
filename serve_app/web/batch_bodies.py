"""The bodies of POST /batch: JSON lines, an array, or an object with `items`.

What is wrong with the whole is refused; what is wrong with one item is the item's problem.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field, ValidationError
from starlette.datastructures import Headers

from config.faults import faults_of
from serve_app.errors import InvalidRequest, UnsupportedMediaType
from serve_app.problems import PROBLEMS
from serve_app.store.batch_values import NewItem
from serve_app.store.values import Failure
from serve_app.web.requests import SpeechRequest, shown
from serve_app.web.routes.speech import words_of
from serve_app.web.strict import parse_json
from serve_app.work.batches import request_of

LINES_TYPES = (
    "application/x-ndjson",
    "application/jsonl",
    "application/ndjson",
    "application/x-jsonlines",
)
JSON_TYPE = "application/json"
MAX_TITLE_CHARS = 200
MAX_TOLD = 5  # faults of one item
FAULT_SHOWN = 200  # characters
NAME_SHOWN = 64  # characters of what came from outside
INVALID = PROBLEMS[InvalidRequest]

Title = Annotated[str, Field(max_length=MAX_TITLE_CHARS), AfterValidator(shown)]


class BatchItemRequest(SpeechRequest):
    """One item of a batch: what /tts takes or, with a voice_id, what /clone takes."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"id": "p1", "text": "The tide is high.", "title": "The tide"}]
        }
    )

    voice_id: str | None = Field(
        None, max_length=128, description="a registered voice; a base speaker says it when absent"
    )
    stream: Literal[False] = Field(False, description="a batch makes files")
    keep: Literal[False] = Field(False, description="a batch makes files")
    id: Title = Field("", description="as you call it; comes back with the item")
    title: Title = Field(
        "", description="of its file in the archive, and of the chapter that begins with it"
    )


@dataclass(frozen=True, slots=True)
class BatchBody:
    """What a request for a batch says."""

    title: str
    items: list[NewItem]


def media_type_of(headers: Headers) -> str:
    """What the body is declared as. Raises UnsupportedMediaType for what is not read here."""
    declared = headers.get("content-type", "").split(";")[0].strip().lower()
    if declared not in (JSON_TYPE, *LINES_TYPES):
        raise UnsupportedMediaType(
            f"This route reads {JSON_TYPE} and {LINES_TYPES[0]}, not "
            f"{declared[:NAME_SHOWN] or 'an undeclared type'!r}."
        )
    return declared


def read_batch(body: bytes, media_type: str, title: str | None, most: int) -> BatchBody:
    """Blocks, and computes.

    Args:
        title: of the query.
        most: items in one batch.
    Raises:
        InvalidRequest: of the whole.
    """
    if media_type == JSON_TYPE:
        return _read_json(body, title, most)
    lines = [line for line in body.split(b"\n") if line.strip()]
    _check_count(len(lines), most)
    return BatchBody(title or "", [_item_of_line(line) for line in lines])


def _read_json(body: bytes, title: str | None, most: int) -> BatchBody:
    try:
        said = parse_json(body)
    except json.JSONDecodeError as error:
        raise _invalid("body", _no_json(error)) from error
    if isinstance(said, dict):
        if unknown := sorted(set(said) - {"items", "title"}):
            raise _invalid(f"body.{unknown[0][:NAME_SHOWN]}", "This field is not known")
        if "title" in said:
            if title is not None:
                raise _invalid("query.title", "The title stands in the body, too")
            title = _title_of(said["title"])
        said = said.get("items")
    if not isinstance(said, list):
        raise _invalid("body", "This is no array of items, and no object with `items`")
    _check_count(len(said), most)
    return BatchBody(title or "", [_item_of(one) for one in said])


def _title_of(said: object) -> str:
    try:
        if isinstance(said, str) and len(said) <= MAX_TITLE_CHARS:
            return shown(said)
    except ValueError:
        pass
    raise _invalid("body.title", f"This is no text of up to {MAX_TITLE_CHARS} visible characters")


def _check_count(count: int, most: int) -> None:
    if not 1 <= count <= most:
        raise _invalid("body", f"A batch has 1 to {most:,} items; this one has {count:,}")


def _item_of_line(line: bytes) -> NewItem:
    try:
        said = parse_json(line)
    except json.JSONDecodeError as error:
        return _refused({}, _no_json(error))
    except InvalidRequest as error:
        return _refused({}, error.detail)
    return _item_of(said)


def _item_of(said: Any) -> NewItem:
    if not isinstance(said, dict):
        return _refused({}, "An item is a JSON object")
    try:
        item = BatchItemRequest.model_validate(said)
    except ValidationError as error:
        faults = [fault[:FAULT_SHOWN] for fault in faults_of(error, "item")]
        return _refused(said, "; ".join(faults[:MAX_TOLD]))
    request = request_of(words_of(item), item.voice_id, item.callback_url)
    kind: Literal["tts", "clone"] = "tts" if item.voice_id is None else "clone"
    return NewItem(kind, len(item.text), request, item.id, item.title)


def _refused(said: dict[str, Any], detail: str) -> NewItem:
    """An item that cannot be read, by the names that it gives itself as far as they can be."""
    text = said.get("text")
    chars = len(text) if isinstance(text, str) else 0
    problem = Failure(INVALID.name, INVALID.title, detail)
    kind: Literal["tts", "clone"] = "clone" if said.get("voice_id") is not None else "tts"
    return NewItem(kind, chars, {}, _name_in(said, "id"), _name_in(said, "title"), problem)


def _name_in(said: dict[str, Any], field: str) -> str:
    try:
        return _title_of(said.get(field, ""))
    except InvalidRequest:
        return ""


def _no_json(error: json.JSONDecodeError) -> str:
    return f"This is no JSON: {error.msg} at line {error.lineno}, column {error.colno}"


def _invalid(field: str, message: str) -> InvalidRequest:
    return InvalidRequest(f"{field}: {message}", errors=[{"field": field, "message": message}])


def request_schema() -> dict[str, Any]:
    """The body as OpenAPI has it, which FastAPI does not read here."""
    item = BatchItemRequest.model_json_schema()
    items = {"type": "array", "items": item, "minItems": 1}
    whole = {
        "type": "object",
        "required": ["items"],
        "additionalProperties": False,
        "properties": {"title": {"type": "string", "maxLength": MAX_TITLE_CHARS}, "items": items},
    }
    lines = {"schema": {"type": "string", "description": "an item a line"}}
    return {
        "required": True,
        "content": {
            JSON_TYPE: {"schema": {"anyOf": [items, whole]}, "examples": _examples()},
            LINES_TYPES[0]: lines,
            LINES_TYPES[1]: lines,
        },
    }


def _examples() -> dict[str, Any]:
    items: Sequence[dict[str, str]] = (
        {"id": "p1", "title": "The tide", "text": "The tide is high."},
        {"id": "p2", "text": "The tide is low.", "format": "mp3"},
    )
    return {"tide": {"value": {"title": "Two tides", "items": list(items)}}}

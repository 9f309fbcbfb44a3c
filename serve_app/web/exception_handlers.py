"""What a route raises, and what Starlette raises before there is one, as problems."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.responses import Response
from starlette.routing import Match

from config.faults import told
from serve_app.errors import (
    InvalidRequest,
    ServiceError,
    ServiceStarting,
    UnsupportedMediaType,
)
from serve_app.problems import BY_STATUS, CLIENT_ERROR, INTERNAL, kind_of
from serve_app.web.methods import allowed_methods
from serve_app.web.prefix import prefix_of, route_path, url_of
from serve_app.web.problem_answers import error_response, problem_response

logger = logging.getLogger(__name__)

METHOD_SHOWN = 16  # characters
BROKEN_FORM = "Invalid multipart data."  # in Starlette's words


async def answer_error(request: Request, error: Exception) -> Response:
    """Every error as problem+json."""
    request_id: str = request.state.request_id
    if isinstance(error, RequestValidationError):
        error = _describe_invalid(request, error)
    elif isinstance(error, StarletteHTTPException):
        # FastAPI wraps what goes wrong while it reads a body; the cause says more.
        cause = error.__cause__
        if not isinstance(cause, ServiceError):
            return _answer_http(request, error)
        error = cause
    kind = kind_of(error)
    if kind.status >= 500 and not isinstance(error, ServiceStarting):  # to start is no failure
        fields = {"request_id": request_id, "problem": kind.name}
        logger.error("a request failed", extra=fields, exc_info=error)
    return error_response(error, request_id, prefix_of(request))


def _answer_http(request: Request, error: StarletteHTTPException) -> Response:
    request_id: str = request.state.request_id
    headers = error.headers
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers = {"Allow": allowed_methods(request.app.routes, request.scope)}
        if request.method == "OPTIONS":
            return Response(status_code=HTTPStatus.NO_CONTENT, headers=headers)
    if error.status_code == HTTPStatus.NOT_FOUND and (moved := _without_slash(request)):
        return Response(status_code=HTTPStatus.TEMPORARY_REDIRECT, headers={"Location": moved})
    kind = BY_STATUS.get(error.status_code, CLIENT_ERROR if error.status_code < 500 else INTERNAL)
    detail = _told_of(request, error, headers or {})
    return problem_response(kind, detail, request_id, status=error.status_code, headers=headers)


def _told_of(request: Request, error: StarletteHTTPException, headers: Mapping[str, str]) -> str:
    """What a stranger can do about a path or a method that is not there; it is not repeated."""
    detail = str(error.detail)
    if detail == BROKEN_FORM:
        return "The form cannot be read: its parts are not set apart as Content-Type says."
    if detail != HTTPStatus(error.status_code).phrase:  # a page has its own words
        return detail
    if error.status_code == HTTPStatus.NOT_FOUND:
        return "No route is at this path. GET /docs of the service shows all."
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return f"This path takes {headers['Allow']}, and not {request.method[:METHOD_SHOWN]}."
    return detail


def _without_slash(request: Request) -> str | None:
    """The URL of the route that is meant by a path with a slash at its end."""
    path = route_path(request.scope)
    if path == "/" or not path.endswith("/"):
        return None
    path = path[:-1]
    scope = {**request.scope, "path": request.scope["path"][:-1]}
    if all(route.matches(scope)[0] is Match.NONE for route in request.app.routes):
        return None
    return prefix_of(request) + url_of(path, request.scope["query_string"])


def _is_whole_body(item: Mapping[str, Any]) -> bool:
    """Whether the body is no JSON object at all; a form's field may be JSON, too."""
    broken = item["type"] in ("json_invalid", "model_attributes_type")
    return broken and not any(isinstance(part, str) for part in item["loc"][1:])


def _describe_item(item: Mapping[str, Any], cause: BaseException | None) -> dict[str, str]:
    if isinstance(cause, json.JSONDecodeError):  # FastAPI has the position for a field
        where = f"line {cause.lineno}, column {cause.colno}"
        return {"field": "body", "message": f"This is no JSON: {cause.msg} at {where}"}
    if "Expected UploadFile" in item["msg"]:  # FastAPI's words, for its own programmers
        item = {**item, "msg": "Send this as a file"}
    return {"field": ".".join(str(part) for part in item["loc"]), "message": told(item)}


def _describe_invalid(request: Request, error: RequestValidationError) -> ServiceError:
    """What is wrong with a request, field by field, without repeating its content."""
    errors = [_describe_item(item, error.__cause__) for item in error.errors()]
    if any(_is_whole_body(item) for item in error.errors()):
        declared = request.headers.get("content-type", "").split(";")[0].strip().lower()
        if not (declared == "application/json" or declared.endswith("+json")):
            return UnsupportedMediaType(
                f"This route reads application/json, not {declared or 'an undeclared type'!r}."
            )
    summary = "; ".join(f"{item['field']}: {item['message']}" for item in errors[:5])
    return InvalidRequest(summary, errors=errors)

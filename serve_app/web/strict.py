"""Bodies read to the letter: what could be understood in two ways is refused, not guessed.

A name that comes twice, text that is no UTF-8, a coding or character set that is not read here.
"""

from __future__ import annotations

import codecs
import json
import re
import sys
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable
from email.message import Message
from typing import Any, get_origin

from fastapi import Request, Response
from fastapi.params import Form
from pydantic import BaseModel
from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData, Headers, UploadFile
from starlette.types import Receive, Scope

from serve_app.errors import BadRequest, ServiceError, UnsupportedMediaType
from serve_app.web.urls import NAME_SHOWN, UrlRoute, invalid

CHARSETS = ("utf-8", "ascii")  # as Python calls them
CHARSET = re.compile(r';\s*charset\s*=\s*("[^"]*"|[^;]*)', re.IGNORECASE)
FORM_TYPES = ("multipart/form-data", "application/x-www-form-urlencoded")
NO_UTF8 = "This is no UTF-8; a recording is sent as a file, with a filename"
KEY_HEADER = "Idempotency-Key"


class StrictRoute(UrlRoute):
    """A route whose body is read by `StrictRequest`, too."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()
        reads_form, lists = _form_of(self)

        async def strict(request: Request) -> Response:
            check_key(request.headers)
            check_encoding(request.headers)
            check_charset(request.headers)
            if reads_form:
                check_form_type(request.headers)
            return await handler(StrictRequest(request.scope, request.receive, lists))

        return strict


class StrictRequest(Request):
    """Reads a JSON object or a form whose names come once each.

    Args:
        lists: fields of a form that may come several times.
    """

    def __init__(self, scope: Scope, receive: Receive, lists: Iterable[str] = ()) -> None:
        super().__init__(_without_charset(scope), receive)
        self._lists = frozenset(lists)
        self._read: Any = None
        self._fields: FormData | None = None
        self._has_ended: bool | None = None  # a multipart body: whether its last boundary came

    async def json(self) -> Any:
        """Raises InvalidRequest for a name that comes twice in one object, and no UTF-8."""
        if self._read is None:
            self._read = parse_json(await self.body())
        return self._read

    async def form(self, **limits: Any) -> FormData:  # type: ignore[override]  # awaited alone
        """
        Raises:
            InvalidRequest: fields that come twice, text that is no UTF-8.
            BadRequest: it was cut off, and may have lacked any field.
        """
        if self._fields is None:
            form = await super().form(**limits)
            try:
                if self._has_ended is False:
                    raise BadRequest("The form ends before its last boundary: it was cut off.")
                self._fields = self._checked(form)
            except ServiceError:
                await form.close()
                raise
        return self._fields

    async def stream(self) -> AsyncGenerator[bytes]:
        """The body as it comes; looks out for its last boundary, which nobody else misses."""
        _, declared = parse_options_header(self.headers.get("content-type", ""))
        last = b"--%s--" % declared.get(b"boundary", b"")
        is_form = is_multipart(self.headers.get("content-type", ""))
        carried = b""
        async for chunk in super().stream():
            if is_form and chunk and not self._has_ended:
                seen = carried + chunk
                self._has_ended = last in seen
                carried = seen[-len(last) :]
            yield chunk

    def _checked(self, form: FormData) -> FormData:
        faults: list[tuple[str, str]] = []
        fields: list[tuple[str, str | UploadFile]] = []
        for name, value in form.multi_items():
            try:
                fields.append((self._text(name), self._text(value)))
            except UnicodeError:
                shown = name.encode("latin-1", "replace").decode(errors="replace")
                faults.append((f"body.{shown[:NAME_SHOWN]}", NO_UTF8))
        for name, count in Counter(name for name, _ in fields).items():
            if count > 1 and name not in self._lists:
                told = f"This field may come once, and came {count} times"
                faults.append((f"body.{name[:NAME_SHOWN]}", told))
        if faults:
            raise invalid(faults)
        return FormData(fields)

    def _text(self, value: Any) -> Any:
        """A text that `_without_charset` had read as Latin-1."""
        if isinstance(value, str) and is_multipart(self.headers.get("content-type", "")):
            return value.encode("latin-1").decode()
        return value


def parse_json(body: bytes) -> Any:
    """Raises InvalidRequest as `StrictRequest.json` does, for what is nested too deeply and for
    numbers of thousands of digits; JSONDecodeError for what is no JSON."""
    try:
        return json.loads(body.decode("utf-8-sig"), object_pairs_hook=_once)
    except UnicodeDecodeError:
        raise invalid([("body", "This is no UTF-8")]) from None
    except RecursionError:
        raise invalid([("body", "This is nested too deeply")]) from None
    except json.JSONDecodeError:
        raise
    except ValueError:  # Python's own limit on what it makes an int of
        told = f"A number may have up to {sys.get_int_max_str_digits():,} digits"
        raise invalid([("body", told)]) from None


def check_key(headers: Headers) -> None:
    """Raises InvalidRequest for two keys: a repetition could be known by either."""
    if (count := len(headers.getlist(KEY_HEADER))) > 1:
        told = f"This header may come once, and came {count} times"
        raise invalid([(f"header.{KEY_HEADER}", told)])


def check_encoding(headers: Headers) -> None:
    """Raises UnsupportedMediaType for a body that is compressed, or whatever it says it is, by
    itself or on its way."""
    codings = _codings(headers, "content-encoding")
    codings += [one for one in _codings(headers, "transfer-encoding") if one != "chunked"]
    if any(coding != "identity" for coding in codings):
        shown = ", ".join(codings)[:NAME_SHOWN]
        raise UnsupportedMediaType(
            f"Send the body as it is: the service does not read the coding {shown!r}.",
            accept_encoding="identity",
        )


def _codings(headers: Headers, name: str) -> list[str]:
    declared = ",".join(headers.getlist(name)).split(",")
    return [coding.strip().lower() for coding in declared if coding.strip()]


def check_charset(headers: Headers) -> None:
    """Raises UnsupportedMediaType for text that says it is in anything but UTF-8."""
    declared = _parsed(headers).get_param("charset")
    if declared is None:
        return
    name = declared if isinstance(declared, str) else declared[2]
    try:
        known = codecs.lookup(name.strip()).name
    except (LookupError, ValueError):  # a name with a null
        known = ""
    if known not in CHARSETS:
        raise UnsupportedMediaType(f"Send text in UTF-8, not in {name[:NAME_SHOWN]!r}.")


def is_multipart(content_type: str) -> bool:
    return content_type.strip().lower().startswith("multipart/")


def check_form_type(headers: Headers) -> None:
    """Raises UnsupportedMediaType for a body that is no form, or does not say what it is."""
    if "content-type" not in headers and headers.get("content-length", "0") == "0":
        return  # there is no body, and each field that is missing will be named
    declared = headers.get("content-type", "").split(";")[0].strip().lower()
    if declared not in FORM_TYPES:
        raise UnsupportedMediaType(
            f"This route reads multipart/form-data, not "
            f"{declared[:NAME_SHOWN] or 'an undeclared type'!r}."
        )


def _form_of(route: UrlRoute) -> tuple[bool, tuple[str, ...]]:
    """Whether a route reads a form, and which of its fields are lists."""
    lists: list[str] = []
    reads_form = False
    for parameter in route.dependant.body_params:
        if isinstance(parameter.field_info, Form):
            reads_form = True
            model: type[BaseModel] = parameter.field_info.annotation  # type: ignore[assignment]
            fields = model.model_fields.items()
            lists += [name for name, field in fields if get_origin(field.annotation) is list]
    return reads_form, tuple(lists)


def _without_charset(scope: Scope) -> Scope:
    """With a form's charset as Latin-1, in which Starlette's parser keeps every byte: told that it
    is UTF-8, it reads what is none as if it were Latin-1, and nobody hears of it."""
    headers = []
    for name, value in scope["headers"]:
        declared = value.decode("latin-1")
        if name == b"content-type" and is_multipart(declared):
            value = (CHARSET.sub("", declared) + "; charset=latin-1").encode("latin-1")
        headers.append((name, value))
    return {**scope, "headers": headers}


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        (name, count), *_ = Counter(name for name, _ in pairs).most_common(1)
        told = f"{name[:NAME_SHOWN]!r} may come once in an object, and came {count} times"
        raise invalid([("body", told)])
    return found


def _parsed(headers: Headers) -> Message:
    message = Message()
    message["content-type"] = headers.get("content-type", "")
    return message

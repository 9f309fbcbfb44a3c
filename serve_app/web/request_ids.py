"""Under which id a request is logged, told of and traced."""

from __future__ import annotations

import re
import uuid

from starlette.datastructures import Headers

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")  # what is safe in a log, a header and a span


def sane_request_id(headers: Headers) -> str:
    """The client's id, or one of ours where there is none or it could harm a log."""
    asked = headers.get("x-request-id", "")
    return asked if REQUEST_ID.fullmatch(asked) else uuid.uuid4().hex

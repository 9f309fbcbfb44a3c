"""If-Match and If-None-Match (RFC 9110, 13), for what has one ETag, or none as yet."""

from __future__ import annotations

import re

from starlette.datastructures import Headers

from serve_app.errors import PreconditionFailed

ENTITY_TAG = re.compile(r'(W/)?("[\x21\x23-\x7e\x80-\xff]*")')
ANY = "*"


def is_not_modified(headers: Headers, etag: str) -> bool:
    """Whether 304 is the answer to a client that reads: it has this already.

    Args:
        etag: a strong one.
    Raises:
        PreconditionFailed: it asks for another version than what is there.
    """
    _require_match(headers, etag)
    known = _listed(headers, "if-none-match")
    return known is not None and _names(known, etag, weakly=True)


def require_version(headers: Headers, etag: str | None) -> None:
    """What has to hold before something is changed.

    Args:
        etag: of what is there, a strong one; None where nothing is there as yet.
    Raises:
        PreconditionFailed: the request is for another version than what is there.
    """
    _require_match(headers, etag)
    known = _listed(headers, "if-none-match")
    if known is not None and _names(known, etag, weakly=True):
        raise PreconditionFailed("If-None-Match names the version that is there.")


def is_conditional(headers: Headers) -> bool:
    return "if-match" in headers or "if-none-match" in headers


def _require_match(headers: Headers, etag: str | None) -> None:
    wanted = _listed(headers, "if-match")
    if wanted is not None and not _names(wanted, etag, weakly=False):
        raise PreconditionFailed("If-Match names another version than the one that is there.")


def _listed(headers: Headers, name: str) -> str | None:
    """All headers of this name as one: they are one list."""
    values = headers.getlist(name)
    return ", ".join(values).strip() if values else None


def _names(listed: str, etag: str | None, *, weakly: bool) -> bool:
    """Whether a header names this tag. A tag that is weak is the same only weakly."""
    if etag is None:
        return False
    if listed == ANY:
        return True
    tags = ((weak, tag) for weak, tag in ENTITY_TAG.findall(listed))
    return any(tag == etag and (weakly or not weak) for weak, tag in tags)

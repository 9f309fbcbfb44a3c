"""Paths below which a service may lie, for clients who see it through a proxy."""

from __future__ import annotations

import re

# No part is empty, "." or "..": two slashes at the beginning would lead to another site.
PLAIN_PATH = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+")
MAX_PREFIX_CHARS = 256


def plain_prefix(text: str) -> str | None:
    """A prefix without a slash at its end, "" for none; None where it is no plain path."""
    prefix = text.strip().removesuffix("/")
    if not prefix:
        return ""
    return prefix if len(prefix) <= MAX_PREFIX_CHARS and PLAIN_PATH.fullmatch(prefix) else None

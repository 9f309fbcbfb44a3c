"""A digest of several parts, by which they are known again."""

from __future__ import annotations

import hashlib


def fingerprint_of(*parts: str | bytes) -> str:
    """SHA-256, hexadecimal; where one part ends and the next begins counts too."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()

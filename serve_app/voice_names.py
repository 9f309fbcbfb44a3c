"""What a voice may be called."""

from __future__ import annotations

import unicodedata

from serve_app.errors import InvalidRequest
from serve_app.store.values import name_key

MAX_NAME_CHARS = 64
# Ids that are routes of their own below /voice: such a voice could not be asked for everywhere.
RESERVED = frozenset({"list", "register", "import"})


def check_name(name: str, field: str = "voice_name") -> str:
    """A voice's name as it will be shown.

    Args:
        field: what the request calls it.
    Raises:
        InvalidRequest: with the rule it breaks.
    """
    shown = unicodedata.normalize("NFC", name).strip()
    if not 1 <= len(shown) <= MAX_NAME_CHARS:
        raise InvalidRequest(f"{field} must have 1 to {MAX_NAME_CHARS} characters.")
    if not shown[0].isalnum() or not all(_may_stand_in_name(character) for character in shown):
        raise InvalidRequest(
            f"{field} may hold letters, digits, spaces, '.', '-', '_' and \"'\", "
            "and must begin with a letter or a digit."
        )
    if name_key(shown) in RESERVED:
        raise InvalidRequest(f"{field} must not be {shown!r}: /voice/{name_key(shown)} is taken.")
    return shown


def _may_stand_in_name(character: str) -> bool:
    # Marks (category M) belong to letters in many scripts.
    return character.isalnum() or character in " .-_'" or unicodedata.category(character)[0] == "M"

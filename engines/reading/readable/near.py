"""What stands around a place in a text: so much of it that long texts take no longer to read."""

from __future__ import annotations

import re

REACH = 160  # characters to either side


def near(found: re.Match[str], reach: int = REACH) -> str:
    """The text around what was found."""
    return found.string[max(0, found.start() - reach) : found.end() + reach]

"""The mark that is an inch after a number, and ends a quotation elsewhere."""

from __future__ import annotations

import re

from engines.reading.draft import Say

INCH_MARK = r"(?<=\d)\s?\"(?!\w)"


ONE = re.compile(r"(?<![\d.,/])1(?: \d/\d{1,2})?\s?$")


def inches(one: str, many: str) -> Say:
    """Reads the mark where no quotation is open."""

    def read(found: re.Match[str]) -> str:
        text = found.string
        if in_quotation(text, found.start()):
            return found[0]
        return f" {one if ONE.search(text[max(0, found.start() - 8) : found.start()]) else many}"

    return read


def in_quotation(text: str, at: int) -> bool:
    """Whether a quotation that began before is still open here."""
    opened = text.rfind(' "', 0, at)
    if opened < 0 and text.startswith('"'):
        opened = 0
    return opened >= 0 and '"' not in text[opened + 2 : at]

"""Clocks that measure: how long a race or a film took, and ratios, where a word says so."""

from __future__ import annotations

import re
from collections.abc import Callable

from engines.reading.dense import Rule

Match = re.Match[str]
SayLength = Callable[[str | None, str, str], str]  # hours, minutes and seconds, in digits

_BETWEEN = r"[^\d\n。！!?？,，、;；]{0,6}?"
_FRACTION = r"(?:\.(\d{1,3}))?(?![\d:]|\.\d)"


def durations(records: str, lengths: str, say: SayLength) -> list[Rule]:
    """'成绩2:05:30', '时长03:25'.

    Args:
        records: a pattern for words before hours, minutes and seconds.
        lengths: a pattern for those before which two parts are minutes and seconds.
        say: what is said for it; later rules read its digits.
    """

    def plain(number: str) -> str:
        return number.lstrip("0") or "0"

    def whole(found: Match) -> str:
        before, hours, minutes, seconds, part = found.groups()
        seconds = plain(seconds) + (f".{part}" if part else "")
        return before + say(plain(hours), plain(minutes), seconds)

    def short(found: Match) -> str:
        before, minutes, seconds, part = found.groups()
        return before + say(None, plain(minutes), plain(seconds) + (f".{part}" if part else ""))

    return [
        (re.compile(rf"((?:{records}){_BETWEEN})(\d{{1,2}}):([0-5]\d):([0-5]\d){_FRACTION}"),
         whole),
        (re.compile(rf"((?:{lengths}){_BETWEEN})(\d{{1,3}}):([0-5]\d){_FRACTION}"), short),
    ]  # fmt: skip


def ratios(words: str, to: str) -> Rule:
    """'比例为10:15'; `words`: a pattern for what stands before, `to` what is said between."""
    return (
        re.compile(rf"((?:{words})\s?)(\d{{1,4}})\s?:\s?(\d{{1,4}})(?![\d:]|\.\d)"),
        rf"\1\2{to}\3",
    )

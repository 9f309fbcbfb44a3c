"""Captions as files: WebVTT and SubRip."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from serve_app.web.caption_units import Token
from serve_app.web.captions import Caption

# Players of SubRip take these for markup, which nobody wrote: a character without width parts them.
MARKUP = re.compile(r"(?<=<)(?=[A-Za-z/!])|(?<=\{)(?=\\)|(?<=--)(?=>)")
WORD_JOINER = "\u2060"
ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def to_vtt(captions: Sequence[Caption], *, words: bool = False) -> str:
    """As WebVTT (W3C).

    Args:
        words: with the time of each word, by which players show how far the voice is.
    """
    parts = ["WEBVTT\n"]
    for one in captions:
        lines = _stamped(one) if words else [line.translate(ESCAPES) for line in one.text]
        parts.append(f"{_clock(one.start, '.')} --> {_clock(one.end, '.')}\n" + _joined(lines))
    return "\n".join(parts)


def to_srt(captions: Sequence[Caption]) -> str:
    """As SubRip, which has no standard: numbers, times, lines, and a blank one."""
    return "\n".join(
        f"{number}\n{_clock(one.start, ',')} --> {_clock(one.end, ',')}\n"
        + _joined([MARKUP.sub(WORD_JOINER, line) for line in one.text])
        for number, one in enumerate(captions, 1)
    )


def _joined(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _stamped(caption: Caption) -> list[str]:
    """Lines in which each word but the first has its time; times only ever grow."""
    last = _milliseconds(caption.start)
    until = _milliseconds(caption.end)
    lines: list[str] = []
    for line in caption.lines:
        parts: list[str] = []
        for token, at in _timed(line):
            stamp = ""
            if last < at < until:
                stamp = f"<{_clock(at / 1000, '.')}>"
                last = at
            space = " " if token.spaced and parts else ""
            parts.append(f"{space}{stamp}<c>{token.text.translate(ESCAPES)}</c>")
        lines.append("".join(parts))
    return lines


def _timed(line: Sequence[Token]) -> Iterator[tuple[Token, int]]:
    for token in line:
        yield token, _milliseconds(token.start)


def _clock(seconds: float, point: str) -> str:
    whole, thousandths = divmod(_milliseconds(seconds), 1000)
    minutes, second = divmod(whole, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{second:02}{point}{thousandths:03}"


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)

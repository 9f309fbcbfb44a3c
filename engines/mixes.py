"""Speakers mixed of several: `af_bella+af_sky`, or with weights `af_bella(2)+af_sky(1)`.

The form is that of Kokoro-FastAPI's clients. One name alone is a mix of one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

MOST = 8  # speakers in one mix: more are nobody's voice
PLUS = "+"
DIGITS = 2  # of a share as it is written

Mix = tuple[tuple[str, float], ...]
"""Names and their shares, which are 1 together; the largest first, of equals the first written."""

_PART = re.compile(r"([^+()]+?)\s*(?:\(\s*(\d{1,4}(?:\.\d{0,6})?|\.\d{1,6})\s*\))?")


class InvalidMix(ValueError):
    """A mix that cannot be read; the message says why."""


def is_mix(name: str) -> bool:
    return PLUS in name


def parse_mix(name: str) -> Mix:
    """
    Raises:
        InvalidMix
    """
    if not is_mix(name):
        return ((name, 1.0),)
    weights: list[tuple[str, float]] = []
    for part in name.split(PLUS):
        read = _PART.fullmatch(part.strip())
        if read is None:
            raise InvalidMix(
                f"{name[:80]!r} is no mix of speakers: write it as first(2)+second(1), or without "
                "weights"
            )
        weights.append((read[1], 1.0 if read[2] is None else float(read[2])))
    return make_mix(weights)


def make_mix(weights: Iterable[tuple[str, float]]) -> Mix:
    """
    Raises:
        InvalidMix: it has no speaker, or too many.
    """
    together: dict[str, float] = {}
    for name, weight in weights:
        together[name] = together.get(name, 0.0) + weight
    heard = [(name, weight) for name, weight in together.items() if weight > 0]
    if not heard:
        raise InvalidMix("a mix of speakers needs one whose weight is above 0")
    if len(heard) > MOST:
        raise InvalidMix(f"{len(heard)} speakers in one mix; {MOST} are the most")
    total = sum(weight for _, weight in heard)
    shares = [(name, weight / total) for name, weight in heard]
    return tuple(sorted(shares, key=lambda one: -one[1]))


def write_mix(mix: Mix) -> str:
    """As it is kept and shown: shares in hundredths. A mix of one is its name."""
    if len(mix) == 1:
        return mix[0][0]
    return PLUS.join(f"{name}({round(share, DIGITS):g})" for name, share in mix)


def leading(name: str) -> str:
    """The speaker of whom there is most in a mix that can be read."""
    return parse_mix(name)[0][0]

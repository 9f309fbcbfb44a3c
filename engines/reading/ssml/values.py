"""What stands in SSML's attributes, as numbers. `ValueError` is raised for what cannot be read."""

from __future__ import annotations

import math
import re

BREAKS_S = {"none": 0.0, "x-weak": 0.0, "weak": 0.25, "medium": 0.5, "strong": 1.0,
            "x-strong": 1.5}  # fmt: skip
RATES = {"x-slow": 0.5, "slow": 0.75, "medium": 1.0, "default": 1.0, "fast": 1.25, "x-fast": 1.5}
PITCHES = {"x-low": -6.0, "low": -3.0, "medium": 0.0, "default": 0.0, "high": 3.0, "x-high": 6.0}
SILENT_DB = -120.0
GAINS_DB = {"silent": SILENT_DB, "x-soft": -12.0, "soft": -6.0, "medium": 0.0, "default": 0.0,
            "loud": 4.0, "x-loud": 8.0}  # fmt: skip
LOUDEST_DB = 24.0
SEMITONES = 12  # in an octave

NUMBER = r"(\d{1,6}(?:\.\d{1,6})?|\.\d{1,6})"
TIME = re.compile(rf"\+?{NUMBER}(ms|s)")
RATE = re.compile(rf"([+-]?){NUMBER}(%?)")
PITCH = re.compile(rf"([+-]){NUMBER}(st|%)")
GAIN = re.compile(rf"([+-]){NUMBER}dB", re.IGNORECASE)


def seconds(time: str | None, strength: str | None) -> float:
    """Of a `break`."""
    if time is None:
        return _named(BREAKS_S, strength or "medium")
    number, unit = _match(TIME, time)
    return float(number) / (1000 if unit == "ms" else 1)


def rate(written: str) -> float:
    """How many times as fast: 'fast', '1.2', '120%', '+20%'."""
    if written in RATES:
        return RATES[written]
    sign, number, percent = _match(RATE, written)
    value = float(number) / 100 if percent else float(number)
    if sign and not percent:
        raise ValueError(written)
    factor = 1 + value * (-1 if sign == "-" else 1) if sign else value
    if factor <= 0:
        raise ValueError(written)
    return factor


def pitch(written: str) -> float:
    """Semitones: 'high', '+2st', '-10%'. A voice has no pitch in Hz of its own to go by."""
    if written in PITCHES:
        return PITCHES[written]
    sign, number, unit = _match(PITCH, written)
    value = float(number) * (-1 if sign == "-" else 1)
    if unit == "st":
        return value
    if value <= -100:
        raise ValueError(written)
    return SEMITONES * math.log2(1 + value / 100)


def gain(written: str) -> float:
    """dB: 'loud', '-6dB'."""
    if written in GAINS_DB:
        return GAINS_DB[written]
    sign, number = _match(GAIN, written)
    value = float(number) * (-1 if sign == "-" else 1)
    return max(SILENT_DB, min(value, LOUDEST_DB))


def _named(values: dict[str, float], name: str) -> float:
    if name not in values:
        raise ValueError(name)
    return values[name]


def _match(pattern: re.Pattern[str], written: str) -> tuple[str, ...]:
    found = pattern.fullmatch(written.strip())
    if found is None:
        raise ValueError(written)
    return found.groups()

"""The speakers of the embedded engine: what each name is in eSpeak NG.

A voice file gives the accent, a variant (`+f2`) the vocal tract, and the pitch sets it further
apart. eSpeak NG 1.52 has no Indian and no Australian English: those two names keep a voice of
their own, with a British accent.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Voice:
    """One speaker. `pitch` is eSpeak's 0 to 99, with 50 as the variant's own.

    `volume` is in percent of eSpeak's own, at which many voices clip.
    """

    name: str
    file: str
    pitch: int = 50
    volume: int = 80


VOICES: dict[str, tuple[Voice, ...]] = {
    "EN": (
        Voice("EN-US", "gmw/en-US+f2"),
        Voice("EN-BR", "gmw/en+m7", 60),
        Voice("EN-INDIA", "gmw/en-GB-x-rp+f4", 40),
        Voice("EN-AU", "gmw/en-GB-x-gbclan+m1", 35),
        Voice("EN-Default", "gmw/en-US"),
        Voice("EN-Newest", "gmw/en-US+Alicia"),
        Voice("EN-Scotland", "gmw/en-GB-scotland+m2", 75),
        Voice("EN-Caribbean", "gmw/en-029+f5"),
        Voice("EN-NYC", "gmw/en-US-nyc+m4", 45),
    ),
    "ES": (
        Voice("ES", "roa/es"),
        Voice("ES-Female", "roa/es+f2"),
        Voice("ES-LATAM", "roa/es-419+m3", 65),
        Voice("ES-LATAM-Female", "roa/es-419+f5", 60),
    ),
    "FR": (
        Voice("FR", "roa/fr"),
        Voice("FR-Female", "roa/fr+f2"),
        Voice("FR-BE", "roa/fr-BE+m3", 65),
        Voice("FR-CH", "roa/fr-CH+f5", 60),
    ),
    "ZH": (
        Voice("ZH", "sit/cmn", volume=60),
        Voice("ZH-Female", "sit/cmn+f2", volume=60),
        Voice("ZH-Deep", "sit/cmn+m3", 40, volume=60),
    ),
    "JP": (
        Voice("JP", "jpx/ja"),
        Voice("JP-Female", "jpx/ja+f2"),
        Voice("JP-Deep", "jpx/ja+m3", 30),
    ),
    "KR": (
        Voice("KR", "ko"),
        Voice("KR-Female", "ko+f2"),
        Voice("KR-Deep", "ko+m3", 30, volume=70),
    ),
}

# eSpeak's rate does not scale time exactly: pauses shrink faster than speech in some languages.
# Exponents that make a speed of 0.5 to 2.0 last what it says, within a tenth.
RATE_EXPONENT = {"EN": 0.92, "ES": 0.97, "FR": 0.93, "ZH": 0.88, "JP": 0.88, "KR": 0.95}
RATE_WPM = 175  # eSpeak's own
MIN_RATE_WPM, MAX_RATE_WPM = 80, 450  # beyond, eSpeak clamps


def canonical(name: str) -> str:
    """Names match without regard to case, `-` and `_`."""
    return name.replace("-", "").replace("_", "").casefold()


BY_NAME: dict[str, dict[str, Voice]] = {
    language: {canonical(voice.name): voice for voice in voices}
    for language, voices in VOICES.items()
}


def find_voice(language: str, speaker: str) -> Voice | None:
    return BY_NAME.get(language, {}).get(canonical(speaker))


def rate_of(language: str, speed: float) -> int:
    """Words a minute for eSpeak."""
    rate = round(RATE_WPM * math.pow(speed, RATE_EXPONENT[language]))
    return min(max(rate, MIN_RATE_WPM), MAX_RATE_WPM)

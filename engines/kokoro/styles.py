"""The speakers of Kokoro-82M: one style each, named by the language it was made from.

A style is a table of vectors, one for each length of a text in phones: it carries the voice and how
it says so much at once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from engines.mixes import leading

STYLE_ROWS, STYLE_SIZE = 510, 256

LANGUAGES: Mapping[str, str] = {
    "EN": "ab",  # American, British
    "ES": "e",
    "FR": "f",
    "ZH": "z",
    "JP": "j",
}
"""First letters of the styles made from a language; `h`, `i` and `p` are of languages that are not
spoken here."""

# The publisher's grade is best for these; the first is the language's own choice.
FIRST: Mapping[str, tuple[str, ...]] = {
    "EN": ("af_heart", "af_bella", "af_nicole", "bf_emma", "am_fenrir", "am_michael", "am_puck"),
    "ZH": ("zf_xiaobei", "zm_yunjian"),
    "JP": ("jf_alpha", "jm_kumo"),
}

# Names by which clients of other engines ask, and the style that comes nearest.
KNOWN_AS: Mapping[str, Mapping[str, str]] = {
    "EN": {
        "EN-US": "af_heart",
        "EN-Default": "af_heart",
        "EN-Newest": "af_bella",
        "EN-BR": "bf_emma",
    },
    "ES": {"ES": "ef_dora"},
    "FR": {"FR": "ff_siwis"},
    "ZH": {"ZH": "zf_xiaobei"},
    "JP": {"JP": "jf_alpha"},
}

BRITISH = "b"


def speakers(language: str, present: Collection[str]) -> tuple[str, ...]:
    """Those who speak a language: styles made from it, or else any, with the accent of their own.

    Args:
        present: the styles there are.
    """
    own = [name for name in present if name[0] in LANGUAGES[language]]
    first = FIRST.get(language, ())
    ranked = sorted(own or present, key=lambda name: (name not in first, rank(name, first), name))
    return tuple(ranked)


def rank(name: str, first: Collection[str]) -> int:
    return list(first).index(name) if name in first else 0


def aliases(language: str, names: Collection[str]) -> dict[str, str]:
    """Other names for speakers: without the prefix where that is plain, and those of KNOWN_AS."""
    short: dict[str, str] = {}
    for name in names:
        short.setdefault(name.partition("_")[2], name)
    known = {alias: name for alias, name in KNOWN_AS[language].items() if name in names}
    return short | known


def accent(language: str, style: str) -> str:
    """The eSpeak NG voice by which a speaker's text becomes phones; of a mix, its leading one's."""
    if language == "EN":
        return "gmw/en" if leading(style).startswith(BRITISH) else "gmw/en-US"
    return {"ES": "roa/es", "FR": "roa/fr"}[language]

"""Cleaning of punctuation that Spanish and French share: one table, one pass."""

from __future__ import annotations

from collections.abc import Mapping

QUOTES = '“”‘’「」"«»'
BRACKETS = "（）()《》【】[]<>"
LEADING = ",.!?"
FINAL = ".,!?-…"  # a text that ends otherwise gets a full stop


def table(extra: Mapping[str, str]) -> dict[int, str]:
    """What MeloTTS turns each sign into, before `extra` overrules it."""
    signs = dict.fromkeys("：；，·、;:", ",")
    signs |= dict.fromkeys("。…\n$", ".")
    signs |= dict.fromkeys(QUOTES + BRACKETS + "—", "")
    signs |= {"！": "!", "？": "?", "-": " "}
    return str.maketrans(signs | dict(extra))


def clean(text: str, signs: Mapping[int, str]) -> str:
    """Replace signs, drop leading punctuation, squeeze spaces, end with punctuation."""
    text = text.replace("...", ".").translate(signs).lstrip(LEADING)
    text = " ".join(text.split())
    return text if not text or text[-1] in FINAL else f"{text}."

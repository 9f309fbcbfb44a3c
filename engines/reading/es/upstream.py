"""Spanish text normalization exactly as MeloTTS does it: signs only, gruut reads the numbers."""

from __future__ import annotations

from engines.reading import signs

SIGNS = signs.table({"&": "y", "～": "-", "~": "-"})


def normalize(text: str) -> str:
    # Apostrophes first: dots that one held apart count as an ellipsis.
    return signs.clean(text.lower().replace("'", ""), SIGNS)

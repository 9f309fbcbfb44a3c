"""Words of a Chinese text with the syllables they are said in: readings, tones, neighbours."""

from __future__ import annotations

from collections.abc import Iterator

from engines.reading.zh.merging import merge
from engines.reading.zh.polyphones import in_context
from engines.reading.zh.readings import Reading, Word, readings, words
from engines.reading.zh.sandhi import spoken_tones

Said = list[tuple[str, Reading]]  # hanzi, and how each is said


def read(text: str, upstream_quirks: bool = False) -> Iterator[tuple[Word, Said]]:
    """The words of a segment. Upstream looks at no word's neighbours."""
    parts = words(text)
    merged = merge(parts)
    kept = "".join(word.text for word in merged) == text  # merging may say a word once more
    otherwise = in_context(parts) if kept and not upstream_quirks else {}
    at = 0
    for word in merged:
        said: Said = []
        for char, reading, tone in zip(
            word.text, readings(word.text), spoken_tones(word), strict=True
        ):
            said.append((char, otherwise.get(at) or reading._replace(tone=tone)))
            at += 1
        yield word, said

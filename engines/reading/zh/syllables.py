"""Pinyin to the phones of MeloTTS's Chinese symbols: an initial and a final for each syllable."""

from __future__ import annotations

from engines.reading.zh.readings import Reading

# Syllables without a consonant start with a glide, or else with the doubled open vowel.
_GLIDES = {"i": "y", "u": "w", "v": "y"}
_OPEN = {"a": "AA", "o": "OO", "e": "EE"}

# What pinyin writes in full is shortened after a consonant.
_SHORTENED = {"uei": "ui", "iou": "iu", "uen": "un"}
# The i of zi, ci, si and of zhi, chi, shi, ri is no i.
_APICAL = {"z": "i0", "c": "i0", "s": "i0", "zh": "ir", "ch": "ir", "sh": "ir", "r": "ir"}
# After y, the symbols keep the colour of the vowel in -ian and -ie only.
_AFTER_Y = {"ian": "En", "ie": "E"}
_KEPT_AFTER_GLIDE = frozenset(["i", "in", "ing", "u"])

# Interjections without a vowel, as the nearest syllable that has symbols.
_SYLLABIC = {"m": "en", "n": "en", "ng": "en", "ê": "ei", "": "en"}

_FINALS = (
    "a ai an ang ao e ei en eng er i i0 ir ia ian iang iao ie in ing iong iu o ong ou u ua uai uan "
    "uang ui un uo v van ve vn E En"
)
FINALS = frozenset(_FINALS.split())


def phones(reading: Reading) -> tuple[str, str] | None:
    """The two phones of a syllable, or None for what is not one.

    >>> phones(Reading("zh", "uang", 1)), phones(Reading("", "ian", 2)), phones(Reading("", "e", 4))
    (('zh', 'uang'), ('y', 'En'), ('EE', 'e'))
    """
    initial, final, tone = reading
    if not tone:
        return None
    if initial:
        final = _SHORTENED.get(final, final)
        if final == "i":
            final = _APICAL.get(initial, final)
        pair = initial, _SYLLABIC.get(final, final)
    else:
        pair = _without_consonant(_SYLLABIC.get(final, final))
    return pair if pair[1] in FINALS else None


def _without_consonant(final: str) -> tuple[str, str]:
    glide = _GLIDES.get(final[0])
    if glide is None:
        return _OPEN.get(final[0], "EE"), final
    if final[0] == "v" or final in _KEPT_AFTER_GLIDE:
        return glide, final
    return glide, _AFTER_Y.get(final, final[1:])

"""How the end of one Korean syllable meets the start of the next: the Standard Pronunciation.

A syllable is written with conjoining jamo: onset (19), vowel (21), coda (27). The same letter has
different code points as onset and as coda, so a string of jamo says where its syllables end.
"""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata

ONSETS = "ᄀᄁᄂᄃᄄᄅᄆᄇᄈᄉᄊᄋᄌᄍᄎᄏᄐᄑᄒ"
VOWELS = "ᅡᅢᅣᅤᅥᅦᅧᅨᅩᅪᅫᅬᅭᅮᅯᅰᅱᅲᅳᅴᅵ"
CODAS = "ᆨᆩᆪᆫᆬᆭᆮᆯᆰᆱᆲᆳᆴᆵᆶᆷᆸᆹᆺᆻᆼᆽᆾᆿᇀᇁᇂ"
SILENT = "ᄋ"
END = ""

TENSE = dict(zip("ᄀᄃᄇᄉᄌ", "ᄁᄄᄈᄊᄍ", strict=True))
_ASPIRATED = dict(zip("ᄀᄃᄌ", "ᄏᄐᄎ", strict=True))

# Only seven codas are heard.
_HEARD = {
    coda: heard
    for heard, codas in {
        "ᆨ": "ᆨᆩᆪᆰᆿ", "ᆫ": "ᆫᆬᆭ", "ᆮ": "ᆮᆺᆻᆽᆾᇀᇂ", "ᆯ": "ᆯᆲᆳᆴᆶ", "ᆷ": "ᆷᆱ",
        "ᆸ": "ᆸᆵᆹᇁ", "ᆼ": "ᆼ",
    }.items()
    for coda in codas
}  # fmt: skip
_NASAL = dict(zip("ᆨᆮᆸ", "ᆼᆫᆷ", strict=True))

# What stays and what moves on before a vowel.
_LIAISON = dict(zip("ᆨᆩᆫᆮᆯᆷᆸᆺᆻᆽᆾᆿᇀᇁ", "ᄀᄁᄂᄃᄅᄆᄇᄉᄊᄌᄎᄏᄐᄑ", strict=True)) | {
    "ᆪ": "ᆨᄊ", "ᆬ": "ᆫᄌ", "ᆰ": "ᆯᄀ", "ᆱ": "ᆯᄆ", "ᆲ": "ᆯᄇ", "ᆳ": "ᆯᄊ", "ᆴ": "ᆯᄐ",
    "ᆵ": "ᆯᄑ", "ᆹ": "ᆸᄊ", "ᆭ": "ᄂ", "ᆶ": "ᄅ", "ᇂ": "ᄋ", "ᆼ": "ᆼᄋ",
}  # fmt: skip
_WITH_H_AFTER = {
    **dict.fromkeys("ᆨᆩᆪᆿ", "ᄏ"), **dict.fromkeys("ᆮᆺᆻᆾᇀ", "ᄐ"), **dict.fromkeys("ᆸᇁ", "ᄑ"),
    "ᆽ": "ᄎ", "ᆰ": "ᆯᄏ", "ᆲ": "ᆯᄑ", "ᆬ": "ᆫᄎ", "ᆵ": "ᆸᄑ", "ᆹ": "ᆸᄑ",
}  # fmt: skip
_WITHOUT_H = {"ᇂ": "", "ᆭ": "ᆫ", "ᆶ": "ᆯ"}

# Slips in the rule table the checkpoints were trained with.
_SLIPS = {"ᆰᄐ": "ᆨᄑ", "ᆵᄏ": "ᆸᆸᄑ", "ᆹᄏ": "ᆸᄑ", "ᇁᄅ": "ᆫᄂ"}


def meet(coda: str, onset: str) -> str:
    """A coda and the onset after it, or `END`, as they are spoken.

    >>> meet("ᆨ", "ᄆ"), meet("ᆲ", "ᄋ"), meet("ᇂ", "ᄀ"), meet("ᆻ", "ᄃ"), meet("ᇂ", END)
    ('ᆼᄆ', 'ᆯᄇ', 'ᄏ', 'ᆮᄄ', 'ᆮ')
    """
    heard = _HEARD[coda]
    if onset == END:
        return heard
    if onset == SILENT:
        return _LIAISON[coda]
    if coda in _WITHOUT_H:
        return _after_h(coda, onset)
    if onset == "ᄒ":
        return _WITH_H_AFTER.get(coda, heard + onset)
    if coda == "ᆲ" and onset in "ᄂᄆ":
        return "ᆷ" + onset
    if onset in "ᄂᄅᄆ":
        return _sonorants(heard, onset)
    if heard in _NASAL or coda in "ᆲᆳ":
        onset = TENSE.get(onset, onset)
    return heard + onset


def _after_h(coda: str, onset: str) -> str:
    rest = _WITHOUT_H[coda]
    if onset in _ASPIRATED:
        return rest + _ASPIRATED[onset]
    if onset == "ᄉ":
        return rest + "ᄊ"
    if onset in "ᄂᄅ" and (rest or onset == "ᄂ"):
        return _sonorants(rest or "ᆫ", onset)
    return rest + onset


def _sonorants(heard: str, onset: str) -> str:
    """Before ㄴ, ㄹ, ㅁ: 국물 -> 궁물, 독립 -> 동닙, 신라 -> 실라, 칼날 -> 칼랄."""
    if {heard, onset} in ({"ᆫ", "ᄅ"}, {"ᆯ", "ᄂ"}):
        return "ᆯᄅ"
    if onset == "ᄅ" and heard != "ᆯ":
        onset = "ᄂ"
    return _NASAL.get(heard, heard) + onset


@functools.cache
def _meetings(slips: bool) -> dict[str, str]:
    table = {
        coda + onset: meet(coda, onset) for coda, onset in itertools.product(CODAS, [*ONSETS, END])
    }
    return table | _SLIPS if slips else table


_BARE_VOWEL = re.compile(f"(^|[^{ONSETS}])([{VOWELS}])")
_HANGUL = re.compile("[가-힣]+")
_CODA_AND_ONSET = re.compile(f"[{CODAS}][{ONSETS}]?")


def connect(jamo: str, slips: bool) -> str:
    """Apply `meet` wherever syllables meet. `slips` repeats upstream's slips of the pen."""
    table = _meetings(slips)
    return _CODA_AND_ONSET.sub(lambda match: table[match[0]], jamo)


def decompose(text: str) -> str:
    """Hangul syllables as jamo; everything else stays as it is."""
    return _HANGUL.sub(lambda match: unicodedata.normalize("NFD", match[0]), text)


def add_silent_onsets(jamo: str) -> str:
    """A vowel that follows no onset gets the silent one."""
    return _BARE_VOWEL.sub(rf"\1{SILENT}\2", jamo)

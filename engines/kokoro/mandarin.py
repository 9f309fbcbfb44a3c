"""Pinyin to the Mandarin phones of Kokoro: an initial, a final, and the tone as an arrow on it.

Sources: Duanmu, The Phonology of Standard Chinese (2007), and Lin, The Sounds of Chinese (2007),
for the sounds; misaki 0.9 for the choice of symbols and where the arrow stands.
"""

from __future__ import annotations

TONES = {1: "→", 2: "↗", 3: "↓", 4: "↘"}  # the neutral tone has none
AT = "0"  # where the tone stands in a final

INITIALS = {
    "b": "p", "p": "pʰ", "m": "m", "f": "f", "d": "t", "t": "tʰ", "n": "n", "l": "l",
    "g": "k", "k": "kʰ", "h": "x", "j": "ʨ", "q": "ʨʰ", "x": "ɕ", "zh": "ꭧ", "ch": "ꭧʰ",
    "sh": "ʂ", "r": "ɻ", "z": "ʦ", "c": "ʦʰ", "s": "s",
}  # fmt: skip
FINALS = {
    "a": "a0", "o": "wo0", "e": "ɤ0", "ê": "ɛ0", "er": "ɚ0", "ai": "ai0", "ei": "ei0",
    "ao": "au0", "ou": "ou0", "an": "a0n", "en": "ə0n", "ang": "a0ŋ", "eng": "ə0ŋ",
    "ong": "ʊ0ŋ", "i": "i0", "ia": "ja0", "ie": "je0", "iao": "jau0", "iou": "jou0",
    "ian": "jɛ0n", "in": "i0n", "iang": "ja0ŋ", "ing": "i0ŋ", "iong": "jʊ0ŋ", "u": "u0",
    "ua": "wa0", "uo": "wo0", "uai": "wai0", "uei": "wei0", "uan": "wa0n", "uen": "wə0n",
    "uang": "wa0ŋ", "ueng": "wə0ŋ", "v": "y0", "ve": "ɥe0", "van": "ɥɛ0n", "vn": "y0n",
    "io": "jo0",
}  # fmt: skip
SHORT = {"iu": "iou", "ui": "uei", "un": "uen", "ue": "ve"}
APICAL = frozenset(["z", "c", "s", "zh", "ch", "sh", "r"])
APICAL_VOWEL = "ɨ0"
AFTER_LIPS = frozenset("bpmf")
SYLLABIC = {"m": "m0", "n": "n0", "ng": "ŋ0"}  # interjections without a vowel
PALATALS = frozenset("jqx")


def syllable_phones(initial: str, final: str, tone: int) -> str | None:
    """The phones of one syllable; None for what is none.

    Args:
        initial: as pinyin writes it, "" without one.
        final: in full, `v` for ü.
        tone: 1 to 4, 5 for the neutral one.
    """
    final = SHORT.get(final, final)
    if initial in PALATALS and final.startswith("u"):
        final = "v" + final[1:]
    sound = FINALS.get(final, SYLLABIC.get(final))
    if sound is None or (initial and initial not in INITIALS):
        return None
    if final == "i" and initial in APICAL:
        sound = APICAL_VOWEL
    return INITIALS.get(initial, "") + sound.replace(AT, TONES.get(tone, ""))

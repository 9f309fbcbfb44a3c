"""Which Spanish capitals are spelled: DNI, but not ONU."""

from __future__ import annotations

import re

from engines.reading.readable.acronyms import LONE, Acronyms

NAMES = {
    "A": "a", "B": "be", "C": "ce", "D": "de", "E": "e", "F": "efe", "G": "ge", "H": "hache",
    "I": "i", "J": "jota", "K": "ka", "L": "ele", "M": "eme", "N": "ene", "Ñ": "eñe", "O": "o",
    "P": "pe", "Q": "cu", "R": "erre", "S": "ese", "T": "te", "U": "u", "V": "uve",
    "W": "uve doble", "X": "equis", "Y": "i griega", "Z": "zeta",
}  # fmt: skip
CAPITALS = re.compile(r"(?<![\w'])[A-ZÑ]{2,6}(?!\w)")
# Syllables that Spanish allows, so the letters are a word.
SAYABLE = re.compile(
    r"(?:(?:[BCDFGP]R|[BCFGP]L|QU|CH|LL|RR|[BCDFGHJLMNÑPRSTVXYZ])?[AEIOU]{1,2}[NSLRD]?)+"
)
_SPOKEN = """
    PSOE VOX IBEX INEM OTAN FIFA UEFA RAM ROM SIM SAT UNICEF TIC GIF IMSS MERCOSUR RENFE UNAM
    PIB OPEP TAC NIF VIP OVNI AMLO PEMEX AFIP INDEC FARC
"""
SPOKEN = frozenset(_SPOKEN.split())
_WORDS = """
    NO SI SÍ LA EL DE EN UN YA TU SU ES AL LO MI TE SE ME HA VA LE DO RE FA OK LOS LAS DEL CON
    POR MÁS QUE UNA HOY
"""
WORDS = frozenset(_WORDS.split())
_SPELLED = """
    EAU UEA
"""
SPELLED = frozenset(_SPELLED.split())

spell_out = Acronyms(CAPITALS, NAMES, SAYABLE, WORDS | SPOKEN, SPELLED, LONE).spell_out

"""Which French capitals are spelled: SNCF, but not ONU."""

from __future__ import annotations

import re

from engines.reading.readable.acronyms import LONE, Acronyms

NAMES = {
    "A": "a", "B": "bé", "C": "cé", "D": "dé", "E": "e", "F": "effe", "G": "gé", "H": "ache",
    "I": "i", "J": "ji", "K": "ka", "L": "elle", "M": "emme", "N": "enne", "O": "o", "P": "pé",
    "Q": "ku", "R": "erre", "S": "esse", "T": "té", "U": "u", "V": "vé", "W": "double vé",
    "X": "ixe", "Y": "i grec", "Z": "zède",
}  # fmt: skip
CAPITALS = re.compile(r"(?<!\w)[A-Z]{2,6}(?!\w)")
# Syllables that French allows, so the letters are a word.
SAYABLE = re.compile(
    r"(?:(?:[BCDFGPTV]R|[BCFGP]L|QU|CH|PH|[BCDFGHJLMNPRSTVXZ])?"
    r"(?:[AEO]U|OI|AI|EI|[AEIOUY])[NSLRMD]?)+"
)
_SPOKEN = """
    SIRET SIREN CAC SMIC OTAN UNESCO NASA INSEE CROUS SACEM FNAC DROM SAMU EHPAD SIDA BAC PACS
    COP NET
    CAF CEDEX URSSAF MEDEF CNED IFOP INSERM CERN UNEF RIB BIC SICAV OVNI ZEP DELF DALF TOEIC TOEFL
"""
SPOKEN = frozenset(_SPOKEN.split())
_SPELLED = """
    USA UE URL UDI UMP EURL IUT IRM PIB TVA INA ADN ARN RER TER SAV SAS CIO CIA LOA PEL LEP CHU PEA
    OPA IPO
"""
SPELLED = frozenset(_SPELLED.split())
_WORDS = """
    LE LA DE DU UN ET OU EN AU IL ON CE SE NE ME TE MA TA SA TU VA OK OH AH ÇA SI NI LES DES
    UNE AUX EST PAS QUE QUI NON OUI TOUS POUR DANS
"""
WORDS = frozenset(_WORDS.split())

spell_out = Acronyms(CAPITALS, NAMES, SAYABLE, WORDS | SPOKEN, SPELLED, LONE).spell_out

"""French text normalization exactly as MeloTTS does it: abbreviations and signs, in this order.

Its French BERT knows capitals, so they are kept. Gruut reads the numbers.
"""

from __future__ import annotations

import re

from engines.reading import signs

SIGNS = signs.table({"&": " et ", "～": " ", "~": " ", "¿": "", "¡": ""})

# Tried one after another, so a short one may take the start of a longer one: 'av. J.-C.'.
ABBREVIATIONS = (
    ("M", "monsieur"), ("Mlle", "mademoiselle"), ("Mlles", "mesdemoiselles"), ("Mme", "Madame"),
    ("Mmes", "Mesdames"), ("N.B", "nota bene"), ("p.c.q", "parce que"), ("Pr", "professeur"),
    ("qqch", "quelque chose"), ("rdv", "rendez-vous"), ("max", "maximum"), ("min", "minimum"),
    ("no", "numéro"), ("adr", "adresse"), ("dr", "docteur"), ("st", "saint"),
    ("co", "companie"), ("jr", "junior"), ("sgt", "sergent"), ("capt", "capitain"),
    ("col", "colonel"), ("av", "avenue"), ("av. J.-C", "avant Jésus-Christ"),
    ("apr. J.-C", "après Jésus-Christ"), ("art", "article"), ("boul", "boulevard"),
    ("c.-à-d", "c’est-à-dire"), ("etc", "et cetera"), ("ex", "exemple"),
    ("excl", "exclusivement"),
)  # fmt: skip
TITLES = (("Mlle", "mademoiselle"), ("Mlles", "mesdemoiselles"), ("Mme", "Madame"),
          ("Mmes", "Mesdames"))  # fmt: skip
# The points inside an abbreviation are not escaped upstream: they stand for any character.
DOTTED = [(re.compile(rf"\b{short}\.", re.IGNORECASE), long) for short, long in ABBREVIATIONS]
BARE = [(re.compile(rf"\b{short}"), long) for short, long in TITLES]


def normalize(text: str) -> str:
    if "." in text:
        for pattern, long in DOTTED:
            text = pattern.sub(long, text)
    if "M" in text:
        for pattern, long in BARE:
            text = pattern.sub(long, text)
    return signs.clean(text, SIGNS)

"""Codes, courts, books and titles in French that are written short."""

from __future__ import annotations

import re

from engines.reading.draft import Say

Match = re.Match[str]

CODES = {
    "civ": "code civil", "cons": "code de la consommation", "trav": "code du travail",
    "pén": "code pénal", "com": "code de commerce", "proc. civ": "code de procédure civile",
    "proc. pén": "code de procédure pénale", "séc. soc": "code de la sécurité sociale",
    "env": "code de l'environnement", "urb": "code de l'urbanisme",
}  # fmt: skip
CODE = rf"\bC\.\s?({'|'.join(sorted(map(re.escape, CODES), key=len, reverse=True))})\."
SHORT = {
    "Prép": "préparation", "Cuiss": "cuisson", "sc": "scène", "pces": "pièces", "pce": "pièce",
    "Vol": "volume", "Pop": "population", "Dist": "distance", "haut": "hauteur",
    "larg": "largeur", "long": "longueur", "prof": "profondeur", "Ép": "épisode", "ép": "épisode",
}  # fmt: skip
DAYS = {
    "lun": "lundi", "mar": "mardi", "mer": "mercredi", "jeu": "jeudi", "ven": "vendredi",
    "sam": "samedi", "dim": "dimanche",
}  # fmt: skip
NUMBERED = rf"\b({'|'.join(SHORT)})\.(?=\s?:?\s?\d)"

PASSES: tuple[tuple[str, Say], ...] = (
    (r"\b[Aa]sc\.", "ascenseur"),
    (r"\b[Ff]b?g(?=-S)", "faubourg"),
    (r"\bBAT\.", "bâtiment"),
    (r"\bETG\b\.?", "étage"),
    (r"\bAPPT\b\.?", "appartement"),
    (r"\b[Rr]ép\.(?=\s?:)", "réponse"),
    (r"\bPdt\b\.?", "président"),
    (r"\bdpt\b\.?", "département"),
    (r"\bCne\b(?= de\b)", "commune"),
    (r"\bTle\b", "terminale"),
    (r"\bCtrl\b", "contrôle"),
    (CODE, lambda found: CODES[found[1]]),
    (r"\bet s\.(?!\w)", "et suivantes"),
    (r"\bS\.?E\.?\s?M\.(?=\s+[A-ZÀ-Ý])", "son Excellence monsieur"),
    (r"\bP\.(?=\s+[A-ZÀ-Ý][a-zà-ÿ])(?<=\b[Ll]e P\.)", "père"),
    (r"\b[Ss]r(?= (?:Marie|Thérèse|Emmanuelle|Anne|Catherine|Bernadette)\b)", "sœur"),
    (r"\b(?:Directrice|directrice|Secrétaire|secrétaire|Inspectrice) (?:Gle|gle)\b\.?",
     lambda found: f"{found[0].split()[0]} générale"),
    (r"\b(?:Directeur|directeur|Inspecteur|Procureur) (?:Gal|Gl|gal|gl)\b\.?",
     lambda found: f"{found[0].split()[0]} général"),
    (r"\bi\.\s?e\.,?", "c'est-à-dire"),
    (r"(?<!\d )\bt\.\s?(?=[IVXL]+\b|\d{1,2}(?:,|$))", "tome "),
    (r"\bsc\.\s?(?=[ivxIVX]+\b)", "scène "),
    (r"(?:(?<=[ld]es )|(?<=\d ))j\.(?=\s|$)", "jours"),
    (r"\b(sauf|sf|le|du|au|jusqu'au) (lun|mar|mer|jeu|ven|sam|dim)\.(?=\s|$|,)",
     lambda found: f"{found[1]} {DAYS[found[2]]}"),
    (r"\bss (?:asc|ascenseur)\b\.?", "sans ascenseur"),
    (r"\bh\.(?= ?\d{1,3}(?:,\d+)? ?[mc]?m\b)", "hauteur"),
    (r"(?<=[a-zà-ÿ])/sem\b\.?", " par semaine"),
    (r"\bpers\./(?=[a-z])", "personnes par "),
    (r"\bpoids ?:(?= \d)", "poids"),
    (r"(?<=[A-Z])/(?=[A-Z]{2,5}(?!\w))(?<=[A-Z]{2}/)", " "),
    (r"\bH/F\b", "H F"),
    (r"\bF/H\b", "F H"),
)  # fmt: skip
SPOON = r"(?<![\w.,/])(\d{1,3}(?:[ /]\d){0,2} )c(?:\. ?|\.? ?à\.? ?)([sc])\b\.?(?=\s|,|$)"


def spoons(found: Match) -> str:
    """'2 càs', '1 c.s.'"""
    number = found[1].strip()
    one = number == "1" or ("/" in number and " " not in number)
    return f"{number} cuillère{'s' * (not one)} à {'soupe' if found[2] == 's' else 'café'}"


WITH_NUMBER: tuple[tuple[str, Say], ...] = (
    (SPOON, spoons),
    (r"(?<=\d )jrs?\b\.?", "jours"),
    (r"(?<=\d[eè] )ch\.", "chambre"),
    (r"\b([vV])(\d{1,3})\.(?=\d{1,3}(?![.\d]))", r"\1 \2 point "),
    (r"(?<=\d) ?[x×] ?(?=\d{1,4} ?(?:[cm]?[lL]|[km]?g)\b)", " fois "),
    (r"(?<=[\da-zé.] )x (?=\d{1,3} (?:jours?|semaines?|mois|heures?)\b)", "pendant "),
    (NUMBERED, lambda found: f"{SHORT[found[1]]} "),
    (r"(?<=\d )pces?\b\.?", "pièces"),
    (r"(?<![\w.])(?<!\d )[m†]\.?\s(?=1\d{3}\b(?!\s?m)|20\d\d\b)", "mort en "),
    (r"(?<=\d) ?h/sem\b\.?", " heures par semaine"),
    (r"(?<=\d)/sem\b\.?", " par semaine"),
    (r"\b([Aa]rt(?:icles?|\.)\s?\d{1,4})\.(?=\d{1,2}(?!\d))", r"\1 point "),
)

"""French nouns before which 'un' is 'une': 21 heures, 1 page."""

from __future__ import annotations

import re

WORD = re.compile(r"\s?([^\W\d_]+)")
_FEMININE = """
    heure minute seconde page personne femme fille année semaine journée nuit fois tonne place
    voiture maison tasse cuillère chambre étoile question ligne calorie once pomme bouteille
    boîte carte chose classe couleur dame école église émission époque équipe erreur famille
    feuille fenêtre fleur guerre idée île image langue lettre livre-sterling marche mère
    partie pièce porte rue salle soirée table tête usine vache ville vie voix roupie livre
    victime entreprise banane orange fraise étape règle recette tranche gousse pincée goutte
    candidate présidente actrice candidature barre case brique clé moto photo piste plage
    poule route saison série tablette tour-eiffel valise zone victoire défaite
"""
FEMININE = frozenset(_FEMININE.split())
ENDINGS = (
    "tion", "sion", "xion", "ette", "ance", "ence", "ure", "ude", "esse", "euse", "trice", "aine",
    "ité", "onne", "enne", "ière",
)  # fmt: skip
MASCULINE = frozenset(
    ["domaine", "cimetière", "derrière", "silence", "mercure", "murmure", "comité"]
)


def is_feminine(after: str) -> bool:
    """Whether `after` begins with a noun of feminine gender."""
    found = WORD.match(after)
    if not found:
        return False
    word = found[1].lower()
    singular = word[:-1] if word.endswith("s") else word
    if singular in MASCULINE or singular.endswith("wattheure"):
        return False
    return word in FEMININE or singular in FEMININE or singular.endswith(ENDINGS)

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
    raison chanson boisson leçon façon prison livraison main dent fin faim soif mer eau peau
    clef nef loi foi croix noix paix part mort nation forêt loi soeur sœur cour
    allée armée arrivée assiette balle bande banque barque base bataille bague
    bête bière bombe bouche boucle bourse branche brebis brosse cabane cage caisse campagne
    canne caméra casserole cause cellule cerise chaîne chaise chance chaussure chaussette chemise
    chèvre cigarette cible clinique colline colonne commande communauté conférence corde côte
    course couche coupe coupure crise croûte danse demande dette distance douche échelle
    économie énergie enquête enveloppe épée épreuve espèce estimation étude étudiante exposition
    façade faute femme ferme fiche figure file flèche fois fourchette foule galerie gare
    gaufre glace grille grotte guitare halte herbe infirmière injection intervention île
    jambe jarre joue joueuse journée jupe lampe larme liasse licence ligue liste
    livraison loge machine maladie manche marchandise marque masse médaille menace mesure méthode
    minute mission montagne montre municipalité musique naissance nappe note nouvelle œuvre offre
    opération opinion ordonnance oreille page paire panne parcelle partie passerelle patate pêche
    peine perle pierre pile pilule place plaque plante plume poche poire pomme pompe porte poste
    poupée preuve prime promesse province puce purge question queue rame rangée rencontre rente
    réponse requête réserve revue robe roue ruche sauce scène séance séquence serrure serviette
    sœurs somme source station statue tâche taxe tente terre théorie tige tonne touche toile
    torche trace tribu tuile union unité usine vague vedette veste vente vis vitre voie voile
    voyelle vue
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

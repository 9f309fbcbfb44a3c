"""Whether a noun follows a number, and its gender: 'un euro', 'doscientas libras', 'veintiuno'."""

from __future__ import annotations

import re

from engines.reading.es.numbers import ALONE, FEMININE, MASCULINE

WORD = re.compile(r"\s?([^\W\d_]+)")
# After these a number stands alone.
_NO_NOUNS = """
    a al ante aunque bajo cada como con contra cuando cual da de del desde después durante e
    el ella ellas ellos en entonces entre era eran es esa ese eso esta este estas estos está
    están fue fueron ha había hace hacia han hasta hay la las le les lo los mas más me mi
    menos mientras muy ni no nos o otra otro para pero por porque punto que quien se según ser
    si sin sobre son su sus también te tiene tienen tras tu u un una va y ya coma igual
"""
NO_NOUNS = frozenset(_NO_NOUNS.split())
_MASCULINE_IN_A = """
    día problema sistema programa tema mapa idioma clima poema drama planeta cometa diploma
    esquema lema síntoma dilema fantasma gramo kilograma panorama telegrama tranvía sofá papa
    atleta dálmata demócrata acróbata aristócrata burócrata autómata aroma axioma
    carcinoma hematoma genoma teorema fonema diagrama organigrama pentagrama crucigrama
    anagrama estigma enigma dogma trauma reuma karma pijama colega cura espía vigía yoga magma
    plasma prisma carisma ecosistema subsistema holograma monograma monarca patriarca
    astronauta internauta
"""
MASCULINE_IN_A = frozenset(_MASCULINE_IN_A.split())
# Feminine, yet 'un aula', because the a is stressed.
STRESSED_A = frozenset(
    [
        "agua",
        "aula",
        "arma",
        "área",
        "águila",
        "hacha",
        "ala",
        "alma",
        "hada",
        "arca",
        "ancla",
        "asta",
    ]
)
FEMININE_OTHERWISE = re.compile(
    r"(?:ci[oó]n|si[oó]n|xi[oó]n|dad|tad|tud|umbre|ie|triz|itis)(?:es)?s?$"
)
_FEMININE_NOUNS = """
    mujer noche tarde vez clase calle llave flor parte frase luz voz ley red pared imagen
    gente mano foto moto base fase serie nube nave torre leche carne sangre muerte suerte
    fuente nieve clave orden razón sal cárcel miel piel sede fecha señal catedral hambre raíz
    cruz paz nuez capital sartén crisis tesis dosis hipótesis síntesis sede fe sílaba
    actriz directriz cicatriz raíz vejez niñez lombriz perdiz res sucursal credencial terminal
    postal vocal espiral central catedral diagonal sociedad virgen col labor
"""
# As plurals are without their accents: razón, razones.
PLAIN = str.maketrans("áéíóú", "aeiou")
FEMININE_NOUNS = frozenset(_FEMININE_NOUNS.translate(PLAIN).split())
_IN_S = """
    mes país autobús interés gas virus as francés inglés marqués lunes martes
"""
IN_S = frozenset(_IN_S.split())


def gender(after: str, one: bool) -> str:
    """Of the noun that `after` begins with; none, or a word that no number goes with, is ''."""
    found = WORD.match(after)
    if not found:
        return ALONE
    word = found[1].lower()
    if len(word) == 1:  # '3.º B', a door
        return ALONE
    plural = word.endswith("s") and word not in IN_S
    if word in NO_NOUNS or plural == one or (not plural and not one):
        return ALONE
    singular = word
    if plural:
        long = word.endswith("es") and word[:-1].translate(PLAIN) not in FEMININE_NOUNS
        singular = word[:-2] if long else word[:-1]
        singular = singular[:-1] + "z" if singular.endswith("c") else singular
    if singular.translate(PLAIN) in FEMININE_NOUNS or FEMININE_OTHERWISE.search(word):
        return FEMININE
    if (word[:-1] if plural else word).endswith("a"):
        bare = word[:-1] if plural else word
        if one and bare in STRESSED_A:
            return MASCULINE
        return MASCULINE if bare in MASCULINE_IN_A or bare.endswith("ista") else FEMININE
    return MASCULINE

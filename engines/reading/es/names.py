"""Surnames, titles, streets and business in Spanish that are written short."""

from __future__ import annotations

import re

from engines.reading.draft import Say

Match = re.Match[str]

SURNAMES = {
    "Rguez": "Rodríguez", "Rdguez": "Rodríguez", "Rodgz": "Rodríguez", "Hdez": "Hernández",
    "Hndez": "Hernández", "Fdez": "Fernández", "Fndez": "Fernández", "Glez": "González",
    "Gzlez": "González", "Glz": "González", "Mtnez": "Martínez", "Mtez": "Martínez",
    "Mtz": "Martínez", "Dguez": "Domínguez", "Jmnez": "Jiménez", "Vzquez": "Vázquez",
    "Gtrrez": "Gutiérrez", "Gtez": "Gutiérrez", "Pdo": "Prado",
}  # fmt: skip
WORDS = {
    "Rte": "remitente", "Bco": "banco", "Sdad": "sociedad", "Gta": "glorieta", "Trav": "travesía",
    "Mza": "manzana", "Mz": "manzana", "Pje": "pasaje", "Pso": "paseo", "Psje": "pasaje",
    "Cmte": "comandante", "Comte": "comandante", "Pbro": "presbítero", "Excmos": "excelentísimos",
    "Ilmos": "ilustrísimos", "Sgte": "siguiente", "Tesor": "tesorero", "Dir": "director",
    "Secr": "secretario", "Exp": "expediente", "exp": "expediente", "Bibl": "biblioteca",
    "Autov": "autovía", "Ext": "extensión", "ext": "extensión", "Dist": "distancia",
    "Pob": "población", "Cód": "código", "cód": "código", "Tlfs": "teléfonos", "tlfs": "teléfonos",
    "Hab": "habitación", "Col": "colonia",
}  # fmt: skip
WITH_NUMBER = ("Exp", "exp", "Ext", "ext", "Dist", "Cód", "cód", "Mz", "Pob", "Hab", "Col")
FREE = "|".join(word for word in WORDS if word not in WITH_NUMBER)


def word(found: Match) -> str:
    return WORDS[found[1]]


SAINTS = (
    "Juan|José|Pedro|Pablo|Francisco|Antonio|Agustín|Ignacio|Sebastián|Lorenzo|Fernando|Isidro|Martín"
    "|Miguel|Nicolás|Roque|Vicente|Andrés|Blas|Bernardo|Jorge|Marcos|Mateo|Lucas|Luis|Carlos|Benito"
    "|Jerónimo|Bartolomé|Cristóbal|Esteban|Felipe|Gregorio|Javier|Millán|Pancracio|Rafael|Salvador|Valentín"
)
PASSES: tuple[tuple[str, Say], ...] = (
    (rf"\bS\.(?= (?:{SAINTS})\b)", "san"),
    (r"\bFr\.(?=\s+[A-ZÁÉÍÓÚ])", "fray"),
    (r"\bLcdo\.", "licenciado"),
    (r"\bLcda\.", "licenciada"),
    (r"\bAA\.\s?VV\.", "autores varios"),
    (r"\b[Bb]ach\.", "bachillerato"),
    (r"\b(?:sin|con) asc\.", lambda found: f"{found[0][:3]} ascensor"),
    (r"\bNte\.", "norte"),
    (r"\bOte\.", "oriente"),
    (r"\bAlc\.(?=\s[A-ZÁÉÍÓÚ])", "alcaldía"),
    (r"\bDto\.(?=\s?\d)", "descuento"),
    (r"\bs/(?=[a-zñ]{4})", "sin "),
    (r"\bp/\s?(?=[a-zñA-Z]{3})", "para "),
    (r"\bCtrl\b", "control"),
    (rf"\b({'|'.join(SURNAMES)})\.", lambda found: SURNAMES[found[1]]),
    (r"(?<=[a-zà-ÿ] )G\.?ª(?=\s+[A-ZÁÉÍÓÚ])", "García"),
    (rf"\b({FREE})\.(?=\s|:|,|$)", word),
    (rf"\b({'|'.join(WITH_NUMBER[:-2])})\.(?=:?\s?\d)", word),
    (r"\bPto\.(?=\s+(?:[A-ZÁÉÍÓÚ]|de\b))", "puerto"),
    (r"\bPl\.(?=\s+(?:[A-ZÁÉÍÓÚ]|de\b))", "plaza"),
    (r"\bLt\.(?=\s?\d)", "lote"),
    (r"\bNo\.(?= de\b)|(?<=[a-zñ,] )No\.(?=\s?\d)", "número "),
    (r"\ba/a\b(?= (?:Sr|Sra|D|Dña|Dpto|Dr)\b)", "a la atención del"),
    (r"\ba/a\b(?=:? ?[A-Zdl])", "a la atención de"),
    (r"\bc/c\b(?=:? [A-Z])", "con copia a"),
    (r"\bs\.\s?e\.\s?u\s?o\.?(?!\w)", "salvo error u omisión"),
    (r"\b[pP]\.\s?[oO]\.(?=\s+(?:el|la|del|de)\b)", "por orden"),
    (r"\bv\.(?=\s(?:págs?|art|cap|fig|nota|anexo|tabla)\b)", "véase"),
    (r"\bJ\.?J\.\s?O\.?O\.?(?!\w)|\bJJ\.?OO\b\.?", "juegos olímpicos"),
    (r"(?<=% )i\.\s?a\.(?!\w)", "interanual"),
    (r"(?<!\w)n\.\s(?=1\d{3}\b|20\d\d\b)", "nacido en "),
    (r"(?<![\w])(?<!\d )[m†]\.?\s(?=1\d{3}\b(?!\s?m)|20\d\d\b)", "muerto en "),
)

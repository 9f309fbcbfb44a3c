"""What people write short in messages in French."""

from __future__ import annotations

import re

from engines.reading.draft import Say

Match = re.Match[str]

SHORTENED = {
    "slt": "salut", "bjr": "bonjour", "bsr": "bonsoir", "stp": "s'il te plaît", "dsl": "désolé",
    "jtm": "je t'aime", "tkt": "t'inquiète", "pk": "pourquoi", "pkoi": "pourquoi",
    "pcq": "parce que", "psk": "parce que", "tjs": "toujours", "jms": "jamais", "qd": "quand",
    "bcp": "beaucoup", "auj": "aujourd'hui", "ajd": "aujourd'hui", "tps": "temps",
    "ns": "nous", "mtn": "maintenant", "ptet": "peut-être",
    "jspr": "j'espère", "msg": "message",
    "bi1": "bien", "A2m1": "à demain", "a2m1": "à demain", "2m1": "demain", "2main": "demain",
    "koi": "quoi", "ke": "que",
}  # fmt: skip
SHORT = (
    rf"(?<![\w./@'’-])({'|'.join(SHORTENED)})"
    r"(?![\w/@'-]|\.\w|\s?\d)"
)

PASSES: tuple[tuple[str, Say], ...] = (
    (r"(?<![\w./@-])cv ?(?=\?)", "ça va "),
    (
        r"(?<![\w./@-])c(?= (?:bon|bien|pas|trop|quoi|cool|ça|toi|moi|la|le|un|une|vrai|qui)\b)",
        "c'est",
    ),
    (r"(?<![\w./@-])ts(?= les\b)", "tous"),
    (r"(?<![\w./@-])tt(?= (?:le|ce|la|est|va)\b)", "tout"),
    (r"(?<![\w./@-])ds(?= (?:le|la|les|un|une|ma|mon|mes|ta|ton|ce|cette|l')\b)", "dans"),
    (r"(?<=[a-zà-ÿ.] )sf(?= )", "sauf"),
    (SHORT, lambda found: SHORTENED[found[1]]),
)

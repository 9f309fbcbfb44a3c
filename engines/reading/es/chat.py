"""What people write short in messages in Spanish, and letters that stand for both genders."""

from __future__ import annotations

import re

from engines.reading.draft import Say

Match = re.Match[str]

SHORTENED = {
    "bsos": "besos", "bss": "besos", "salu2": "saludos", "tb": "también", "tmb": "también",
    "xfa": "por favor", "porfa": "por favor", "xfi": "por fin", "xo": "pero", "pq": "porque",
    "porq": "porque", "xq": "porque", "tqm": "te quiero mucho", "tkm": "te quiero mucho",
    "msj": "mensaje", "msjs": "mensajes", "finde": "fin de semana", "grax": "gracias",
    "dnd": "dónde", "cdo": "cuando", "bn": "bien", "sta": "está", "stoy": "estoy",
}  # fmt: skip
SHORT = rf"(?<![\w./@-])({'|'.join(SHORTENED)})(?![\w/@.-]\w|\w)(?!\.\w)"
BY = (
    r"(?<=[a-zñ] )x(?= (?:todo|favor|fa|eso|aquí|ahora|la|las|el|los|mí|mi|ti|tu|si|ejemplo|lo|un|una|qué"
    r"|que|cierto|siempre|fin|supuesto|cada|día|persona|noche|hora|mes)\b)"
)
# amig@s, tod@s; an address has a full stop behind.
BOTH = r"\b([A-Za-zñáéíóú]{1,20})@(s?)(?![\w@]|\.\w)"
BOTH_X = r"\b([Tt]od|[Aa]mig|[Cc]ompañer|[Aa]lumn|[Cc]hic|[Nn]iñ|[Mm]uch|[Nn]osotr|[Ee]ll)x(s?)\b"


def short(found: Match) -> str:
    """'xq' asks where its sentence does."""
    if found[1] in ("xq", "pq", "porq"):
        rest = re.match(r"[^.!\n]{0,80}?\?", found.string[found.end() : found.end() + 81])
        return "por qué" if rest else "porque"
    return SHORTENED[found[1]]


PASSES: tuple[tuple[str, Say], ...] = (
    (BOTH, r"\1o\2"),
    (BOTH_X, r"\1o\2"),
    (r"(?<![\w./@-])q tal\b", "qué tal"),
    (r"(?<!letra )(?<!\bla )(?<!\bcon )(?<=[a-zñáéíóú,] )[qk](?= [a-zñáéíóú]{2})(?! de\b)|^[qk](?= (?:haces|pasa|dices|bueno|fuerte|tal))",
     "que"),
    (BY, "por"),
    (SHORT, short),
)  # fmt: skip

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
SHORT = rf"(?<![\w./@-])(?<!\d )({'|'.join(SHORTENED)})(?![\w/@.-]\w|\w)(?!\.\w)"
BY = (
    r"(?<=[a-zñ] )x(?= (?:todo|favor|fa|eso|aquí|ahora|la|las|el|los|mí|mi|ti|tu|si"
    r"|ejemplo|lo|un|una|qué"
    r"|que|cierto|siempre|fin|supuesto|cada|día|persona|noche|hora|mes)\b)"
)
# amig@s, tod@s; an address has a full stop behind.
BOTH = r"(?<=[a-zñ])@(s?)(?![\w@]|\.\w)"
BOTH_X = r"(?<=[dgrnt])x(?=s?\b)"
STEMS = ("tod", "amig", "compañer", "alumn", "niñ", "much", "nosotr")
WHAT = r"\b[qk](?= [a-zñáéíóú]{2})(?! de\b)"


ASKED = re.compile(r" (?:haces|pasa|pasó|dices|bueno|fuerte|tal|quieres|tienes|sea)\b")


def both(found: Match) -> str:
    """'todxs' -> 'todos'."""
    word = re.split(r"\W", found.string[max(0, found.start() - 12) : found.start()])[-1]
    return "o" if word.lower() in STEMS else found[0]


def what(found: Match) -> str:
    """'no sé q decir'; but 'la letra q es', and 'k' of a formula or a thousand."""
    before = found.string[max(0, found.start() - 12) : found.start()]
    words = before.split()
    if words and (words[-1].lower() in ("letra", "la", "con", "una") or not before[-1:].isspace()):
        return found[0]
    if not words and not ASKED.match(found.string, found.end()):
        return found[0]
    if words and words[-1][-1].isdigit():
        return found[0]
    return "que"


def short(found: Match) -> str:
    """'xq' asks where its sentence does."""
    if found[1] in ("xq", "pq", "porq"):
        rest = re.match(r"[^.!\n]{0,80}?\?", found.string[found.end() : found.end() + 81])
        return "por qué" if rest else "porque"
    return SHORTENED[found[1]]


PASSES: tuple[tuple[str, Say], ...] = (
    (BOTH, r"o\1"),
    (BOTH_X, both),
    (r"(?<![\w./@-])q tal\b", "qué tal"),
    (WHAT, what),
    (BY, "por"),
    (SHORT, short),
)  # fmt: skip

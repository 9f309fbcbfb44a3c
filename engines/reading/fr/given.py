"""Numbers with a bar or a hyphen in French: days, marks, sizes, scores, short telephone numbers."""

from __future__ import annotations

import re

from engines.reading.draft import Say
from engines.reading.fr import calendar
from engines.reading.readable import barred, keys

Match = re.Match[str]

DAYS = "|".join(calendar.DAYS)
BAR = r"(0?[1-9]|[12]\d|3[01])/(0?[1-9]|1[0-2])(?![\w/]|[.,]\d|\s(?:de|du|des)\b|\sd'|\s?°)"
NAMED_DAY = (
    rf"\b((?:{DAYS}|{DAYS.title()}|[Dd]epuis|[Dd]ès|[Jj]usqu'au|[Dd]ate|[Éé]chéance"
    rf"|[Dd]élai),?\s?:?\s?){BAR}"
)
BARE = rf"(?<![\w./,$€+*=-]){BAR}(?!\s?[=+*×÷<>%])(?<!24/7)(?<!16/9)(?<!21/9)"
OTHER = re.compile(
    r"\b(?:tension|TA|format|écran|mesure|note|notes|noté|échelle|taille|pouces?|acier|réf|référence|page|dossier|n°|inox(?:ydable)?|vue|vision|œil|clé|vis|fraction|moyenne|eu"
    r"|obtenu|mets|mis|donne|donné|un|une)\b\.?[^.;!?]{0,24}$",
    re.IGNORECASE,
)
MARK = r"(?<![\w./,$-])(\d{1,2}(?:,\d{1,2})?)/(5|10|20|100)(?![\w/%]|[.,]\d|\s(?:de|du|des)\b|\s?°)"
MARKED = re.compile(
    r"\b(?:notes?|noté|obtenu|obtient|eu|a eu|mets|mis|met|donne|donné|moyenne|avis"
    r"|score|évaluation|un|vaut"
    r"|mérite)\b\.?[^.;!?]{0,24}$",
    re.IGNORECASE,
)
SCORE = r"((?:[A-ZÀ-Ý][\w.'-]*)\s)(\d{1,3})\s[-–]\s(\d{1,3})(?=\s[A-ZÀ-Ý][\w])"
COMPASS = {
    "N": "nord", "S": "sud", "E": "est", "O": "ouest", "NE": "nord-est", "NO": "nord-ouest",
    "SE": "sud-est", "SO": "sud-ouest", "N-E": "nord-est", "N-O": "nord-ouest", "S-E": "sud-est",
    "S-O": "sud-ouest",
}  # fmt: skip
POINT = "N-?[EO]|S-?[EO]|[NSEO]"
KEYS = {"#": "dièse", "*": "étoile"}
VERBS = ("sur", "tapez", "tape", "touche", "composez", "la", "ou", "et", "par")
FUNCTIONS = {"sin": "sinus", "cos": "cosinus", "tan": "tangente"}
ANGLE = r"\d{0,2} ?(?:theta|alpha|beta|phi|pi|[xtαβθφπ])\b"


def day(number: str, month: str) -> str:
    return f"{'1er' if int(number) == 1 else int(number)} {calendar.MONTHS[int(month) - 1]}"


PASSES: tuple[tuple[str, Say], ...] = (
    (NAMED_DAY, lambda found: f"{found[1]}{day(found[2], found[3])}"),
    (r"\b(1er)/(0?[1-9]|1[0-2])(?![\w/])",
     lambda found: f"1er {calendar.MONTHS[int(found[2]) - 1]}"),
    (MARK, barred.marks(MARKED, "sur")),
    (BARE, barred.days(day, OTHER)),
    (SCORE, r"\1\2 à \3"),
    (r"\b([Tt]ailles? (?:[A-Z]{1,3} )?\(?\d\d)/(?=\d\d(?!\d))", r"\1, "),
    (r"\b((?:[Cc]ompos|[Aa]ppel|[Tt]ap|[Jj]oign)\w{1,4} (?:le|au) )(\d\d)(\d\d)(?![\w-]|[.,]\d)",
     r"\1\2 \3"),
    (r"(?<![\w'])'?((?:1[89]|20)?\d0)'?s\b", r"\1"),
    (r"(?<![\w-])([B-DF-HK-NP-TV-XZ])-(?=\d{1,4}(?![\w-]))", r"\1 "),
    (r"\b([A-Z]{1,3}\d)/(?=[A-Z]{1,3}\d\b)", r"\1, "),
    (r"(?<=\d) ?[x×] ?(\d{1,2}) ?/ ?(?:j|jour)\b|(?<=[a-zé]) [x×] ?(\d{1,2}) ?/ ?(?:j|jour)\b",
     lambda found: f" {found[1] or found[2]} fois par jour"),
    (r"(?<=\d)/min\b", " par minute"),
    (r"(?<=\de )min\b\.?", "minute"),
    (r"(?<=\d)(?:''(?=\d{1,2}(?!\d))|\"(?=\d\d? (?:au|sur|pour)\b))", " secondes "),
    (r"\b2des\b", "secondes"),
    (r"(?<=\dh) ?/ ?(?=\d{1,2} ?h ?[-–])|(?<=h\d\d) ?/ ?(?=\d{1,2} ?h)", ", "),
    *keys.codes(KEYS),
    (r"(?<=\bt )max\b(?!\.)|(?<=\d )max(?=[,;)]|$)", "maximum"),
)  # fmt: skip
ALWAYS: tuple[tuple[str, Say], ...] = (
    (rf"\b([Vv]ents?(?: faibles?| modérés?| forts?)? d[eu] |[Rr]afales d[eu] "
     rf"|[Ss]ecteur )({POINT})\b(?![.'])",
     lambda found: f"{found[1]}{COMPASS[found[2]]}"),
    (r"\b([Aa]u |[Dd]u )(N-?[EO]|S-?[EO])(?= d[eu]\b| de\b)",
     lambda found: f"{found[1]}{COMPASS[found[2]]}"),
    *keys.keys(KEYS, VERBS, "pour|ou|et|si|quand"),
    (rf"\b(sin|cos|tan)(?=\^-?\d|\({ANGLE}| {ANGLE})", lambda found: FUNCTIONS[found[1]]),
)  # fmt: skip

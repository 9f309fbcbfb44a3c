"""Numbers with a bar in Spanish that are days, marks, pressures or scores, and others in a row."""

from __future__ import annotations

import re

from engines.reading.draft import Say
from engines.reading.es import calendar, numbers
from engines.reading.es.gender import gender
from engines.reading.readable import barred, sets
from engines.reading.readable.near import near

Match = re.Match[str]

DAYS = "|".join(calendar.DAYS)
INITIALS = dict(zip("LMXJVSD", calendar.DAYS, strict=True))
BAR = r"(0?[1-9]|[12]\d|3[01])/(0?[1-9]|1[0-2])(?![\w/]|[.,]\d|\sde\b|\s?°)"
NAMED_DAY = (
    rf"\b((?:{DAYS}|{DAYS.title()}|[Dd]esde|[Hh]asta|[Ff]echa|[Vv]ence|[Dd]ía|[Pp]lazo),?:?\s){BAR}"
)
BARE = rf"(?<![\w./,$€+*=-]){BAR}(?!\s?[=+*×÷<>%])(?<!24/7)(?<!16/9)(?<!21/9)"
# Where no day is meant.
OTHER = re.compile(
    r"\b(?:tensi[óo]n|presi[óo]n|TA|formato|pantalla|comp[áa]s|nota|puntuaci[óo]n|escala|talla|pulgadas?"
    r"|acero|ref|p[áa]gina|expediente|n[úu]m|inox(?:idable)?|visi[óo]n|agudeza|llave|broca|fracci[óo]n|tornillo"
    r"|calificaci[óo]n|sac[óo]|saqu[ée]|puso|le doy"
    r"|valoraci[óo]n|un)\b\.?[^.;!?]{0,24}$",
    re.IGNORECASE,
)
MARK = r"(?<![\w./,$-])(\d{1,2}(?:,\d{1,2})?)/(5|10|20|100)(?![\w/%]|[.,]\d|\sde\b|\s?°)"
MARKED = re.compile(
    r"\b(?:nota|puntuaci[óo]n|calificaci[óo]n|sac[óo]|saqu[ée]|sacado|puso|pongo|pone|doy|dio|da|dan|valoraci[óo]n"
    r"|merece|un|examen|rating|media)\b\.?[^.;!?]{0,24}$",
    re.IGNORECASE,
)
SCORE = r"((?:[A-ZÁÉÍÓÚ][\w.'-]*)\s)(\d{1,3})\s?[-–]\s?(\d{1,3})(?=\s[A-ZÁÉÍÓÚ][a-zà-ÿ])(?<!\d{4})"
OUT_OF = r"(?<![\w.,/-])(\d{0,3}1)(?= (?:de|por) cada \d{1,6} ([a-zñáéíóú]{3,20}))"


def named_day(found: Match) -> str:
    return f"{found[1]}{day(found[2], found[3])}"


def day(number: str, month: str) -> str:
    return f"{int(number)} de {calendar.MONTHS[int(month) - 1]}"


def out_of(found: Match) -> str:
    """'1 de cada 5 personas' -> 'una de cada cinco personas'."""
    kind = gender(found[2], one=False)
    return numbers.cardinal(found[1], numbers.FEMININE if kind == numbers.FEMININE else "")


HEAT = re.compile(
    r"\b(?:m[áa]xi?m?[ao]?s?|m[íi]ni?m?[ao]?s?|temperaturas?|term[óo]metro|calor|fr[íi]o|horno)\b",
    re.IGNORECASE,
)


def degrees(found: Match) -> str:
    return f"{found[1]}°" if HEAT.search(near(found, 60)) else found[0]


ADDRESS = (
    r"\b((?:Carrera|Calle|Cra\.?|Cl\.?|Cll\.?|Kr\.?|Avenida|Av\.|Diagonal"
    r"|Transversal) \d{1,3} ?[A-Z]?)"
    r"\s?(?:#|[Nn]o\.|[Nn]\.?º)\s?(\d{1,3} ?[A-Z]?)\s?-\s?(?=\d{1,3}(?!\d))"
)
STREETS = {"Cra": "Carrera", "Kr": "Carrera", "Cl": "Calle", "Cll": "Calle"}
LAW = (
    r"\b((?:STC|STS|SAN|ATS|Ley|RD|Decreto|Orden|[Rr]eglamento|[Dd]irectiva|[Rr]ecurso|[Aa]uto)"
    r"(?:-ley| [Oo]rgánica| [Ll]ey| legislativo)? )(\d{1,4})/(?=(?:19|20)\d\d(?!\d))"
)


def address(found: Match) -> str:
    """'Cra. 15 No. 93-60' -> 'Carrera 15 número 93, 60'."""
    street, _, number = found[1].partition(" ")
    bare = street.rstrip(".")
    return f"{STREETS.get(bare, street)} {number} número {found[2]}, "


PASSES: tuple[tuple[str, Say], ...] = (
    (ADDRESS, address),
    (
        r"\b([LMXJV]) a ([JVSD])\b(?= de \d)",
        lambda found: f"{INITIALS[found[1]]} a {INITIALS[found[2]]}",
    ),
    (sets.SETS, sets.tennis),
    (LAW, r"\1\2 de "),
    (r"(?<=[yo,] )(\d{1,3})\.(?=\d{1,2} (?:CE|CC|CP|LEC|ET|LOPJ)\b)", r"\1 punto "),
    (r"(?<![\w.,])([2-9]) hab\.(?!\s?/)", r"\1 habitaciones"),
    (r"(?<![\w.,])1 hab\.(?!\s?/)", "1 habitación"),
    (r"(?<=[\da-zñ.] )x (?=\d{1,3} (?:días?|semanas?|mes(?:es)?|horas?)\b)", "durante "),
    (r"(?<=[Pp]aciente de \d\d )a\.|(?<=\d\d )a\.(?=,| y [A-Z])", "años"),
    (r"\b([vV])(\d{1,3})\.(?=\d{1,3}(?![.\d]))", r"\1 \2 punto "),
    (r"(?<=\d )Bs\b\.?", "bolívares"),
    (r"(?<![\w.,])(\d{1,2})º(?=\s?(?:[,.;:)/]|$|[ye]\b|-\d))", degrees),
    (NAMED_DAY, named_day),
    (MARK, barred.marks(MARKED, "sobre")),
    (BARE, barred.days(day, OTHER)),
    (SCORE, r"\1\2 a \3"),
    (OUT_OF, out_of),
    (
        r"\b((?:[Aa]rt(?:ículo|s?\.)?|[Aa]rtículos|[Aa]partado|[Aa]pdo\.|[Cc]láusula|[Ss]ección|[Cc]apítulo"
        r"|[Aa]nexo|[Ff]igura|[Ff]ig\.|[Tt]abla|[Ee]pígrafe)\s?\d{1,4})\.(?=\d{1,3}(?!\d))",
        r"\1 punto ",
    ),
    (r"\b(L|M|X|J|V|S|D)\s?[-–]\s?(L|M|X|J|V|S|D)\b(?= (?:de|a)\b|,|:| \d)",
     lambda found: f"{INITIALS[found[1]]} a {INITIALS[found[2]]}"),
    (r"(?<=\d[ ,hy] )(?:y )?()([LMXJVSD])(?= de \d{1,2}(?::\d\d)?(?: ?h)? a \d)",
     lambda found: INITIALS[found[2]]),
    (r"(?:(?<=\by )|(?<=, )|(?<=; )"
     r"|^)([LMXJVSD])(?=:? (?:de )?\d{1,2}(?::\d\d)?(?: ?h)?(?: a "
     r"|-)\d{1,2}(?::\d\d)?(?: ?h|,|\.|;|$))",
     lambda found: INITIALS[found[1]]),
    (r"(?<![\w.,-])(\d{8})-?([A-Z])(?![\w-])",
     lambda found: f"{numbers.singly(found[1])} {found[2]}"),
    (r"(?<![\w-])([B-DF-HJ-NP-TV-XZ])-(?=\d{1,4}(?![\w-]))", r"\1 "),
    (r"\b([A-Z]{1,3}\d)/(?=[A-Z]{1,3}\d\b)", r"\1, "),
    (r"(?<![\w:.,])24:00(?![\w:])(?: ?h(?:oras|s)?\b\.?)?", "veinticuatro horas"),
    (r"(?<![\w.,])24:00(?= ?h)", "veinticuatro"),
    (r"(?<!\w)'(?=\d0s?\b)|(?<=\blos \d0)'?s\b|(?<=\blos '\d0)'?s\b|(?<=\b(?:18|19"
     r"|20)\d0)'?s\b", ""),
    (r"(?<=\b[Aa] la )1(?=\s?(?:[.,;!?]|$)|\s(?:de la|y|en punto|menos|pasada)\b)", "una"),
    (r"(?<=\d )x(?= ciento\b)", "por"),
    (r"(?<=\d)/min\b", " por minuto"),
    (r"\b([Tt]allas? (?:[A-Z]{1,3} )?\(?\d\d)/(?=\d\d(?!\d))", r"\1, "),
)  # fmt: skip

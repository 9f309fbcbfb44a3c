"""What the reader must know of Spanish."""

from __future__ import annotations

import re

from engines.reading import formulas, scripture
from engines.reading.es import clocks, numbered, numbers
from engines.reading.es.abbreviations import ABBREVIATIONS
from engines.reading.es.calendar import MONTHS
from engines.reading.es.gender import gender
from engines.reading.es.money import MONEY
from engines.reading.es.roman import ROMAN
from engines.reading.es.units import UNITS
from engines.reading.readable import primes
from engines.reading.readable.marks_of_length import INCH_MARK, inches
from engines.reading.readable.words import Words

MARKS = primes.Marks(
    degrees=("grado", "grados"),
    minutes=("minuto", "minutos"),
    seconds=("segundo", "segundos"),
    compass={"N": "norte", "S": "sur", "E": "este", "O": "oeste", "W": "oeste"},
    joint=" y ",
)
SIGNS = {
    **formulas.ES,
    "♭": "bemol", "♯": "sostenido", "♮": "natural",
    "∠": "ángulo", "→": "a", "∑": "suma", "∆": "delta", "∫": "integral",
    "&": "y", "+": "más", "=": "igual a", "%": "por ciento", "@": "arroba", "#": "número",
    "°": "grados", "×": "por", "÷": "entre", "±": "más o menos", "²": "al cuadrado",
    "³": "al cubo", "§": "sección", "<": "menor que", ">": "mayor que", "≤": "menor o igual que",
    "≥": "mayor o igual que", "≠": "distinto de", "≈": "aproximadamente", "∞": "infinito",
    "√": "raíz cuadrada de", "‰": "por mil", "µ": "micro", "μ": "mi", "Ω": "ohmio", "|": ",",
    "*": "", "_": " ", "~": "", "^": "", "\\": "", "/": "barra", "º": "", "ª": "",
}  # fmt: skip


THOUSANDS = re.compile(r"\s?mil\b")  # 'veintiún mil mujeres'


def cardinal(digits: str, after: str = "") -> str:
    """'21 euros' is said 'veintiún euros'."""
    kind = gender(after, one=int(digits) == 1)
    if THOUSANDS.match(after):
        kind = numbers.MASCULINE
    said = numbers.cardinal(digits, kind)
    return f"{said} de" if kind and said.endswith(("millón", "millones")) else said


def ordinal(digits: str, mark: str, after: str) -> str:
    """'21.er' -> 'vigésimo primer'; past the thousandth, Spanish says the plain number."""
    feminine = "ª" in mark or mark.endswith("a")
    if mark.endswith("as"):
        return many(numbers.ordinal(digits, numbers.FEMININE))
    if feminine:
        return numbers.ordinal(digits, numbers.FEMININE)
    if mark.endswith("os"):
        return many(numbers.ordinal(digits, numbers.ALONE))
    before_noun = mark.endswith("r") or gender(after, one=True) == numbers.MASCULINE
    return numbers.ordinal(digits, numbers.MASCULINE if before_noun else numbers.ALONE)


def many(words: str) -> str:
    """'vigésimo primero' -> 'vigésimos primeros'."""
    return " ".join(f"{word}s" for word in words.split())


def decimals(digits: str, after: str = "") -> str:
    """'5,75' is read 'cinco coma setenta y cinco', '1,81 m' 'uno coma ochenta y un metros'."""
    two = len(digits) == 2 and digits[0] != "0"
    said = numbers.cardinal(digits) if two else numbers.singly(digits)
    return numbers.shortened(said, gender(after, one=False)) if len(digits) < 3 else said


def date(day: int, month: str, year: int | None) -> str:
    said = f"{numbers.cardinal(str(day))} de {month}"
    return said if year is None else f"{said} de {numbers.cardinal(str(year))}"


def fraction(top: int, bottom: int) -> str:
    """'3/8' -> 'tres octavos'."""
    if not 0 < top < bottom or bottom not in numbers.FRACTIONS:
        return ""
    name = numbers.FRACTIONS[bottom]
    if (top, bottom) == (1, 2):
        return "un medio"
    return f"{numbers.cardinal(str(top), numbers.MASCULINE)} {name}{'s' * (top > 1)}"


def part_of(top: int, bottom: int, unit: str) -> str:
    """'1/2 kg' -> 'medio kilogramo', '3/4 kg' -> 'tres cuartos de kilogramo'."""
    if (top, bottom) == (1, 2):
        return f"{half(unit)} {unit}"
    return f"{fraction(top, bottom)} de {unit}"


def half(after: str) -> str:
    return "media" if gender(after, one=True) == numbers.FEMININE else "medio"


# Words after which digits are a code and no amount.
CODE_AFTER = (
    r"((?:\b(?:[Cc]uenta|[Pp]edido|[Ff]actura|[Rr]eferencia|[Pp]asaporte|[Tt]arjeta|[Ee]xpediente|[Ss]eguimiento)"
    r"(?: número| n\.?º| núm\.)?|\b(?:PIN|[Cc]ódigo|[Cc]lave|NIF|DNI)(?: es)?):?\s)"
    r"(\d{4,15})(?![\w-]|[.,]\d| \d{4})"
    r"|(\b(?:[Ll]lam(?:e|a|ar|en|ad)|[Tt]el\.?|[Tt]eléfono|[Mm]óvil|[Cc]elular|[Cc]el\.?|[Ff]ax|WhatsApp)"
    r"(?: (?:al|a|es|el|número)){0,2}:?\s)(\d{7,12})(?![\w-]|[.,]\d)"
)


def code(found: re.Match[str]) -> str:
    return f"{found[1] or found[3]}{numbers.singly(found[2] or found[4])}"


def parts_of(found: re.Match[str]) -> str:
    """'3/4 taza' -> 'tres cuartos de taza'."""
    top, bottom = int(found[1]), int(found[2])
    after = found.string[found.end() : found.end() + 24]
    if not gender(after, one=True) or not fraction(top, bottom):
        return found[0]
    return f"{fraction(top, bottom)} de"


def half_of(found: re.Match[str]) -> str:
    """'1/2 taza' -> 'media taza'; 'un medio de la población' before what is no noun."""
    after = found.string[found.end() : found.end() + 24]
    return half(after) if gender(after, one=True) else found[0]


def mixed(whole: str, top: int, bottom: int, noun: str) -> str:
    """'2 1/2 tazas' -> 'dos tazas y media'."""
    if whole == "1" and gender(noun, one=False):  # '1 1/2 horas': 'una hora y media'
        noun = noun[:-1]
    kind = gender(noun, one=whole == "1")
    part = fraction(top, bottom) or f"{numbers.cardinal(str(top))} sobre {bottom}"
    if (top, bottom) == (1, 2):
        part = "media" if kind == numbers.FEMININE else "medio"
    if noun and not kind:
        return f"{numbers.cardinal(whole)} y {part} {noun}"
    return f"{numbers.cardinal(whole, kind)} {noun} y {part}".replace("  ", " ")


def power(exponent: str) -> str:
    """'2' -> 'al cuadrado', '-3' -> 'elevado a menos tres'."""
    if exponent in ("2", "3"):
        return "al cuadrado" if exponent == "2" else "al cubo"
    minus = "menos " * exponent.startswith("-")
    return f"elevado a {minus}{numbers.cardinal(exponent.lstrip('-'))}"


def of_magnitude(magnitude: str, money: str) -> str:
    return money if magnitude == "mil" else f"de {money}"


MILLIONS = ("millón", "millones")

WORDS = Words(
    letters="áãçéêíñóúü",
    # Spain parts thousands with a point, Mexico with a comma.
    whole=r"\d{1,3}(?:\.\d{3})++(?!\d)|[1-9]\d{0,2}(?:,\d{3})++(?!\d)"
    r"|\d{1,3}(?: \d{3})++(?! ?\d)|\d++",
    decimal=",.",
    cardinal=cardinal,
    year=cardinal,
    ordinal=ordinal,
    ordinal_marks=r"\.?[ºª](?!\s?(?:C|F|N|S|E|O|W)\b)|\.?er|ra|do|da|ro|ero|era|[tmvn][oa]|\.?[oa]s",
    digits=numbers.singly,
    telephone=numbers.singly,
    decimals=decimals,
    point="coma",
    release_point="punto",
    minus="menos",
    plus="más",
    times="por",
    to="a",
    over="sobre",
    per="por",
    fraction=fraction,
    known_fractions={
        "24/7": "veinticuatro siete",
        "20/20": "veinte veinte",
        "4/4": "cuatro por cuatro",
    },
    mixed=mixed,
    counts_whole=True,
    power=power,
    money=MONEY,
    money_names=("pesos", "peso", "soles"),
    cents_joint="con",
    magnitudes={
        "mil": ("mil", "mil"),
        "k": ("mil", "mil"),
        "millones": MILLIONS,
        "millón": MILLIONS,
        "m": MILLIONS,
        "mm": MILLIONS,
    },
    of_magnitude=of_magnitude,
    units=UNITS,
    signs=SIGNS,
    months=MONTHS,
    date=date,
    month_first=False,
    time=clocks.time,
    numbered=(*scripture.short_verses("ES", numbers.cardinal, "a"), *numbered.PASSES),
    abbreviations=ABBREVIATIONS,
    roman=ROMAN,
    at="arroba",
    dot="punto",
    slash="barra",
    by="por",
    factorial="factorial",
    stars=("estrellas", "estrellas"),
    episode=("temporada", "episodio"),
    of_year=" de",
    singular="una?|el|la|del|al|por|cada|este|ese|/",
    part_of=part_of,
    attributive=(),
    address={
        "-": "guion",
        "_": "guion bajo",
        "?": "interrogación",
        "=": "igual",
        "&": "y",
        "#": "almohadilla",
        "%": "por ciento",
        "+": "más",
        "~": "virgulilla",
        ":": "dos puntos",
    },
    special=(
        scripture.verses("ES", numbers.cardinal, "a"),
        *primes.arcs(MARKS),
        (r"(?<![\w.,'])(\d)'(\d\d)(?= ?(?:m|kg|l|€|euros|metros|kilos|litros)\b)", r"\1,\2"),
        (r"\b([Mm]inutos? \d{1,3}|[Mm]in\. \d{1,3})'(?!\w)", r"\1"),
        *primes.races(MARKS),
        (INCH_MARK, inches("pulgada", "pulgadas")),
        (CODE_AFTER, code),
        (r"(?<=\d)/(?=[a-zñ]{4,})", ", "),
        (r"(?<=\d) y (?=1/[2-8](?!\d))", " "),
        (r"(?<!\d )(?<![\w./,])1/2(?=\s[a-zñ]{3,})", half_of),
        (r"(?<!\d )(?<![\w./,])([1-9])/([3-8])(?=\s[a-zñ]{3,})", parts_of),
    ),
)

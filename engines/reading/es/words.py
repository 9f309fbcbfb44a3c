"""What the reader must know of Spanish."""

from __future__ import annotations

from engines.reading.es import numbers
from engines.reading.es.gender import gender
from engines.reading.es.roman import ROMAN
from engines.reading.es.units import UNITS
from engines.reading.readable.acronyms import INITIALS, capitals
from engines.reading.readable.marks_of_length import INCH_MARK, inches
from engines.reading.readable.words import Money, Words

MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
    "octubre", "noviembre", "diciembre",
)  # fmt: skip

ABBREVIATIONS = (
    (r"\bSres\.", "señores"),
    (r"\bSr\.", "señor"),
    (r"\bSra\.", "señora"),
    (r"\bSrta\.", "señorita"),
    (r"\bDr\.", "doctor"),
    (r"\bDra\.", "doctora"),
    (r"\bProf\.", "profesor"),
    (r"\bD\.(?=\s+[A-ZÁÉÍÓÚ])", "don"),
    (r"\bDña\.", "doña"),
    (r"\b[Uu]ds\.", "ustedes"),
    (r"\b[Uu]d\.", "usted"),
    (r"\b[Aa]v(?:da)?\.", "avenida"),
    (r"\bC/\s?(?=[A-ZÁÉÍÓÚ])", "calle "),
    (r"\b[Nn]\.?\s?[º°]\s?", "número "),
    (r"\b[Nn]úm\.", "número"),
    (r"\b[Pp]ágs\.", "páginas"),
    (r"\b[Pp]ág\.", "página"),
    (r"\b[Aa]prox\.", "aproximadamente"),
    (r"\b[Pp]\.\s?ej\.", "por ejemplo"),
    (r"\b[Ee]tc\b\.?", "etcétera"),
    (r"\b(?:Excmo|Exmo)\.", "excelentísimo"),
    (r"\bIng\.", "ingeniero"),
    (r"\bLic\.", "licenciado"),
    (r"\bArq\.", "arquitecto"),
    (r"\bGral\.", "general"),
    (r"\bCap\.(?=\s+[A-ZÁÉÍÓÚ][a-z])", "capitán"),
    (r"\b[Cc]ap\.(?=\s?[\dIVX])", "capítulo "),
    (r"\b[Vv]ol\.(?=\s?[\dIVX])", "volumen "),
    (r"\b[Aa]rt\.(?=\s?\d)", "artículo "),
    (r"\b[Ff]ig\.(?=\s?\d)", "figura "),
    (r"\b[Ss]s?\.\s?(?=[IVX]+\b)", "siglo "),
    (r"\bC\.\s?P\.(?=\s?\d)", "código postal "),
    (r"\b[Aa]p(?:do|artado)\.(?=\s?\d)", "apartado "),
    (r"\bCol\.(?=\s+[A-ZÁÉÍÓÚ])", "colonia"),
    (r"\bCía\.", "compañía"),
    (r"\bHnos\.", "hermanos"),
    (r"\b[Nn]ro\.(?=\s?\d)", "número "),
    (r"\b[Tt]lfn?o?\.", "teléfono"),
    (r"\bMons\.(?=\s+[A-ZÁÉÍÓÚ])", "monseñor"),
    (r"(?<=\d )hab\.", "habitantes"),
    (r"\bvs\b\.?", "versus"),
    (r"\bs/n\b", "sin número"),
    (r"\bc/u\b", "cada uno"),
    (r"(?<![.\w])[Pp]\.(?=\s?\d)", "página "),
    (r"\b[Tt]el\.", "teléfono"),
    (r"\b[Tt]fno\.", "teléfono"),
    (r"\b[Dd]pto\.", "departamento"),
    (r"\b[Mm]áx\.", "máximo"),
    (r"\b[Mm]ín\.", "mínimo"),
    (r"\b[Ss]to\.(?=\s+[A-Z])", "santo"),
    (r"\b[Ss]ta\.(?=\s+[A-Z])", "santa"),
    (r"\bP[ºo]\.(?=\s+[A-Z])", "paseo"),
    (r"\b[Pp]za\.", "plaza"),
    (r"\b[Cc]tra\.", "carretera"),
    (r"\b[Ii]zq\.", "izquierda"),
    (r"\b[Dd]cha\.", "derecha"),
    (r"#(?=[A-Za-zÁÉÍÓÚáéíóúñ])", " almohadilla "),
    (r"(?<![\w.])~\s?(?=\d)", "unos "),
    (r"(?<=\d) ?a\. ?m\.", " de la mañana"),
    (r"(?<=\d) ?p\. ?m\.", " de la tarde"),
    (r"\bEE\.?\s?UU\b\.?", "Estados Unidos"),
    (r"\ba\.\s?[Cc]\.", "antes de Cristo"),
    (r"\bd\.\s?[Cc]\.", "después de Cristo"),
    (INITIALS, capitals),
)

SIGNS = {
    "&": "y", "+": "más", "=": "igual a", "%": "por ciento", "@": "arroba", "#": "número",
    "°": "grados", "×": "por", "÷": "entre", "±": "más o menos", "²": "al cuadrado",
    "³": "al cubo", "§": "sección", "<": "menor que", ">": "mayor que", "≤": "menor o igual que",
    "≥": "mayor o igual que", "≠": "distinto de", "≈": "aproximadamente", "∞": "infinito",
    "√": "raíz cuadrada de", "‰": "por mil", "µ": "micro", "μ": "mi", "Ω": "ohmio", "|": ",",
    "*": "", "_": " ", "~": "", "^": "", "\\": "", "/": "barra", "º": "", "ª": "",
}  # fmt: skip


def cardinal(digits: str, after: str = "") -> str:
    """'21 euros' is said 'veintiún euros'."""
    kind = gender(after, one=int(digits) == 1)
    said = numbers.cardinal(digits, kind)
    return f"{said} de" if kind and said.endswith(("millón", "millones")) else said


def ordinal(digits: str, mark: str, after: str) -> str:
    """Past the twentieth, Spanish says the plain number."""
    feminine = "ª" in mark or mark in ("a", ".a", "ra", "da", "ta")
    if int(digits) > 20:
        return numbers.cardinal(digits, numbers.FEMININE if feminine else numbers.ALONE)
    if feminine:
        return numbers.ordinal(digits, numbers.FEMININE)
    before_noun = mark.endswith("r") or gender(after, one=True) == numbers.MASCULINE
    return numbers.ordinal(digits, numbers.MASCULINE if before_noun else numbers.ALONE)


def decimals(digits: str, after: str = "") -> str:
    """'5,75' is read 'cinco coma setenta y cinco', '1,81 m' 'uno coma ochenta y un metros'."""
    two = len(digits) == 2 and digits[0] != "0"
    said = numbers.cardinal(digits) if two else numbers.singly(digits)
    return numbers.shortened(said, gender(after, one=False))


def date(day: int, month: str, year: int | None) -> str:
    said = f"{numbers.cardinal(str(day))} de {month}"
    return said if year is None else f"{said} de {numbers.cardinal(str(year))}"


def time(hour: int, minute: int, second: int, half: str) -> str:
    half = {"": "", "am": " de la mañana", "pm": " de la tarde"}[half]
    said = numbers.cardinal(str(hour), numbers.FEMININE)
    if minute:
        said += f" y {numbers.cardinal(str(minute))}"
    elif not second:
        said += " en punto"
    if second:
        name = "segundo" if second == 1 else "segundos"
        said += f" y {numbers.cardinal(str(second), numbers.MASCULINE)} {name}"
    return said + half


def fraction(top: int, bottom: int) -> str:
    """'3/8' -> 'tres octavos'."""
    if not 0 < top < bottom or bottom not in numbers.FRACTIONS:
        return ""
    name = numbers.FRACTIONS[bottom]
    if (top, bottom) == (1, 2):
        return "un medio"
    return f"{numbers.cardinal(str(top), numbers.MASCULINE)} {name}{'s' * (top > 1)}"


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


def money(one: str, cent: str) -> Money:
    many = one + ("s" if one[-1] in "aeiou" else "es")
    return Money(one, many, cent, f"{cent}s")


DOLLAR = Money("dólar", "dólares", "centavo", "centavos")
MILLIONS = ("millón", "millones")

WORDS = Words(
    letters="áãéêíñóúü",
    # Spain parts thousands with a point, Mexico with a comma.
    whole=r"\d{1,3}(?:\.\d{3})++(?!\d)|[1-9]\d{0,2}(?:,\d{3})++(?!\d)"
    r"|\d{1,3}(?: \d{3})++(?! ?\d)|\d++",
    decimal=",.",
    cardinal=cardinal,
    year=cardinal,
    ordinal=ordinal,
    ordinal_marks=r"\.?[ºª°](?!\s?C)|\.?er|ra|do|da|ro|ero|era",
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
    known_fractions={"24/7": "veinticuatro siete"},
    mixed=mixed,
    counts_whole=True,
    power=power,
    money={
        **dict.fromkeys(("$", "US$", "USD", "U$S"), DOLLAR),
        **dict.fromkeys(("MX$", "MXN", "COP", "CLP", "ARS"), money("peso", "centavo")),
        **dict.fromkeys(("€", "EUR"), money("euro", "céntimo")),
        **dict.fromkeys(("£", "GBP"), money("libra", "penique")),
        **dict.fromkeys(("¥", "JPY"), Money("yen", "yenes", "sen", "sen")),
        "CHF": Money("franco suizo", "francos suizos", "céntimo", "céntimos"),
        "R$": Money("real", "reales", "centavo", "centavos"),
        "S/": Money("sol", "soles", "céntimo", "céntimos"),
        "₩": Money("won", "wones", "jeon", "jeon"),
        "₹": money("rupia", "paisa"),
        "₽": money("rublo", "kopek"),
        "¢": Money("centavo", "centavos", "", ""),
    },
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
    time=time,
    abbreviations=ABBREVIATIONS,
    roman=ROMAN,
    at="arroba",
    dot="punto",
    slash="barra",
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
        (INCH_MARK, inches(lambda after: "pulgadas")),
        (r"(\d{1,2}:\d\d(?::\d\d)?) ?h(?:rs?|s)?\b\.?", r"\1"),
    ),
)

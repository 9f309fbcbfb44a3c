"""What the reader must know of Spanish. Whole numbers stay digits: gruut reads them."""

from __future__ import annotations

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
    (r"(\d{1,2}:\d\d) ?h(?:rs?)?\b\.?", r"\1"),
    (r"(?<=\d) ?a\. ?m\.", " de la mañana"),
    (r"(?<=\d) ?p\. ?m\.", " de la tarde"),
    (r"\bEE\.?\s?UU\b\.?", "Estados Unidos"),
    (r"\ba\.\s?[Cc]\.", "antes de Cristo"),
    (r"\bd\.\s?[Cc]\.", "después de Cristo"),
)

UNITS = {
    "km/h": ("kilómetro por hora", "kilómetros por hora"), "km": ("kilómetro", "kilómetros"),
    "cm": ("centímetro", "centímetros"), "mm": ("milímetro", "milímetros"),
    "m": ("metro", "metros"), "kg": ("kilogramo", "kilogramos"), "mg": ("miligramo", "miligramos"),
    "g": ("gramo", "gramos"), "l": ("litro", "litros"), "ml": ("mililitro", "mililitros"),
    "°C": ("grado Celsius", "grados Celsius"), "ºC": ("grado Celsius", "grados Celsius"),
    "°": ("grado", "grados"), "%": ("por ciento", "por ciento"), "h": ("hora", "horas"),
    "min": ("minuto", "minutos"), "MB": ("megabyte", "megabytes"), "GB": ("gigabyte", "gigabytes"),
    "Hz": ("hercio", "hercios"), "kW": ("kilovatio", "kilovatios"),
}  # fmt: skip

SIGNS = {
    "&": "y", "+": "más", "=": "igual a", "%": "por ciento", "@": "arroba", "#": "número",
    "°": "grados", "×": "por", "÷": "entre", "±": "más o menos", "²": "al cuadrado",
    "³": "al cubo", "§": "sección", "$": "dólares", "£": "libras", "€": "euros", "¥": "yenes",
    "*": "", "_": " ", "~": "", "^": "", "|": "", "\\": "", "/": "barra", "{": "", "}": "",
    "º": "", "ª": "",
}  # fmt: skip

ORDINALS = (
    "primero", "segundo", "tercero", "cuarto", "quinto", "sexto", "séptimo", "octavo", "noveno",
    "décimo",
)  # fmt: skip


def itself(digits: str) -> str:
    return digits


def singly(digits: str) -> str:
    return " ".join(digits)


def decimals(digits: str) -> str:
    """'5,75' is read 'cinco coma setenta y cinco'."""
    return digits if len(digits) == 2 and digits[0] != "0" else singly(digits)


def ordinal(digits: str) -> str:
    """Past the tenth, Spanish says the plain number."""
    number = int(digits) if len(digits) < 3 else 0
    return ORDINALS[number - 1] if 1 <= number <= len(ORDINALS) else digits


def date(day: int, month: str, year: int | None) -> str:
    first = "primero" if day == 1 else str(day)
    return f"{first} de {month}" + ("" if year is None else f" de {year}")


def time(hour: int, minute: int, half: str) -> str:
    half = {"": "", "am": " de la mañana", "pm": " de la tarde"}[half]
    return f"{hour} y {minute}{half}" if minute else f"{hour} en punto{half}"


WORDS = Words(
    letters="áãéêíñóúü",
    thousands=".",
    decimal=",.",
    cardinal=itself,
    year=itself,
    ordinal=ordinal,
    ordinal_marks=r"\.?[ºª°](?!\s?C)",
    digits=singly,
    decimals=decimals,
    point="coma",
    minus="menos",
    to="a",
    over="sobre",
    fractions={
        "1/2": "un medio",
        "1/3": "un tercio",
        "2/3": "dos tercios",
        "1/4": "un cuarto",
        "3/4": "tres cuartos",
    },
    money={
        "$": Money("dólar", "dólares", "centavo", "centavos"),
        "£": Money("libra", "libras", "penique", "peniques"),
        "€": Money("euro", "euros", "céntimo", "céntimos"),
        "¥": Money("yen", "yenes", "sen", "sen"),
    },
    cents_joint="con",
    magnitudes={"mil": "mil", "millones": "millones", "millón": "millón", "m": "millones"},
    of_magnitude="de",
    units=UNITS,
    signs=SIGNS,
    months=MONTHS,
    date=date,
    month_first=False,
    time=time,
    abbreviations=ABBREVIATIONS,
    at="arroba",
    dot="punto",
    slash="barra",
)

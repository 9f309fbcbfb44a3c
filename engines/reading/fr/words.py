"""What the reader must know of French. Whole numbers stay digits: gruut reads them."""

from __future__ import annotations

from importlib import import_module

from engines.reading.readable.words import Money, Words

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
    "octobre", "novembre", "décembre",
)  # fmt: skip

ABBREVIATIONS = (
    (r"\bMM\.", "messieurs"),
    (r"\bM\.(?=\s+[A-ZÀ-Ý])", "monsieur"),
    (r"\bMmes\b\.?", "mesdames"),
    (r"\bMme\b\.?", "madame"),
    (r"\bMlles\b\.?", "mesdemoiselles"),
    (r"\bMlle\b\.?", "mademoiselle"),
    (r"\bMgr\b\.?", "monseigneur"),
    (r"\bDr\b\.?", "docteur"),
    (r"\bPr\b\.?", "professeur"),
    (r"\b[Aa]v\.\s?J\.?-?C\.", "avant Jésus-Christ"),
    (r"\b[Aa]pr\.\s?J\.?-?C\.", "après Jésus-Christ"),
    (r"\b[Aa]v\.", "avenue"),
    (r"\b[Bb](?:oul|d)\.", "boulevard"),
    (r"\b[Cc]\.-à-d\.", "c'est-à-dire"),
    (r"\b[Ee]tc\b\.?", "et cetera"),
    (r"\b[Ee]x\.\s?(?=:)", "exemple "),
    (r"\b[Pp]\. ex\.", "par exemple"),
    (r"\b[Aa]rt\.", "article"),
    (r"\b[Nn][°º]\s?", "numéro "),
    (r"\b[Nn]o\.(?=\s?\d)", "numéro "),
    (r"\b[Ss]t(?:\.|(?=-))", "saint"),
    (r"\b(\d{1,2}) ?h ?([0-5]\d)(?: ?min\b\.?)?", r"\1:\2"),
)

UNITS = {
    "km/h": ("kilomètre par heure", "kilomètres par heure"), "km": ("kilomètre", "kilomètres"),
    "cm": ("centimètre", "centimètres"), "mm": ("millimètre", "millimètres"),
    "m": ("mètre", "mètres"), "kg": ("kilogramme", "kilogrammes"),
    "mg": ("milligramme", "milligrammes"), "g": ("gramme", "grammes"), "l": ("litre", "litres"),
    "ml": ("millilitre", "millilitres"), "°C": ("degré Celsius", "degrés Celsius"),
    "°": ("degré", "degrés"), "%": ("pour cent", "pour cent"), "h": ("heure", "heures"),
    "min": ("minute", "minutes"), "s": ("seconde", "secondes"), "Mo": ("mégaoctet", "mégaoctets"),
    "Go": ("gigaoctet", "gigaoctets"), "Hz": ("hertz", "hertz"), "kW": ("kilowatt", "kilowatts"),
}  # fmt: skip

SIGNS = {
    "+": "plus", "=": "égale", "%": "pour cent", "@": "arobase", "#": "numéro", "°": "degrés",
    "×": "fois", "÷": "divisé par", "±": "plus ou moins", "²": "au carré", "³": "au cube",
    "§": "section", "$": "dollars", "£": "livres", "€": "euros", "¥": "yens",
    "*": "", "_": " ", "~": "", "^": "", "|": "", "\\": "", "/": "barre", "{": "", "}": "",
    "º": "", "ª": "",
}  # fmt: skip


def itself(digits: str) -> str:
    return digits


def singly(digits: str) -> str:
    """Telephone numbers are read in pairs, everything else digit by digit."""
    if len(digits) == 2 and digits[0] != "0":
        return digits
    return " ".join(digits)


def ordinal(digits: str) -> str:
    """Gruut knows only the first few, so they are written out here."""
    if digits == "1" or len(digits) > 6:
        return "premier" if digits == "1" else digits
    # Heavy, and without types.
    return str(import_module("num2words").num2words(int(digits), lang="fr", to="ordinal"))


def date(day: int, month: str, year: int | None) -> str:
    first = "premier" if day == 1 else str(day)
    return f"{first} {month}" + ("" if year is None else f" {year}")


def time(hour: int, minute: int, half: str) -> str:
    half = {"": "", "am": " du matin", "pm": " de l'après-midi"}[half]
    spoken = "une heure" if hour == 1 else f"{hour} heures"
    return f"{spoken} {minute}{half}" if minute else f"{spoken}{half}"


WORDS = Words(
    letters="áâæçèéêëíîïñôöùûüÿœàå",
    thousands=" .",
    decimal=",.",
    cardinal=itself,
    year=itself,
    ordinal=ordinal,
    ordinal_marks="ers?|ères?|res?|èmes?|es?|nde?s?",
    digits=singly,
    decimals=singly,
    point="virgule",
    minus="moins",
    to="à",
    over="sur",
    fractions={
        "1/2": "un demi",
        "1/3": "un tiers",
        "2/3": "deux tiers",
        "1/4": "un quart",
        "3/4": "trois quarts",
    },
    money={
        "$": Money("dollar", "dollars", "cent", "cents"),
        "£": Money("livre", "livres", "penny", "pence"),
        "€": Money("euro", "euros", "centime", "centimes"),
        "¥": Money("yen", "yens", "sen", "sen"),
    },
    cents_joint="",
    magnitudes={
        "mille": "mille",
        "millions": "millions",
        "million": "million",
        "milliards": "milliards",
        "milliard": "milliard",
    },
    of_magnitude="de",
    units=UNITS,
    signs=SIGNS,
    months=MONTHS,
    date=date,
    month_first=False,
    time=time,
    abbreviations=ABBREVIATIONS,
    at="arobase",
    dot="point",
    slash="barre",
)

"""Spanish number words, in the gender of what is counted."""

from __future__ import annotations

# fmt: off
ONES = (
    "cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez",
    "once", "doce", "trece", "catorce", "quince", "dieciséis", "diecisiete", "dieciocho",
    "diecinueve", "veinte", "veintiuno", "veintidós", "veintitrés", "veinticuatro", "veinticinco",
    "veintiséis", "veintisiete", "veintiocho", "veintinueve",
)
TENS = ("", "", "", "treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa")
HUNDREDS = (
    "", "ciento", "doscientos", "trescientos", "cuatrocientos", "quinientos", "seiscientos",
    "setecientos", "ochocientos", "novecientos",
)
ORDINALS = (
    "", "primero", "segundo", "tercero", "cuarto", "quinto", "sexto", "séptimo", "octavo",
    "noveno", "décimo", "undécimo", "duodécimo", "decimotercero", "decimocuarto", "decimoquinto",
    "decimosexto", "decimoséptimo", "decimoctavo", "decimonoveno", "vigésimo",
)
ORDINAL_TENS = {
    3: "trigésimo", 4: "cuadragésimo", 5: "quincuagésimo", 6: "sexagésimo", 7: "septuagésimo",
    8: "octogésimo", 9: "nonagésimo",
}
ORDINAL_HUNDREDS = (
    "", "centésimo", "ducentésimo", "tricentésimo", "cuadringentésimo", "quingentésimo",
    "sexcentésimo", "septingentésimo", "octingentésimo", "noningentésimo",
)
FRACTIONS = {
    2: "medio", 3: "tercio", 4: "cuarto", 5: "quinto", 6: "sexto", 7: "séptimo", 8: "octavo",
    9: "noveno", 10: "décimo", 100: "centésimo", 1000: "milésimo",
}
# fmt: on
SCALES = ("", "millón", "billón", "trillón")  # each a million of the one before
ALONE, MASCULINE, FEMININE = "", "m", "f"  # 21, 21 euros, 21 horas
LONGEST = 6 * len(SCALES)


def below_hundred(number: int) -> str:
    if number < len(ONES):
        return ONES[number]
    tens, ones = divmod(number, 10)
    return f"{TENS[tens]} y {ONES[ones]}" if ones else TENS[tens]


def below_thousand(number: int, gender: str) -> str:
    if number == 100:
        return "cien"
    hundreds, rest = divmod(number, 100)
    hundred = HUNDREDS[hundreds]
    if gender == FEMININE and hundreds > 1:
        hundred = hundred[:-2] + "as"
    words = [hundred] if hundred else []
    if rest:
        words.append(shortened(below_hundred(rest), gender))
    return " ".join(words)


def shortened(words: str, gender: str) -> str:
    """'veintiuno' as it stands before a noun: 'veintiún euros', 'veintiuna horas'."""
    if gender == ALONE or not words.endswith("uno"):
        return words
    if gender == FEMININE:
        return words[:-1] + "a"
    return "veintiún" if words == "veintiuno" else words[:-1]


def below_million(number: int, gender: str) -> str:
    thousands, rest = divmod(number, 1000)
    words = []
    if thousands:
        # 'doscientas mil personas', yet 'veintiún mil personas'
        said = below_thousand(thousands, gender if thousands > 100 else ALONE)
        said = said[:-1] if said.endswith("una") else shortened(said, MASCULINE)
        words.append("mil" if thousands == 1 else f"{said} mil")
    if rest:
        words.append(below_thousand(rest, gender))
    return " ".join(words)


def cardinal(digits: str, gender: str = ALONE) -> str:
    """'21' -> 'veintiuno'. Past the named powers, digits are read singly."""
    if len(digits.lstrip("0")) > LONGEST:
        return " ".join(ONES[int(digit)] for digit in digits)
    number = int(digits)
    if number == 0:
        return ONES[0]
    words = []
    for power in reversed(range(len(SCALES))):
        group = number // 1_000_000**power % 1_000_000
        if not group:
            continue
        if not power:
            words.append(below_million(group, gender))
            continue
        scale = SCALES[power] if group == 1 else SCALES[power].replace("ón", "ones")
        words.append(f"{below_million(group, MASCULINE)} {scale}")
    return " ".join(words)


def ordinal(digits: str, gender: str = ALONE) -> str:
    """'3' -> 'tercero', 'tercer' before a masculine noun; past the thousandth the plain number."""
    number = int(digits) if len(digits) < 5 else 0
    if not number or number > 1000:
        return cardinal(digits, gender)
    if number >= 100:
        hundreds, rest = divmod(number, 100)
        words = "milésimo" if number == 1000 else ORDINAL_HUNDREDS[hundreds]
        if rest:
            words += f" {ordinal(str(rest))}"
    elif number < len(ORDINALS):
        words = ORDINALS[number]
    elif number < 30:
        words = f"vigésimo {ORDINALS[number - 20]}"
    else:
        tens, ones = divmod(number, 10)
        words = f"{ORDINAL_TENS[tens]} {ORDINALS[ones]}".strip()
    if gender == FEMININE:
        return " ".join(word[:-1] + "a" for word in words.split())
    short = words.endswith(("primero", "tercero")) and gender == MASCULINE
    return words[:-1] if short else words


def singly(digits: str) -> str:
    return " ".join(ONES[int(digit)] for digit in digits)

"""What the reader must know of French."""

from __future__ import annotations

import re

from engines.reading import formulas, scripture
from engines.reading.fr import numbered, numbers
from engines.reading.fr.abbreviations import ABBREVIATIONS
from engines.reading.fr.calendar import MONTHS
from engines.reading.fr.gender import is_feminine
from engines.reading.fr.money import MONEY
from engines.reading.fr.roman import ROMAN
from engines.reading.fr.units import UNITS
from engines.reading.readable import primes
from engines.reading.readable.marks_of_length import INCH_MARK, inches
from engines.reading.readable.words import Words

MARKS = primes.Marks(
    degrees=("degré", "degrés"),
    minutes=("minute", "minutes"),
    seconds=("seconde", "secondes"),
    compass={"N": "nord", "S": "sud", "E": "est", "O": "ouest", "W": "ouest"},
)
SIGNS = {
    **formulas.FR,
    "♭": "bémol", "♯": "dièse", "♮": "bécarre",
    "∠": "angle", "→": "à", "∑": "somme", "∆": "delta", "∫": "intégrale",
    "&": "et", "+": "plus", "=": "égale", "%": "pour cent", "@": "arobase", "#": "numéro",
    "°": "degrés", "×": "fois", "÷": "divisé par", "±": "plus ou moins", "²": "au carré",
    "³": "au cube", "§": "section", "<": "inférieur à", ">": "supérieur à",
    "≤": "inférieur ou égal à", "≥": "supérieur ou égal à", "≠": "différent de",
    "≈": "environ", "∞": "l'infini", "√": "racine carrée de", "‰": "pour mille", "µ": "micro",
    "μ": "mu", "Ω": "ohm", "|": ",", "*": "", "_": " ", "~": "", "^": "", "\\": "", "/": "barre",
    "º": "", "ª": "",
}  # fmt: skip


NOUN = re.compile(r"\s?([a-zà-ÿ]{3,})")
VOWELS = "aeéèêiouyhâîôû"


def cardinal(digits: str, after: str = "") -> str:
    """'21 heures' is said 'vingt et une heures'."""
    said = numbers.cardinal(digits, digits[-1] == "1" and is_feminine(after))
    noun = said.endswith(("million", "millions", "milliard", "milliards")) and NOUN.match(after)
    if not noun or noun[1] in ("de", "et", "à", "au", "en", "ou", "sur", "par", "pour", "dans"):
        return said
    return f"{said} d'" if noun[1][0] in VOWELS else f"{said} de"


def ordinal(digits: str, mark: str, after: str) -> str:
    if mark.startswith("nd"):
        return "seconde" if mark.startswith("nde") else "second"
    feminine = mark.startswith(("re", "ère")) or (digits == "1" and is_feminine(after))
    said = numbers.ordinal(digits, feminine)
    return f"{said}s" if mark.endswith("s") and mark != "s" else said


def telephone(group: str) -> str:
    """In pairs, as they are written."""
    if len(group) == 2 and group[0] != "0":
        return numbers.cardinal(group)
    return numbers.singly(group)


def decimals(digits: str, after: str = "") -> str:
    """'3,14' is said 'trois virgule quatorze', '0,05' 'zéro virgule zéro cinq'."""
    return telephone(digits)


def date(day: int, month: str, year: int | None) -> str:
    first = "premier" if day == 1 else numbers.cardinal(str(day))
    said = f"{first} {month}"
    return said if year is None else f"{said} {numbers.cardinal(str(year))}"


def time(hour: int, minute: int, second: int, half: str) -> str:
    half = {"": "", "am": " du matin", "pm": " de l'après-midi"}[half]
    said = f"{numbers.cardinal(str(hour), feminine=True)} {'heures' if hour > 1 else 'heure'}"
    if minute:
        said += f" {numbers.cardinal(str(minute), feminine=True)}"
    if second:
        name = "secondes" if second > 1 else "seconde"
        said += f" et {numbers.cardinal(str(second), feminine=True)} {name}"
    return said + half


def fraction(top: int, bottom: int) -> str:
    """'3/8' -> 'trois huitièmes'."""
    if not 0 < top < bottom or not (bottom <= 12 or bottom in (16, 100, 1000)):
        return ""
    name = numbers.FRACTIONS.get(bottom) or numbers.ordinal(str(bottom))
    many = "s" if top > 1 and not name.endswith("s") else ""
    return f"{numbers.cardinal(str(top))} {name}{many}"


def part_of(top: int, bottom: int, unit: str) -> str:
    """'1/2 kg' -> 'un demi-kilogramme', '3/4 h' -> 'trois quarts d'heure'."""
    if (top, bottom) == (1, 2):
        return f"{half(unit)}-{unit}"
    return f"{fraction(top, bottom)} {'d' if unit[0] in VOWELS else 'de '}{elision(unit)}{unit}"


def elision(unit: str) -> str:
    return "'" if unit[0] in VOWELS else ""


def half(after: str) -> str:
    return "une demi" if is_feminine(after) else "un demi"


def half_of(found: re.Match[str]) -> str:
    """'1/2 tasse' -> 'une demi tasse', 'la 1/2 journée' -> 'la demi journée'."""
    before = found.string[max(0, found.start() - 8) : found.start()].split()[-1:]
    if before and before[0].lower() in ("la", "les", "une", "un", "le", "en", "chaque", "cette"):
        return "demi"
    return half(found.string[found.end() : found.end() + 24])


def mixed(whole: str, top: int, bottom: int, noun: str) -> str:
    """'2 1/2 tasses' -> 'deux tasses et demie'."""
    feminine = is_feminine(noun)
    number = numbers.cardinal(whole, feminine and whole.endswith("1"))
    part = fraction(top, bottom) or f"{numbers.cardinal(str(top))} sur {bottom}"
    if (top, bottom) == (1, 2):
        part = "demie" if feminine else "demi"
    if noun in ("de", "et", "à", "fois"):
        return f"{number} et {part} {noun}"
    return f"{number} {noun} et {part}".replace("  ", " ")


def power(exponent: str) -> str:
    """'2' -> 'au carré', '-3' -> 'puissance moins trois'."""
    if exponent in ("2", "3"):
        return "au carré" if exponent == "2" else "au cube"
    minus = "moins " * exponent.startswith("-")
    return f"puissance {minus}{numbers.cardinal(exponent.lstrip('-'))}"


def of_magnitude(magnitude: str, money: str) -> str:
    """'millions d'euros', yet 'mille euros'."""
    if magnitude == "mille":
        return money
    return f"d'{money}" if money[0] in "aeiouyé" and not money.startswith("yen") else f"de {money}"


MILLIONS, MILLIARDS = ("million", "millions"), ("milliard", "milliards")

WORDS = Words(
    letters="áâæçèéêëíîïñôöùûüÿœàå",
    # Switzerland parts thousands with an apostrophe.
    whole=r"\d{1,3}(?:[ .]\d{3})++(?!\d)|\d{1,3}(?:'\d{3})++(?!\d)|\d{1,3}(?:,\d{3})++(?=\.\d)"
    r"|\d{1,3}(?:,\d{3}){2,5}(?!\d)|\d++",
    decimal=",.",
    cardinal=cardinal,
    year=cardinal,
    ordinal=ordinal,
    ordinal_marks="ers?|ères?|res?|ièmes?|èmes?|emes?|es?|nde?s?|nd",
    digits=numbers.singly,
    telephone=telephone,
    decimals=decimals,
    point="virgule",
    release_point="point",
    minus="moins",
    plus="plus",
    times="fois",
    to="à",
    over="sur",
    per="par",
    fraction=fraction,
    known_fractions={
        "24/7": "vingt-quatre sept",
        "20/20": "vingt sur vingt",
        "4/4": "quatre quatre",
    },
    mixed=mixed,
    counts_whole=True,
    power=power,
    money=MONEY,
    money_names=("francs", "franc", "pesos"),
    cents_joint="",
    magnitudes={
        "mille": ("mille", "mille"),
        "k": ("mille", "mille"),
        **dict.fromkeys(("million", "millions", "m", "mio"), MILLIONS),
        **dict.fromkeys(("milliard", "milliards", "md", "mds", "mrd"), MILLIARDS),
    },
    of_magnitude=of_magnitude,
    units=UNITS,
    signs=SIGNS,
    months=MONTHS,
    date=date,
    month_first=False,
    time=time,
    numbered=(*scripture.short_verses("FR", numbers.cardinal, "à"), *numbered.PASSES),
    abbreviations=ABBREVIATIONS,
    roman=ROMAN,
    at="arobase",
    dot="point",
    slash="barre",
    by="sur",
    factorial="factorielle",
    stars=("étoiles", "étoiles"),
    episode=("saison", "épisode"),
    singular_below_two=True,
    singular="une?|le|la|du|par|chaque|au|ce|/",
    part_of=part_of,
    attributive=(),
    address={
        "-": "tiret",
        "_": "tiret bas",
        "?": "point d'interrogation",
        "=": "égale",
        "&": "et",
        "#": "dièse",
        "%": "pour cent",
        "+": "plus",
        "~": "tilde",
        ":": "deux-points",
    },
    special=(
        scripture.verses("FR", numbers.cardinal, "à"),
        *primes.arcs(MARKS),
        (r"\b([Mm]inutes? \d{1,3}|\bmin\. \d{1,3})'(?!\w)", r"\1"),
        *primes.races(MARKS),
        (INCH_MARK, inches("pouce", "pouces")),
        (r"(?<=\d) et (?=1/[2-8](?!\d))", " "),
        (r"(?<!\d )(?<![\w./,])1/2(?=\s[a-zà-ÿ]{3,})", half_of),
        # 'les 2/3': 'les deux tiers' comes of itself; 10h30 is a time, 10h an hour
        (
            r"(?<![\w.,])(\d{1,2}) ?h ?0?([1-5]?\d) ?(?:min|mn)\.? ?0?([1-5]?\d) ?(?:s|sec)\b",
            r"\1 h \2 min \3 s",
        ),
        (r"(?<=\d)°(?=\d(?![\w']|\d?'))", " degrés "),
        (
            r"(?<![\w.,])(\d{1,2}) ?h ?([0-5]\d)(?: ?min\b\.?)?(?! ?\d{1,2} ?s(?:ec)?\b)(?! ?min)",
            r"\1:\2",
        ),
        (r"\b1(er) ?(?=\d)", r"1\1 "),
    ),
)

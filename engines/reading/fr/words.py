"""What the reader must know of French."""

from __future__ import annotations

import re

from engines.reading.fr import numbers
from engines.reading.fr.gender import is_feminine
from engines.reading.fr.roman import ROMAN
from engines.reading.fr.units import UNITS
from engines.reading.readable.acronyms import INITIALS, capitals
from engines.reading.readable.marks_of_length import INCH_MARK, inches
from engines.reading.readable.words import Money, Words

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
    "octobre", "novembre", "décembre",
)  # fmt: skip

# Only before what they abbreviate: "l'art." is a word at the end of its sentence.
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
    (r"\bMe\b(?=\s+[A-ZÀ-Ý])", "maître"),
    (r"\b[Aa]v\.\s?J\.?-?C\.?", "avant Jésus-Christ"),
    (r"\b[Aa]pr\.\s?J\.?-?C\.?", "après Jésus-Christ"),
    (r"\b[Aa]v\.", "avenue"),
    (r"\b[Bb](?:oul|d|ld)\b\.?(?=\s+(?:[A-ZÀ-Ý]|d[eu]))", "boulevard"),
    (r"\b[Cc]\.-à-d\.", "c'est-à-dire"),
    (r"\b[Ee]tc\b\.?", "et cetera"),
    (r"\b[Ee]x\.\s?(?=:)", "exemple "),
    (r"\b[Pp](?:ar|\.) ex\.", "par exemple"),
    (r"\b[Aa]rt\.(?=\s?[\dLR]\.?\s?\d|\s?\d)", "article "),
    (r"\b[Cc]hap\.(?=\s?[\dIVX])", "chapitre "),
    (r"\b[Vv]ol\.(?=\s?[\dIVX])", "volume "),
    (r"\b[Ff]ig\.(?=\s?\d)", "figure "),
    (r"\bpp\.(?=\s?\d)", "pages "),
    (r"\bp\.(?=\s?\d)", "page "),
    (r"\b[Nn][°º]s?\s?(?=\d)", "numéro "),
    (r"\b[Nn][°º]\s?", "numéro "),
    (r"\b[Nn]o\.?(?=\s?\d)", "numéro "),
    (r"#(?=\d)", "numéro "),
    (r"#(?=[^\W\d_])", " dièse "),
    (r"\b[Tt]él\.", "téléphone"),
    (r"\b[Ee]nv\.", "environ"),
    (r"\b[Qq]qch\b\.?", "quelque chose"),
    (r"\b[Qq]qn\b\.?", "quelqu'un"),
    (r"\b[Rr]dv\b", "rendez-vous"),
    (r"\bR\.?D\.?V\b\.?", "rendez-vous"),
    (r"\bCol\.(?=\s+[A-ZÀ-Ý])", "colonel"),
    (r"\bGal\.(?=\s+[A-ZÀ-Ý])", "général"),
    (r"\b[Cc]apt\.(?=\s+[A-ZÀ-Ý])", "capitaine"),
    (r"\b[Ss]gt\.?(?=\s+[A-ZÀ-Ý])", "sergent"),
    (r"\b[Ss]t(?:\.|(?=-)|(?=\s+[A-ZÀ-Ý]))", "saint"),
    (r"\b[Ss]te(?:\.|(?=-)|(?=\s+[A-ZÀ-Ý]))", "sainte"),
    (r"\b[Mm]ax\.", "maximum"),
    (r"(?<!\d )\b[Mm]in\.(?=\s)", "minimum"),
    (r"(?<!\w)[Éé]d\.", "édition"),
    (r"\b[Aa]pt\.?(?=\s?\d)", "appartement "),
    (r"(?<=\d )hab\.", "habitants"),
    (r"\b[Rr]éf\.(?=\s?[\dA-Z])", "référence "),
    (r"\b[Pp]l\.(?=\s+[A-ZÀ-Ý])", "place"),
    (r"\b[Rr]te\.?(?=\s+(?:[A-ZÀ-Ý\d]|d[eu]))", "route"),
    (r"\b[Qq]té\b\.?", "quantité"),
    (r"\b[Bb]ât\.(?=\s?[A-Z\d])", "bâtiment "),
    (r"\b[Éé]t\.(?=\s?\d)", "étage "),
    (r"\bCie\b\.?", "compagnie"),
    (r"\bSté\b\.?", "société"),
    (r"\bvs\b\.?", "versus"),
    (r"\bN\.\s?B\.", "nota bene"),
    (r"\b[Jj]anv\.", "janvier"),
    (r"\b[Ff]évr?\.", "février"),
    (r"\b[Aa]vr\.", "avril"),
    (r"\b[Jj]uil\.", "juillet"),
    (r"\b[Ss]ept\.(?=\s+\d|$)", "septembre"),
    (r"\b[Oo]ct\.", "octobre"),
    (r"\b[Nn]ov\.", "novembre"),
    (r"\b[Dd]éc\.", "décembre"),
    (r"(?<![\w.])~\s?(?=\d)", "environ "),
    (INITIALS, capitals),
)

SIGNS = {
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
    return numbers.ordinal(digits, feminine)


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
    if not 0 < top < bottom or not (bottom <= 12 or bottom in (16, 20, 100, 1000)):
        return ""
    name = numbers.FRACTIONS.get(bottom) or numbers.ordinal(str(bottom))
    many = "s" if top > 1 and not name.endswith("s") else ""
    return f"{numbers.cardinal(str(top))} {name}{many}"


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


def regular(one: str, cent: str) -> Money:
    return Money(one, f"{one}s", cent, f"{cent}s")


DOLLAR = regular("dollar", "cent")
CANADIAN = Money("dollar canadien", "dollars canadiens", "cent", "cents")
MILLIONS, MILLIARDS = ("million", "millions"), ("milliard", "milliards")

WORDS = Words(
    letters="áâæçèéêëíîïñôöùûüÿœàå",
    whole=r"\d{1,3}(?:[ .]\d{3})++(?!\d)|\d{1,3}(?:,\d{3})++(?=\.\d)"
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
    known_fractions={"24/7": "vingt-quatre sept"},
    mixed=mixed,
    counts_whole=True,
    power=power,
    money={
        **dict.fromkeys(("$", "US$", "USD"), DOLLAR),
        **dict.fromkeys(("CA$", "C$", "CAD"), CANADIAN),
        **dict.fromkeys(("€", "EUR"), regular("euro", "centime")),
        **dict.fromkeys(("£", "GBP"), Money("livre", "livres", "penny", "pence")),
        **dict.fromkeys(("¥", "JPY"), Money("yen", "yens", "sen", "sen")),
        "CHF": Money("franc suisse", "francs suisses", "centime", "centimes"),
        "₩": Money("won", "wons", "jeon", "jeon"),
        "₹": regular("roupie", "paisa"),
        "₽": regular("rouble", "kopeck"),
        "¢": Money("cent", "cents", "", ""),
    },
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
    abbreviations=ABBREVIATIONS,
    roman=ROMAN,
    at="arobase",
    dot="point",
    slash="barre",
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
        (INCH_MARK, inches(lambda after: "pouces")),
        # 'les 2/3': 'les deux tiers' comes of itself; 10h30 is a time, 10h an hour
        (r"(?<![\w.,])(\d{1,2}) ?h ?([0-5]\d)(?: ?min\b\.?)?", r"\1:\2"),
        (r"\b1(er) ?(?=\d)", r"1\1 "),
    ),
)

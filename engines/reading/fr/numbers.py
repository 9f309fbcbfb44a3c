"""French number words, in the gender of what is counted."""

from __future__ import annotations

# fmt: off
ONES = (
    "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze",
    "douze", "treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf",
)
TENS = ("", "", "vingt", "trente", "quarante", "cinquante", "soixante", "soixante", "quatre-vingt",
        "quatre-vingt")
FRACTIONS = {2: "demi", 3: "tiers", 4: "quart"}
# fmt: on
SCALES = ("", "mille", "million", "milliard", "billion", "billiard")
LONGEST = 3 * len(SCALES)


def below_hundred(number: int) -> str:
    if number < len(ONES):
        return ONES[number]
    tens, ones = divmod(number, 10)
    if tens in (7, 9):  # soixante-dix, quatre-vingt-dix
        ones += 10
    if not ones:
        return TENS[tens] + ("s" if tens == 8 else "")
    joint = " et " if ones in (1, 11) and tens < 8 else "-"
    return f"{TENS[tens]}{joint}{ONES[ones]}"


def below_thousand(number: int, last: bool) -> str:
    """`last`: nothing follows that would take the s of 'deux cents' away."""
    hundreds, rest = divmod(number, 100)
    words = []
    if hundreds:
        words = [] if hundreds == 1 else [ONES[hundreds]]
        words.append("cents" if hundreds > 1 and not rest and last else "cent")
    if rest:
        said = below_hundred(rest)
        words.append(said if last or not said.endswith("vingts") else said[:-1])
    return " ".join(words)


def cardinal(digits: str, feminine: bool = False) -> str:
    """'81' -> 'quatre-vingt-un'. Past the named powers, digits are read singly."""
    if len(digits.lstrip("0")) > LONGEST:
        return singly(digits)
    number = int(digits)
    if number == 0:
        return ONES[0]
    words: list[str] = []
    for power in reversed(range(len(SCALES))):
        group = number // 1000**power % 1000
        if not group:
            continue
        if power == 0:
            words.append(below_thousand(group, last=True))
        elif power == 1:
            words.append("mille" if group == 1 else f"{below_thousand(group, last=False)} mille")
        else:
            many = "s" if group > 1 else ""
            words.append(f"{below_thousand(group, last=True)} {SCALES[power]}{many}")
    said = " ".join(words)
    return f"{said}e" if feminine and said.endswith("un") else said


def ordinal(digits: str, feminine: bool = False) -> str:
    """'21' -> 'vingt et unième'."""
    if int(digits) == 1:
        return "première" if feminine else "premier"
    words = cardinal(digits)
    if words.endswith(("vingts", "cents", "millions", "milliards")):
        words = words[:-1]
    stem = words[:-1] if words.endswith("e") else words
    if stem.endswith("cinq"):
        stem += "u"
    elif stem.endswith("neuf"):
        stem = stem[:-1] + "v"
    return stem + "ième"


def singly(digits: str) -> str:
    return " ".join(ONES[int(digit)] for digit in digits)

"""What the reader must know of English."""

from __future__ import annotations

from engines.reading.en import numbers, said
from engines.reading.en.abbreviations import ABBREVIATIONS, MONTHS
from engines.reading.en.roman import ROMAN
from engines.reading.en.units import UNITS
from engines.reading.readable.marks_of_length import INCH_MARK, inches
from engines.reading.readable.words import Money, Words

SIGNS = {
    "&": "and", "+": "plus", "=": "equals", "%": "percent", "@": "at", "#": "number",
    "°": "degrees", "×": "times", "÷": "divided by", "±": "plus or minus", "²": "squared",
    "³": "cubed", "§": "section", "<": "less than", ">": "greater than",
    "≤": "less than or equal to", "≥": "greater than or equal to", "≠": "not equal to",
    "≈": "approximately", "∞": "infinity", "√": "square root of", "©": "copyright", "µ": "micro",
    "μ": "mu", "Ω": "ohm", "‰": "per thousand", "¢": "cents", "\\": "backslash", "|": ",",
    "/": "", "*": "", "_": "", "~": "", "^": "", "{": ",", "}": ",", "[": ",", "]": ",",
    "º": "", "ª": "",
    "«": "", "»": "", "¿": "", "¡": "",
}  # fmt: skip


NAMED_MONTHS = "|".join(MONTHS)
CODES = {
    "USD": "U S dollar", "EUR": "euro", "GBP": "pound", "CAD": "Canadian dollar", "INR": "rupee",
    "AUD": "Australian dollar", "HKD": "Hong Kong dollar", "NZD": "New Zealand dollar",
}  # fmt: skip
DOLLARS = {
    "$": "dollar", "US$": "U S dollar", "C$": "Canadian dollar", "CA$": "Canadian dollar",
    "A$": "Australian dollar", "AU$": "Australian dollar", "HK$": "Hong Kong dollar",
    "NZ$": "New Zealand dollar", "S$": "Singapore dollar", "NT$": "Taiwan dollar",
}  # fmt: skip
MILLION, BILLION, TRILLION = ("million",) * 2, ("billion",) * 2, ("trillion",) * 2

WORDS = Words(
    letters="àáâãäåçèéêëìíîïñòóôõöùúûüýÿ",
    # 1,234,567, in India 12,34,567, and as science writes it 1 234 567
    whole=r"\d{1,3}(?:,\d{3})++(?!\d)|\d{1,2}(?:,\d\d){1,4},\d{3}(?!\d)"
    r"|\d{1,3}(?: \d{3}){2,5}(?! ?\d)|\d{1,3} 000(?!\d)|\d++",
    decimal=".",
    cardinal=said.cardinal,
    year=said.year,
    ordinal=said.ordinal,
    ordinal_marks="st|nd|rd|th",
    digits=numbers.singly,
    telephone=numbers.singly,
    decimals=lambda digits, after: numbers.singly(digits),
    point="point",
    release_point="point",
    minus="minus",
    plus="plus",
    times="times",
    to="to",
    over="over",
    per="per",
    fraction=said.fraction,
    known_fractions={
        "24/7": "twenty-four seven",
        "9/11": "nine eleven",
        "50/50": "fifty fifty",
    },
    mixed=said.mixed,
    counts_whole=False,
    power=said.power,
    money={
        **{sign: Money(name, f"{name}s", "cent", "cents") for sign, name in DOLLARS.items()},
        **{code: Money(name, f"{name}s", "cent", "cents") for code, name in CODES.items()},
        "£": Money("pound", "pounds", "penny", "pence"),
        "GBP": Money("pound", "pounds", "penny", "pence"),
        "€": Money("euro", "euros", "cent", "cents"),
        "¥": Money("yen", "yen", "sen", "sen"),
        "JPY": Money("yen", "yen", "sen", "sen"),
        "CNY": Money("yuan", "yuan", "fen", "fen"),
        "RMB": Money("yuan", "yuan", "fen", "fen"),
        "₹": Money("rupee", "rupees", "paisa", "paise"),
        "INR": Money("rupee", "rupees", "paisa", "paise"),
        "CHF": Money("Swiss franc", "Swiss francs", "centime", "centimes"),
        "R$": Money("real", "reais", "centavo", "centavos"),
        "₩": Money("won", "won", "jeon", "jeon"),
        "₽": Money("ruble", "rubles", "kopeck", "kopecks"),
        "₺": Money("lira", "lira", "kurus", "kurus"),
        "₪": Money("shekel", "shekels", "agora", "agorot"),
        "₱": Money("peso", "pesos", "centavo", "centavos"),
        "฿": Money("baht", "baht", "satang", "satang"),
        "₫": Money("dong", "dong", "xu", "xu"),
        "₿": Money("bitcoin", "bitcoins", "cent", "cents"),
        "¢": Money("cent", "cents", "", ""),
    },
    money_names=("peso", "pesos", "bucks"),
    cents_joint="",
    magnitudes={
        "hundred": ("hundred",) * 2,
        "thousand": ("thousand",) * 2,
        "k": ("thousand",) * 2,
        **dict.fromkeys(("million", "m", "mn", "mm"), MILLION),
        **dict.fromkeys(("billion", "bn", "b"), BILLION),
        **dict.fromkeys(("trillion", "tn", "t"), TRILLION),
    },
    of_magnitude=lambda magnitude, money: money,
    units=UNITS,
    signs=SIGNS,
    months=MONTHS,
    date=said.date,
    month_first=True,
    time=said.time,
    abbreviations=ABBREVIATIONS,
    roman=ROMAN,
    at="at",
    dot="dot",
    slash="slash",
    address={
        "-": "dash",
        "_": "underscore",
        "?": "question mark",
        "=": "equals",
        "&": "and",
        "#": "hash",
        "%": "percent",
        "+": "plus",
        "~": "tilde",
        ":": "colon",
    },
    special=(
        (r"(?<=\d0s)\s?[-–—]\s?(?='?\d)", " to "),
        (r"(?<=€)(\d{1,3}),(?=\d\d(?!\d))", r"\1."),
        (r"(?<![\w.,])(\d{1,3}),(?=\d\d\s?€)", r"\1."),
        (r"(?<![\w.,])(\d\d)(\d)0'?s\b", said.decade),
        (r"(?<!\w)'?()([2-9])0'?s\b", said.decade),
        (r"(?<!\w)'(?=\d\d\b(?!'))", ""),
        (rf"\b({NAMED_MONTHS})\s(\d{{1,2}})(?!\w|[:.,/]\d|\s?%)", said.day_after_month),
        (rf"\b(\d{{1,2}})\s({NAMED_MONTHS})\b", said.day_before_month),
        (r"(?<![\w'])(\d)'\s?(\d{1,2})(?:\"|'')?(?![\w'])", said.tall),
        (INCH_MARK, inches(said.inches)),
        (
            r"\b((?:[Cc]all|[Dd]ial|[Pp]hone|[Tt]ext)(?:ed|ing)?) (\d{3})\b(?![-. ]?\d)",
            said.emergency,
        ),
        (rf"\b((?:{said.RELEASED}) )(\d{{1,4}}\.\d{{1,4}})(?![\w.])", said.release),
        (r"(?<![\w.,$€£])(\d+(?:\.\d+)?)([MB])(?= [a-z])", said.scaled),
    ),
)

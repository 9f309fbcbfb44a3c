"""What the reader must know of English."""

from __future__ import annotations

from engines.reading import formulas, scripture
from engines.reading.en import (
    days,
    given,
    law,
    lengths,
    markets,
    measured,
    models,
    numbered,
    numbers,
    places,
    said,
)
from engines.reading.en.abbreviations import ABBREVIATIONS, MONTHS
from engines.reading.en.abbreviations import DAYS as WEEKDAY_NAMES
from engines.reading.en.roman import ROMAN
from engines.reading.en.units import UNITS
from engines.reading.readable import primes
from engines.reading.readable.words import Money, Words

SIGNS = {
    **formulas.EN,
    lengths.FOOT: "feet", lengths.INCH: "inches", "¶": "paragraph", "♭": "flat",
    "♯": "sharp", "♮": "natural",
    "∠": "angle", "→": "to", "∑": "sum", "∆": "delta", "∫": "integral",
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
    "MXN": "Mexican peso", "COP": "Colombian peso", "ARS": "Argentine peso",
    "CLP": "Chilean peso", "PHP": "Philippine peso", "SGD": "Singapore dollar",
    "TWD": "Taiwan dollar", "USD": "U S dollar", "EUR": "euro", "CAD": "Canadian dollar",
    "AUD": "Australian dollar", "HKD": "Hong Kong dollar", "NZD": "New Zealand dollar",
}  # fmt: skip
DOLLARS = {
    "$": "dollar", "US$": "U S dollar", "C$": "Canadian dollar", "CA$": "Canadian dollar",
    "A$": "Australian dollar", "AU$": "Australian dollar", "HK$": "Hong Kong dollar",
    "NZ$": "New Zealand dollar", "S$": "Singapore dollar", "NT$": "Taiwan dollar",
    "MX$": "Mexican peso",
}  # fmt: skip
MARKS = primes.Marks(
    degrees=("degree", "degrees"),
    minutes=("minute", "minutes"),
    seconds=("second", "seconds"),
    compass={"N": "north", "S": "south", "E": "east", "W": "west"},
)
# Page 3/10, and a date where a day is spoken of.
PAGED = (
    r"\b((?:[Pp]age|[Ss]tep|[Pp]art|[Ss]lide|[Ee]pisode|[Cc]hapter|[Ll]esson|[Dd]ay|[Tt]ask|[Rr]ound|[Ii]tem"
    r"|[Qq]uestion)\s\d{1,3})\s?/\s?(?=\d{1,3}(?![\w/]|[.,]\d))"
)
ON_DAY = (
    r"\b([Oo]n|[Dd]ue|[Ss]ince|[Uu]ntil|[Bb]efore|[Aa]fter|[Ee]nds?|[Ee]xpires?|[Ss]tarts?|[Bb]egins?|[Tt]hrough)\s(1[0-2]|0?[1-9])/(3[01]|[12]\d|0?[1-9])"
    r"(?![\w/]|[.,]\d|\s(?:of|cup|inch|mile|pound|teaspoon|tablespoon))(?<!9/11)(?<!24/7)"
)
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
        "7/11": "seven eleven",
        "4/4": "four four",
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
        **dict.fromkeys(("R$", "BRL"), Money("real", "reais", "centavo", "centavos")),
        "SEK": Money("Swedish krona", "Swedish kronor", "ore", "ore"),
        "NOK": Money("Norwegian krone", "Norwegian kroner", "ore", "ore"),
        "DKK": Money("Danish krone", "Danish kroner", "ore", "ore"),
        "PLN": Money("zloty", "zlotys", "grosz", "groszy"),
        "CZK": Money("Czech koruna", "Czech korunas", "haler", "halers"),
        "HUF": Money("forint", "forints", "filler", "fillers"),
        "ZAR": Money("rand", "rand", "cent", "cents"),
        "AED": Money("dirham", "dirhams", "fil", "fils"),
        "KRW": Money("won", "won", "jeon", "jeon"),
        "RUB": Money("ruble", "rubles", "kopeck", "kopecks"),
        "TRY": Money("lira", "lira", "kurus", "kurus"),
        "THB": Money("baht", "baht", "satang", "satang"),
        "BTC": Money("bitcoin", "bitcoins", "", ""),
        "₩": Money("won", "won", "jeon", "jeon"),
        "₽": Money("ruble", "rubles", "kopeck", "kopecks"),
        "₺": Money("lira", "lira", "kurus", "kurus"),
        "₪": Money("shekel", "shekels", "agora", "agorot"),
        "₱": Money("peso", "pesos", "centavo", "centavos"),
        "฿": Money("baht", "baht", "satang", "satang"),
        "₫": Money("dong", "dong", "xu", "xu"),
        "₦": Money("naira", "naira", "kobo", "kobo"),
        "₴": Money("hryvnia", "hryvnias", "kopiyka", "kopiykas"),
        "₸": Money("tenge", "tenge", "tiyn", "tiyn"),
        "₡": Money("colon", "colones", "centimo", "centimos"),
        "₲": Money("guarani", "guaranies", "centimo", "centimos"),
        "₵": Money("cedi", "cedis", "pesewa", "pesewas"),
        "₿": Money("bitcoin", "bitcoins", "", ""),
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
    numbered=(*scripture.short_verses("EN", numbers.cardinal, "to"), *numbered.PASSES),
    abbreviations=ABBREVIATIONS,
    roman=ROMAN,
    at="at",
    dot="dot",
    slash="slash",
    by="by",
    factorial="factorial",
    stars=("star", "stars"),
    episode=("season", "episode"),
    singular=r"an?|one|each|every|per|this|that|/",
    part_of=said.part_of,
    attributive=("a", "an"),
    after_only=("PHP", "TRY", "COP"),
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
        scripture.verses("EN", numbers.cardinal, "to"),
        *measured.PASSES,
        *days.PASSES,
        *law.PASSES,
        *given.PASSES,
        (
            rf"\b(\d{{1,2}} (?:{NAMED_MONTHS}))\s?[-–—]\s?(?=\d{{1,2}} (?:{NAMED_MONTHS}))",
            r"\1 to ",
        ),
        (rf"\b((?:{NAMED_MONTHS}) \d{{1,2}})\s?[-–—]\s?(?=(?:{NAMED_MONTHS}) \d)", r"\1 to "),
        (r"(?<=\d0s)\s?[-–—]\s?(?='?\d)", " to "),
        (
            r"((?:€|R\$|\bEUR\b)\s?)(?:(\d{1,3}(?:\.\d{3})++)(?:,(\d\d))?|(\d{1,3}),(\d\d))(?![\d.,]?\d)",
            said.continental,
        ),
        (
            r"(?<![\w.,])()(?:(\d{1,3}(?:\.\d{3})++)(?:,(\d\d))?|(\d{1,3}),(\d\d))(?=\s?(?:€|EUR\b))",
            said.continental,
        ),
        (r"(?<![\w.,$])(10|1(?:0{2,3}|,000)|1(?:,000,000|0{6}))s(?= of\b)", said.many_of),
        (r"(?<!\w)'00s\b", "two thousands"),
        (r"(?<![\w.,])(\d\d)(\d)0'?s\b", said.decade),
        (
            r"(?:(?<=\b[A-Z]-)|(?<=\b[A-Z]{2}-))(\d{1,3})s\b|(?<=\d)x(\d{1,2})s\b"
            r"|(?<![\w.,$-])(7[0-8]7)s\b|(?:(?<=[Uu]nder )|(?<=[Oo]ver ))(\d\d)s\b",
            said.many,
        ),
        (r"(?<!\w)'?()([2-9])0'?s\b", said.decade),
        (r"(?<!\w)'(?=\d\d\b(?!'))", ""),
        (
            rf"\b({NAMED_MONTHS})\s(\d{{1,2}})\s?[-–—]\s?(\d{{1,2}})(?![\w:]|[.,/]\d|\s?%)",
            said.days_after_month,
        ),
        (rf"\b({NAMED_MONTHS})\s(\d{{1,2}})(?!\w|[:.,/]\d|\s?%)", said.day_after_month),
        (rf"\b(\d{{1,2}})\s({NAMED_MONTHS})\b", said.day_before_month),
        (
            r"\b((?:[Rr]atio|[Ss]cale|[Oo]dds)(?: of| is)? \d{1,3}):(?=\d{1,3}(?![\d:]))",
            r"\1 to ",
        ),
        (rf"\b((?:{WEEKDAY_NAMES}),?\s)(\d{{1,2}})/(\d{{1,2}})(?![\w/]|[.,]\d)", said.weekday_date),
        *places.PASSES,
        (r"(?<![\w./-])(\d{1,3})-(?=(\d)/(?:2|3|4|8|16|32|64)(?![\d/]))", r"\1 "),
        *markets.PASSES,
        (PAGED, r"\1 of "),
        (ON_DAY, said.day_named),
        *models.PASSES,
        *primes.arcs(MARKS),
        lengths.TALL,
        *primes.races(MARKS)[:2],  # 5' alone is five feet
        *lengths.PASSES,
        (r"(?<![\w.,])(\d{1,3})\s?h(?:rs?)?\s?(\d{1,2})\s?m(?:ins?)?\b", r"\1 h \2 min"),
        (r"(?<![\w.,])(\d{1,2})\s?m(?:ins?)?\s?(\d{1,2})\s?s(?:ecs?)?\b", r"\1 min \2 s"),
        (rf"(?<=\d)x(?=\s(?:{said.OFTEN})\b)", " times"),
        (
            r"(?<=\d )K(?=[\s.,;:!?)]|$)(?!\s(?:people|users|views|followers|run|race|miles))",
            said.kelvins,
        ),
        (
            r"(?<=\d )A(?=[.,;:!?)]|$|\s(?:of|at|and|or|fuse|current|charger|adapter|supply|USB))",
            said.amperes,
        ),
        (
            r"\b((?:[Cc]all|[Dd]ial|[Pp]hone|[Tt]ext)(?:ed|ing)?) (\d{3})\b(?![-. ]?\d)",
            said.emergency,
        ),
        (rf"\b((?:{said.RELEASED}) )(\d{{1,4}}\.\d{{1,4}})(?!\w|\.\d)", said.release),
        (r"(?<![\w.,$€£])(\d+(?:\.\d+)?)([MBT])(?= [a-z])", said.scaled),
        (r"(?<![\w.,$€£])(\d+\.\d+)([MBT])(?=[\s,.;:!?)]|$)", said.scaled),
        (r"(?<![\w.,$€£#])(\d+)(M)(?=[,.;:!?)]|$)", said.scaled_at_end),
        (r"\b([01]\d|2[0-3])([0-5]\d)\s?(?:hours|hrs)\b", said.hours),
        (
            r"(?<![\w-])1-(8\d\d|900)-(?=[A-Z]{3})",
            lambda found: f"one, {numbers.singly(found[1])}, ",
        ),
        (
            r"(?<![\w./])([2-9]|12)/(2|4|8|16)(?=[\s-](?:time|rhythm|beat|meter|signature|groove))",
            lambda found: f"{numbers.cardinal(found[1])} {numbers.cardinal(found[2])}",
        ),
        (rf"\b((?:[Tt]he|[Aa]ll|[Ii]n|{said.FEW})\s)(\d)s(?:( and | or )(\d)s)?\b", said.figures),
        (said.CODE_AFTER, said.code),
    ),
)

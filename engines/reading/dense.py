"""What Chinese, Japanese and Korean texts share before their amounts are read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

from engines.reading import roman
from engines.reading.draft import Draft, Say
from engines.reading.files import EXTENSIONS
from engines.reading.kaomoji import without_faces
from engines.reading.markdown import operators, unmarked
from engines.reading.marks import plain_figures

Rule = tuple[re.Pattern[str], Say]

NUMBER = r"\d++(?:\.\d++)?+"
START = r"(?<![\d.^])(?<!\^-)"
# A full-width comma parts clauses; it parts thousands only among full-width digits.
WIDE_COMMA = re.compile("，(?!(?<=[０-９]，)[０-９]{3}(?![０-９]))")
CAMEL_CASE = re.compile(r"([a-z])([A-Z])")
WIDE_ROMAN = re.compile("[Ⅰ-Ⅻⅰ-ⅻ]+")
MATHEMATICAL = str.maketrans(
    {
        "≧": "≥",
        "≦": "≤",
        "≒": "≈",
        "≃": "≈",
        "′": "'",
        "″": '"',
        "⁄": "/",
        "−": "-",
        "﹣": "-",
        "﹪": "%",
        "㏕": "mil",
    }
)
# No letters that anyone would say: out of the way while the rest is made compatible.
TRADE_MARKS = {"™": "\ue000", "℠": "\ue001"}
# The charge of an ion is no hyphen.
KEPT = TRADE_MARKS | {"⁻": "\ue002"}
AWAY = str.maketrans(KEPT)
BACK = str.maketrans({stand_in: mark for mark, stand_in in KEPT.items()})
# '<红楼梦>', '<무정>': a title, where nothing is compared.
TITLE = re.compile(r"<([\u3041-\u30ff\u4e00-\u9fff가-힣][^<>=\d\n]{0,40})>")
# A second hyphen is no range: 0120-123-456, 978-3-16-148410-0.
CODE = (
    r"(?<![A-Za-z\d_.-])\+?\d{1,7}(?:-\d{1,8}){2,}+(?![A-Za-z\d_-])"
    r"|(?<![A-Za-z\d_.])\+(?=(?:[ ()-]{0,2}\d){7})\d{1,3}(?:[ -]?\(?\d{1,5}\)?){1,6}"
    r"(?![A-Za-z\d_-])"
    r"|(?<![A-Za-z\d_.-])\(0\d{1,4}\) ?\d{1,4}-?\d{4}(?![A-Za-z\d_-])"
)
VERSION = re.compile(r"(?<![\d.])\d++(?:\.\d++){2,}+")
RANGE = r"\s?[-~〜–—]\s?"  # what stands between the ends of one
EQUATION = r"(?<=\d)\s?-\s?(?=\d++(?:\.\d++)?\s?=)"
ISO_TIME = re.compile(
    r"(?<=\d\d-\d\d)T(?=\d\d:\d\d)|(?<=\dT\d\d:\d\d)(?::00)?(?:\.\d{1,9})?(?:Z|\+00:00)"
    r"|(?<=\d\d:\d\d:\d\d)(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)(?!\d)"
)
CLOCK_RANGE = re.compile(r"(?<=\d:\d\d)\s?[-~〜–—]\s?(?=\d{1,2}:\d\d)")
# '.5', where no sentence can end.
BARE_FRACTION: Rule = (re.compile(r"(?:(?<=[\s、,(=<>≈率为])|^)\.(?=\d)"), "0.")
THOUSANDS = re.compile(rf"{START}\d{{1,3}}(?:,\d{{3}})++(?!\d)")
WEB = re.compile(
    r"(?:https?://|(?<![\w.])www\.)[\w.~:/?#@!$&'*+,;=%-]+"
    r"|(?<![\w.+-])[A-Za-z0-9_.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}"
    r"|(?<![\w.@/-])[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,4}"
    r"\.(?:com|org|net|edu|gov|io|ai|cn|jp|kr|co\.jp|co\.kr|or\.jp|go\.kr)(?![A-Za-z0-9-])"
    r"(?::\d{2,5}(?!\d))?(?:/[\w./?=&#%-]*)?"
    r"|(?<![\w.@/-])localhost:\d{2,5}(?![\w.-])"
    r"|(?<![\w.@/~-])(?:[\w.~-]{0,63}/){0,8}[\w-]{1,63}(?:\.[\w-]{1,63}){0,4}"
    rf"\.(?:{EXTENSIONS})(?![\w-])",
    re.ASCII | re.IGNORECASE,
)


def compatible(draft: Draft) -> None:
    """Unicode's compatibility form (NFKC), with no figure glued to its neighbour.

    >>> draft = Draft("１，２３４円 2½ 10⁶ 119，120")
    >>> compatible(draft)
    >>> draft.text
    '1,234円 2 1/2  10^6 119、120'
    """
    without_faces(draft)
    unmarked(draft)
    operators(draft)
    if draft.text.isascii():
        return
    draft.sub(WIDE_ROMAN, lambda found: numeral(found[0]))
    plain_figures(draft)
    draft.translate(MATHEMATICAL)
    draft.sub(WIDE_COMMA, "、")
    draft.translate(AWAY)
    draft.normalize("NFKC")
    draft.translate(BACK)
    draft.translate(MATHEMATICAL)
    draft.sub(TITLE, r"《\1》")


def numeral(signs: str) -> str:
    """'Ⅷ' -> '8'."""
    letters = unicodedata.normalize("NFKC", signs)
    number = roman.value(letters.upper())
    return letters if number is None else str(number)


def apply(rules: Sequence[Rule], draft: Draft) -> None:
    for pattern, say in rules:
        draft.sub(pattern, say)


SINGLY = re.compile(r"(:|(?<![\w.]))(\d{1,3}(?:\.\d{1,3}){3}(?!\w|\.\d)|(?<=:)\d{2,5}(?!\d))")


def spelled(signs: dict[str, str], singly: Callable[[str], str]) -> Callable[[re.Match[str]], str]:
    """An address with its signs as words."""

    def spell(found: re.Match[str]) -> str:
        address = re.sub(r"^https?://", "", found[0], flags=re.IGNORECASE)
        address = SINGLY.sub(
            lambda code: code[1] + ".".join(map(singly, code[2].split("."))), address
        )
        end = len(address.rstrip(".,;:!?'/"))
        return "".join(signs.get(char, char) for char in address[:end]) + address[end:].lstrip("/")

    return spell


def port(singly: Callable[[str], str], point: str, colon: str) -> Rule:
    """192.168.0.1:8080, digit by digit."""

    def read(found: re.Match[str]) -> str:
        return point.join(map(singly, found[1].split("."))) + colon + singly(found[2])

    return re.compile(rf"{START}(\d{{1,3}}(?:\.\d{{1,3}}){{3}}):(\d{{2,5}})(?!\d)"), read


def book_number(singly: Callable[[str], str], gap: str) -> Rule:
    """ISBN 978-7-02-000220-7, part by part."""

    def read(found: re.Match[str]) -> str:
        parts = re.findall(r"\d+|X", found[2])
        return f"{found[1]} " + gap.join(part if part == "X" else singly(part) for part in parts)

    number = r"\d(?:[- ]?\d){7,12}(?:-?X)?"
    return re.compile(rf"(?<![A-Za-z])(IS[BS]N)(?:-1[03])?[:\s]{{0,2}}({number})(?![\d-])"), read


def processor(singly: Callable[[str], str]) -> Rule:
    """i7-13700K: no range."""
    return (
        re.compile(r"(?<![A-Za-z])(i[3579]|R[3579])-(\d{3,5})(?!\d)"),
        lambda found: f"{found[1]} {singly(found[2])}",
    )


def version(say: Callable[[str], str], singly: Callable[[str], str], point: str) -> Rule:
    """1.2.3 in its parts; an address such as 192.168.1.1 digit by digit."""

    def read(found: re.Match[str]) -> str:
        parts = found[0].split(".")
        address = len(parts) == 4 and any(len(part) == 3 for part in parts)
        return point.join((singly if address or part[0] == "0" else say)(part) for part in parts)

    return VERSION, read

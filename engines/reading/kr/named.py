"""Numbers that name something in Korean: plates, houses, figures, sets of a match, codes."""

from __future__ import annotations

import re

from engines.reading.dense import BARE_FRACTION, START, Rule
from engines.reading.kr.numbers import digits, sino

Match = re.Match[str]

# 12가 3456, where no amount can follow.
PLATE = (
    rf"{START}(\d{{2,3}})([가나다라마거너더러머버어저고노로누두루우바아사자허하호])\s?(\d{{4}})"
    r"(?![\d가-힣]|,\d|\s?[원명개년%])"
)
HOUSE = rf"(?<=[로길동리가번] ){START}(\d{{1,4}})-(\d{{1,4}})(?![\d-]|로|으로|\s?(?:승|패|무))"
LOT = rf"{START}(\d{{1,4}})-(\d{{1,4}})(?=\s?번지)"
FIGURE = r"((?:그림|표|식|예제|문제|사진|부록|도표|연습)\s?)(\d{1,2})[-–](\d{1,2})(?![\d-])"
SHORT_DATE = r"'(\d\d)\.\s?(\d{1,2})\.\s?(\d{1,2})(?!\d)\.?"
DECADE = rf"{START}((?:1[6-9]|20)\d0)s(?![A-Za-z])"
CODED = (
    r"((?:인증|비밀|확인|예약|주문|송장|운송장|접수|고객|회원|계좌|카드|등록|관리|차량|수험|학생|사원|승인)\s?번호"
    r"[는은가:]?\s?[\[(\"']?)(\d{3,14})(?![\d-]|\.\d)"
)
# Days with a name of their own, in a row: 5·16, 12·12 사태.
NAMED_DAY = rf"{START}([1-9]|1[0-2])[·・](\d{{1,2}})(?=,|와\s|과\s|\s?$)"
MATCH = re.compile(
    r"스코어|세트|경기|이겼|졌|승리|패배|꺾|제압|누르|역전|결승|준결승|\d\s?대\s?\d|\d-\d\s?\("
)
PAIRS = r"\d{1,3}[-–:]\d{1,3}(?:,\s?\d{1,3}[-–:]\d{1,3})+(?![-–:\d])"
PAIR = re.compile(r"(\d{1,3})[-–:](\d{1,3})")
IN_BRACKETS = r"(?:(?<=\()|(?<=^)|(?<=[가-힣] ))\d{1,3}-\d{1,3}(?=[,)])"
SCORE = r"((?:세트\s?)?스코어\s?)(\d{1,3})[-–:](\d{1,3})(?![-–:\d])"
LOOK_BACK = 30  # characters in which a match is spoken of


def versus(found: Match) -> str:
    return f"{sino(found[1])} 대 {sino(found[2])}"


def sets(found: Match) -> str:
    """'25-20, 23-25' where a match is spoken of, or where one falls: no range does."""
    before = found.string[max(0, found.start() - LOOK_BACK) : found.start()]
    falls = any(int(one[1]) > int(one[2]) for one in PAIR.finditer(found[0]))
    return PAIR.sub(versus, found[0]) if falls or MATCH.search(before) else found[0]


def short_date(found: Match) -> str:
    """''24.3.15' -> '24년 3월 15일'."""
    month, day = int(found[2]), int(found[3])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return found[0]
    return f"{sino(found[1])}년 {month}월 {sino(found[3])}일"


RULES: list[Rule] = [
    BARE_FRACTION,
    (re.compile(rf"{START}1:(\d{{1,3}}),(\d{{3}})(?!\d)"), r"1:\1\2"),
    (re.compile(r"(?<![A-Za-z])[Vv]er\.\s?(?=\d)"), "버전 "),
    (re.compile(r"(?<![A-Za-z])[Vv]ol\.\s?(?=\d)"), "볼륨 "),
    (re.compile(PLATE), lambda m: f"{sino(m[1])}{m[2]} {digits(m[3])}"),
    (re.compile(LOT), lambda m: f"{sino(m[1])}의 {sino(m[2])}"),
    (re.compile(HOUSE), lambda m: f"{sino(m[1])}의 {sino(m[2])}"),
    (re.compile(FIGURE), lambda m: f"{m[1]}{sino(m[2])}의 {sino(m[3])}"),
    (re.compile(SHORT_DATE), short_date),
    (re.compile(DECADE), lambda m: f"{sino(m[1])}년대"),
    (re.compile(CODED), lambda m: m[1] + digits(m[2])),
    (re.compile(PAIRS), sets),
    (re.compile(IN_BRACKETS), sets),
    (re.compile(SCORE), lambda m: f"{m[1]}{sino(m[2])} 대 {sino(m[3])}"),
    (re.compile(rf"{START}1:(\d{{4,7}})(?!\d)"), lambda m: f"일 대 {sino(m[1])}"),
    (re.compile(NAMED_DAY), lambda m: digits(m[1]) + digits(m[2])),
    (re.compile(rf"{START}(0\d{{1,2}})\((\d{{3,4}})\)(\d{{4}})(?!\d)"),
     lambda m: " ".join(digits(part, zero="공") for part in m.groups())),
    (re.compile(rf"{START}(\d{{2,3}})/(\d{{2,3}})\s?(?=mmHg)"), r"\1에 \2"),
    (re.compile(rf"{START}(\d{{2,3}})/(\d{{2,3}})(?=\s?(?:[kMG]?Hz|V)(?![A-Za-z]))"), r"\1, \2"),
    (re.compile(rf"{START}([1-9]\d?)\s?(?:vs|VS|[vV])\s?([1-9]\d?)(?![A-Za-z\d.])"),
     lambda m: f"{sino(m[1])} 대 {sino(m[2])}"),
]  # fmt: skip
# Letters typed for words: ㅇㅇ is 응응, and no ㅡ.
TYPED = {
    "ㅇㅇ": "응응", "ㄴㄴ": "노노", "ㄱㄱ": "고고", "ㅇㅋ": "오케이", "ㄱㅅ": "감사",
    "ㅊㅋ": "축하",
    "ㅂㅂ": "바이바이", "ㅎㅇ": "하이", "ㅈㅅ": "죄송", "ㅂㅇ": "바이",
}  # fmt: skip

"""Numbers that name something in Korean: plates, houses, figures, sets of a match, codes."""

from __future__ import annotations

import re

from engines.reading import dense_dates, dense_lengths, dense_scripture
from engines.reading.dense import BARE_FRACTION, START, Rule, book_number, processor
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
    r"((?:인증|비밀|확인|예약|주문|송장|운송장|접수|고객|회원|계좌|카드|등록|관리|차량|수험|"
    r"학생|사원|승인)\s?번호"
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


def lasted(hours: str | None, minutes: str, seconds: str) -> str:
    """'2:05:30' behind 기록 -> '2시간 5분 30초'."""
    before = f"{hours}시간 " if hours else ""
    return before + (f"{minutes}분 " if minutes != "0" or not before else "") + f"{seconds}초"


def verse(chapter: str, first: str, last: str | None) -> str:
    return f" {sino(chapter)}장 {sino(first)}절" + (f"에서 {sino(last)}절" if last else "")


PARCEL = (
    r"((?:운송장|송장|등기|바코드|일련번호|시리얼|제품번호|모델번호|사번|학번|군번|문서번호)"
    r"(?:\s?번호)?[는은:]?\s?)"
    r"(\d{4,20})(?![\d-]|\.\d)"
)
HOTLINE = (
    rf"{START}(11[0-9]|12[0-9]|13[0-9]|182|1339|1330|1345|1366|1388)(?=[에로](?![가-힣])|에서|으로|"
    rf"\s?(?:신고|구급|구조|상황실|소방|안전신고|종합상황|상담|콜센터|전화|번으로))"
)
CALLED = r"((?:국번\s?없이|전화는?|신고는?|☎|문의:?)\s?)(\d{3,4})(?![\d-]|\.\d|\s?[원명개])"
SIZES = r"(?<=\d)(cm|mm|m)?\s?[x×X]\s?(?=(?:가로|세로|높이|폭|깊이|길이|너비|두께)\s?\d)"
ENDS = (
    r"(?<=[년월일시분세기])\s?[-~–—]\s?(?=(?:서기|기원전|기원후|현재|오늘|내일|다음|익일|이듬해)"
    r"\s?)"
)

RULES: list[Rule] = [
    book_number(lambda number: digits(number, zero="공"), " "),
    processor(digits),
    dense_scripture.verses("KR", verse),
    *dense_lengths.durations(
        "기록|완주|타임|소요 시간|소요시간|재생 시간|재생시간|러닝타임|상영시간|상영 시간|랩타임",
        "재생 시간|재생시간|영상 길이|곡 길이|랩타임|통화 시간|통화시간",
        lasted,
    ),
    dense_lengths.ratios("비율은?|비는|배합비는?|스코어[는가:]?|점수[는가:]?", " 대 "),
    *dense_dates.spans(
        lambda year, month, day: f"{sino(year)}년 {int(month)}월 {sino(day)}일",
        lambda month, day: f"{int(month)}월 {sino(day)}일",
        "에서 ",
    ),
    dense_dates.months(lambda year, month: f"{sino(year)}년 {month}월"),
    (re.compile(PARCEL), lambda m: m[1] + digits(m[2], zero="공")),
    (re.compile(HOTLINE), lambda m: digits(m[1])),
    (re.compile(CALLED), lambda m: m[1] + digits(m[2])),
    (re.compile(SIZES), lambda m: f"{m[1] or ''} 곱하기 "),
    (re.compile(ENDS), "에서 "),
    (re.compile(r"(?<=\d)m(?=\s?\d{1,2}(?:초|분))"), "미터 "),
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

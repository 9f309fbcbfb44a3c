"""Numbers with what belongs to them: dates, times, money, telephone numbers, counters.

Every pattern is anchored to the start of a run of digits and takes it possessively, so each
reads a text once, however long its numbers are.
"""

from __future__ import annotations

import re

from engines.reading import dense, dense_rules, roman
from engines.reading.dense import ISO_TIME, NUMBER, RANGE, START, THOUSANDS, Rule
from engines.reading.draft import Draft
from engines.reading.kr import named
from engines.reading.kr.numbers import LONGEST_NAMED, digits, native, sino
from engines.reading.kr.units import UNITS

_CURRENCIES = {
    "US$": "달러", "HK$": "홍콩 달러", "A$": "호주 달러", "C$": "캐나다 달러", "$": "달러",
    "€": "유로", "£": "파운드", "¥": "엔", "₩": "원", "₹": "루피", "₽": "루블", "฿": "바트",
    "USD": "달러", "EUR": "유로", "JPY": "엔", "GBP": "파운드", "KRW": "원",
    "CA$": "캐나다 달러", "CAD": "캐나다 달러", "AU$": "호주 달러", "AUD": "호주 달러",
    "NZ$": "뉴질랜드 달러", "NZD": "뉴질랜드 달러", "HKD": "홍콩 달러", "S$": "싱가포르 달러",
    "SGD": "싱가포르 달러", "NT$": "대만 달러", "TWD": "대만 달러", "CHF": "스위스 프랑",
    "CNY": "위안", "RMB": "위안", "THB": "바트", "RUB": "루블", "INR": "루피",
    "MXN": "멕시코 페소", "MX$": "멕시코 페소", "BRL": "헤알", "R$": "헤알",
    "SEK": "스웨덴 크로나", "NOK": "노르웨이 크로네", "DKK": "덴마크 크로네",
    "VND": "동", "₫": "동", "BTC": "비트코인",
}  # fmt: skip
_CODES = "|".join(code for code in _CURRENCIES if code.isascii() and code.isalpha())
_MARKS = dense_rules.Marks(
    degrees="도 ", minutes="분 ", seconds="초 ", inches="인치",
    compass={"N": "북위 ", "S": "남위 ", "E": "동경 ", "W": "서경 "},
)  # fmt: skip
_SIGNS = dense_rules.any_of(_CURRENCIES)
_ADDRESS = {
    ".": " 점 ", "@": " 골뱅이 ", "/": " 슬래시 ", "-": " 하이픈 ", "_": " 밑줄 ", ":": " 콜론 ",
    "?": " 물음표 ", "=": " 는 ", "&": " 앤드 ", "#": " 샵 ", "%": " 퍼센트 ", "+": " 플러스 ",
}  # fmt: skip
# 20대 is an age before people and stretches of life, machines after a machine.
_MACHINES = re.compile(
    r"(?:차|차량|버스|트럭|택시|컴퓨터|기계|대수|헬기|전투기|카메라|폰|로봇|드론|자전거|"
    r"오토바이|기기|장비|서버|노트북"
    r"|냉장고|에어컨|전차|열차|함정|탱크|티브이|TV|PC|피아노|비행기|항공기|총|모두|각각)\S{0,"
    r"2}\s?(?:약\s?|총\s?)?$"
)
# Counted with native numerals, below a hundred; the longest first.
_COUNTER_WORDS = (
    "군데 마리 모금 발짝 보루 움큼 켤레 시간 사람 가지 그루 그릇 송이 자루 방울 다발 접시 바퀴 "
    "되(?![가-힣]) 말(?![가-힣]) 돈(?![가-힣]) 돈(?=[이을의]) 근(?![가-힣]) 근(?=[의을]) "
    "정거장 정류장 공기(?!업|압|총|청) 포(?![가-힣]) 포기 포대 상자 박스 봉지 조각 숟가락 스푼 "
    "꼬투리 마디 차례 바구니 자리 개비 "
    "건(?!물|축|설|강) 곡(?!선) "
    "골(?!목|프|절) 팀(?!장|원) 칸 알(?!파|코) 판(?!매|결|단|사) 끼 캔(?!버|디) 컵(?!라) "
    "살 명 개 권 대 배 잔 병 장 벌 번 채 통 쌍 시 달 척 쪽 곳 줄 술 짝 첩 축 톨 닢 모 뭇"
)
_COUNTERS = _COUNTER_WORDS.split()
_COUNTED = "|".join(_COUNTERS)
# These words begin like a counter and count nothing native.
_NOT_COUNTERS = (
    "개월|개국|개년|대학|대의|대조|대륙|번지|번방|번길|시즌|장조|명령|통신|모델|권한|병원|배수|"
    "장관|달러|권역|시리즈|시간대"
    "|대강|대양|대주|대째|대손"
    "|대 (?:독자|불가사의|천왕|죄악|왕|황제|대통령|회장|사장|의혹|악|공약|산업|시장|리그"
    "|기획사|통신사|증권사|로펌|요소|도시|명절|원칙|강국|과제|전략|기업|은행|정당|그룹)"
    "|번 (?:버스|출구|국도|홈|채널|타자|문제|방|선수|게이트|창구|승강장|트랙|환자|좌석|국번|도로)"
)
_IRREGULAR_MONTHS = {"6": "유", "06": "유", "10": "시"}
_NATIVE_LIMIT = 100


def _read(number: str) -> str:
    whole, point, rest = number.partition(".")
    if point:
        return f"{sino(whole)} 점 {digits(rest)}"
    if len(whole) > LONGEST_NAMED or (len(whole) > 1 and whole[0] == "0"):
        return digits(whole)
    return sino(whole)


def _date(year: str, month: str, day: str) -> str:
    return f"{sino(year)}년 {_month(month)} {sino(day)}일"


def _month(month: str) -> str:
    return _IRREGULAR_MONTHS.get(month, sino(month)) + "월"


def _time(match: re.Match[str]) -> str:
    hour, minute, second = match.groups()
    if int(hour) > 24 or int(minute) > 59 or int(second or 0) > 59:
        return match[0]
    # The clock of 24 hours is read in Sino-Korean from 13 on.
    out = (native(hour) if 0 < int(hour) <= 12 else sino(hour)) + " 시"
    out += f" {sino(minute)} 분" if int(minute) else ""
    return out + (f" {sino(second)} 초" if second else "")


def _telephone(match: re.Match[str]) -> str:
    groups = re.findall(r"\d+", match[0])
    plus = "플러스 " if match[0][0] == "+" else ""
    return plus + " ".join(digits(part, zero="공") for part in groups)


def _spaced_date(match: re.Match[str]) -> str:
    """2024. 1. 5., as Korean forms write it."""
    year, month, day = match.groups()
    if not dense_rules.is_date(month, day or "1"):
        return match[0]
    return _date(year, month, day) if day else f"{sino(year)}년 {_month(month)}"


def _fraction(part: str, whole: str) -> str:
    return f"{sino(whole)}분의 {sino(part)}"


def _mixed(number: str, part: str, whole: str) -> str:
    said = sino(number)
    return f"{said}{'과' if _closed(said) else '와'} {_fraction(part, whole)} "


def _closed(said: str) -> bool:
    """Whether the last syllable ends in a consonant."""
    return bool(said) and "가" <= said[-1] <= "힣" and (ord(said[-1]) - ord("가")) % 28 > 0


def _versus(match: re.Match[str]) -> str:
    """'3대2', a score."""
    return f"{sino(match[1])} 대 {sino(match[2])}"


def _falling(match: re.Match[str]) -> str:
    """한국 3-1 일본; what rises is a range."""
    return _versus(match) if int(match[1]) >= int(match[2]) else match[0]


def _equals(match: re.Match[str]) -> str:
    return f"{match[1]}{'은' if _closed(match[1]) else '는'} "


def _power(match: re.Match[str]) -> str:
    exponent = match[1].lstrip("+")
    if exponent in ("2", "3"):
        return "의 제곱" if exponent == "2" else "의 세제곱"
    minus = "마이너스 " if exponent[0] == "-" else ""
    return f"의 {minus}{sino(exponent.lstrip('-'))}제곱"


def _ages(match: re.Match[str]) -> str:
    """20대 여성 are in their twenties, 자동차 20대 are cars."""
    before = match.string[max(0, match.start() - 12) : match.start()]
    number, ten = match[1] or "", match[2]
    if _MACHINES.search(before):
        return match[0]
    first = f"{sino(number)}에서 " if number else ""
    return f"{first}{sino(ten)}대"


def _hour(match: re.Match[str]) -> str:
    number = match[1]
    return (native(number) if 0 < int(number) <= 12 else sino(number)) + match[2]


def _money(match: re.Match[str]) -> str:
    """Money is counted in Sino-Korean: $5 is 오 달러."""
    name = _CURRENCIES[match[1]]
    if match[3] or "." in match[2]:
        return f"{match[2]}{match[3] or ''}{name}"
    return f"{_read(match[2])}{' ' if name != '원' else ''}{name}"


def _roman(match: re.Match[str]) -> str:
    number = roman.value(match[0])
    return match[0] if number is None else str(number)


def _hour_range(match: re.Match[str]) -> str:
    """3-5시 is 세시에서 다섯시."""
    first, last, hours = match.groups()
    said = (native(hour) if 0 < int(hour) <= 12 else sino(hour) for hour in (first, last))
    return f"{hours}에서 ".join(said) + hours


def _counted_range(match: re.Match[str]) -> str:
    """3-4개 is 세개에서 네개."""
    first, last, counter = match.groups()
    if not int(first) or not int(last):
        return match[0]
    return f"{native(first)}{counter}에서 {native(last)}{counter}"


def _counted(match: re.Match[str]) -> str:
    number = match[1]
    few = len(number) <= len(str(_NATIVE_LIMIT)) and 0 < int(number) < _NATIVE_LIMIT
    return (native(number) if few else _read(number)) + match[2]


# In this order: what is longer or more particular comes first.
_RULES: list[Rule] = [
    (dense.WEB, dense.spelled(_ADDRESS, digits)),
    dense.port(digits, " 점 ", " 콜론 "),
    *named.RULES,
    *dense_rules.primes(_MARKS),
    dense_rules.scientific(),
    (re.compile(r"((?:보잉|에어버스)\s?)(\d{3})-(\d{2,3})(?!\d)"),
     lambda m: f"{m[1]}{digits(m[2], zero='공')} {sino(m[3])}"),
    (re.compile(r"(보잉\s?)(7\d7)(?!\d)"), lambda m: f"{m[1]}{digits(m[2])}"),
    (re.compile(r"([A-Z]\d{3})-(\d{3})(?![\d-])"), lambda m: f"{m[1]} {sino(m[2])}"),
    (re.compile(rf"{START}50-50(?![\d-])"), "오십 대 오십"),
    (re.compile(r"(혈압[^\d]{0,4})(\d{2,3})/(\d{2,3})"), r"\1\2에 \3"),
    (re.compile(rf"{START}(\d{{1,3}})(?:대(?=\d)|\s대\s)(\d{{1,3}})(?!\d)"), _versus),
    (re.compile(rf"{START}(\d{{1,3}})대\s(\d{{1,3}})(?=로|으로|\s?(?:승|패|무승부|비율))"),
     _versus),
    (re.compile(r"(?<![A-Za-z])No\.\s?(?=\d)"), "넘버 "),
    (re.compile(r"\(주\)\s?(?=[가-힣A-Z])|(?<=[가-힣A-Za-z])\s?\(주\)"), " 주식회사 "),
    (re.compile(rf"(?<=[가-힣] )(?=[IVX]{{2}}){roman.SMALL}(?![A-Za-z\d])"), _roman),
    (re.compile(rf"(?<=제){roman.SMALL}(?![A-Za-z])"), _roman),
    (THOUSANDS, lambda m: m[0].replace(",", "")),
    (ISO_TIME, lambda m: " " if m[0] == "T" else ""),
    *dense_rules.dates(_date, r"(?![\d-])\.?"),
    (re.compile(rf"{START}(\d{{1,2}})/(\d{{1,2}})(?=\s?\([월화수목금토일])"), r"\1월 \2일"),
    (re.compile(rf"{START}(\d{{1,2}})[·・•.](\d{{1,2}})(?=\s?(?:운동|혁명|민주|광복|사태|테러|"
                rf"전쟁|선언|절|항쟁"
                r"|정변|대책|쿠데타|총선|대선|사건|참사))"), lambda m: digits(m[1]) + digits(m[2])),
    (re.compile(r"(?<=\d)!(?=\s?=)"), " 팩토리얼"),
    (re.compile(r"(?<=\d)%p(?![A-Za-z])"), " 퍼센트포인트"),
    (re.compile(rf"{START}(\d{{4}})\.\s(\d{{1,2}})\.(?:\s(\d{{1,2}})(?!\d)\.?)?"), _spaced_date),
    (dense.CLOCK_RANGE, "에서 "),
    (re.compile(rf"{START}(\d{{1,2}}):(\d{{2}})(?::(\d{{2}}))?(?![\d:])(?!로|으로)"), _time),
    (re.compile(rf"{START}(\d{{1,3}})\s?:\s?(\d{{1,3}})(?![\d:])"),
     lambda m: f"{sino(m[1])} 대 {sino(m[2])}"),
    (re.compile(dense.CODE), _telephone),
    (re.compile(rf"{START}0\d{{1,2}}[- ]\d{{3,4}}[- ]\d{{4}}(?![\d-])"), _telephone),
    (re.compile(rf"{START}(?:01\d{{8,9}}|1\d{{3}}-\d{{4}}|\d{{3}}-\d{{4}})(?![\d-])"),
     _telephone),
    *dense_rules.arithmetic(" 빼기 ", " 곱하기 ", " 나누기 "),
    dense_rules.scaled(_SIGNS),
    dense_rules.coded(_CODES),
    *dense_rules.sums(_SIGNS, "천백만억조", "원|달러|유로|파운드|엔", RANGE, "에서 "),
    (re.compile(rf"{START}(\d{{1,3}})[-–](\d{{1,3}})(?=로|으로|\s?(?:무승부|승리|승|패배|패|"
                rf"동점|완승|역전|대승))"),
     lambda m: f"{sino(m[1])} 대 {sino(m[2])}"),
    dense_rules.unit_range(UNITS, "에서 "),
    (re.compile(r"(?<=[가-힣] )(\d{1,3})[-–](\d{1,3})(?= [가-힣])"), _falling),
    (re.compile(rf"(?<=\d도){RANGE}(?=\d)"), "에서 "),
    (re.compile(rf"(?<=[년월일시분초원세%층호번점회쪽급개명살권장만억조천백]){RANGE}"
                r"(?=\d|오전|오후|다음|익일|새벽|저녁|밤|낮|자정|정오)"), "에서 "),
    (re.compile(rf"{START}\d{{6}}-\d{{7}}(?![\d-])"), _telephone),
    (re.compile(r"((?:비밀번호|인증번호|확인번호|회원번호|주문번호|코드)[는은가:]?\s?)(\d{3,12})"
                r"(?!\d)"),
     lambda m: m[1] + digits(m[2])),
    (re.compile(r"(?:(?<=\d, )|(?<=\d반 ))(\d{1,2})번"), lambda m: f"{sino(m[1])}번"),
    (re.compile(rf"(?<![\w)^])[-–](?=(?:{_SIGNS})?\d)"), "마이너스 "),
    (re.compile(rf"({_SIGNS})\s?({NUMBER})([천백]?[만억조]|천)?"), _money),
    (re.compile(rf"(\d\s?)({_CODES}|[$€£¥])(?![A-Za-z])"),
     lambda m: m[1].rstrip() + _CURRENCIES[m[2]]),
    dense_rules.mixed(_mixed, UNITS),
    dense_rules.fraction(_fraction, UNITS, after=""),
    (re.compile(rf"{START}(?:(\d0){RANGE})?([1-9]0)대(?!의|학|조|륙)"), _ages),
    (
        re.compile(rf"{START}(\d{{1,2}}){RANGE}(\d{{1,2}})(\s?(?!{_NOT_COUNTERS}|시(?!간)|대)"
                   rf"(?:{_COUNTED}))"),
        _counted_range,
    ),
    (re.compile(rf"{START}(\d{{1,2}}){RANGE}(\d{{1,2}})(\s?시)(?!간|즌|리|대)"), _hour_range),
    (re.compile(rf"(?<=\d){RANGE}(?=\d)"), "에서 "),
    *dense_rules.unit(UNITS),
    (re.compile(r"\^([+-]?\d{1,9})"), _power),
    (re.compile(r"(?<=제)\s?\d{1,4}(?!\d)"), lambda m: sino(m[0].strip())),
    (re.compile(rf"{START}(0?6|10)월"), lambda m: _month(m[1])),
    (re.compile(rf"{START}1번째"), "첫 번째"),
    (re.compile(rf"{START}(\d{{1,2}})(\s?시)(?!간|즌|리|대)"), _hour),
    (re.compile(rf"{START}(\d++)(\s?(?!{_NOT_COUNTERS})(?:{'|'.join(_COUNTERS)}))"), _counted),
    dense.version(sino, digits, " 점 "),
    (re.compile(NUMBER), lambda m: _read(m[0])),
    (re.compile(r"([가-힣])\s?=\s?"), _equals),
]  # fmt: skip


def spell_out(draft: Draft) -> None:
    """Write out all digits of a text, which is in Unicode's compatibility form (NFKC).

    >>> draft = Draft("사과 3개, 9.58초, 10:30, 6월")
    >>> spell_out(draft)
    >>> draft.text
    '사과 세개, 구 점 오팔초, 열 시 삼십 분, 유월'
    """
    dense.apply(_RULES, draft)

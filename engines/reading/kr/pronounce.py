"""A Korean word to the jamo it sounds like."""

from __future__ import annotations

import re
from collections.abc import Callable

from engines.reading.kr import latin, numbers
from engines.reading.kr.compounds import respelled
from engines.reading.kr.morphemes import COUNTER, mark
from engines.reading.kr.syllables import (
    ONSETS,
    SILENT,
    TENSE,
    add_silent_onsets,
    connect,
    decompose,
)
from engines.reading.kr.tensed import tensed
from engines.reading.kr.words import IRREGULAR

# Native numerals go before these. Upstream also takes any part of this line for one.
NATIVE_COUNTERS = (
    "군데 권 개 그루 닢 대 두 마리 모 모금 뭇 발 발짝 방 번 벌 보루 살 수 술 시 쌈 움큼 정 짝 채 "
    "척 첩 축 켤레 톨 통"
)
_LATIN = re.compile(r"[A-Za-z']+")
_COUNTED = re.compile(rf"(?<!\d)(\d++)([ㄱ-힣]++){COUNTER}")
_DIGIT = re.compile(r"\d")
_MARKS = re.compile("/[PEB]")

# Endings that are tense after ㄹ.
_AFTER_RIEUL = [
    ("걸", "껄"), ("밖에", "빠께"), ("세라", "쎄라"), ("수록", "쑤록"), ("지라도", "찌라도"),
    ("지언정", "찌언정"), ("진대", "찐대"),
]  # fmt: skip


def pronounce(word: str, upstream_quirks: bool = False) -> str:
    """How a word without spaces sounds, in jamo; what is not Korean stays.

    >>> pronounce("읽고") == decompose("일꼬")
    True
    """
    for written, spoken in IRREGULAR:
        if written in word and (upstream_quirks or not _LATIN.match(written)):  # no ml in html
            word = word.replace(written, spoken)
    if not upstream_quirks:
        word = respelled(word)
    word = _LATIN.sub(lambda match: latin.hangul(match[0]) or match[0], word)
    word = _spell_numbers(mark(word), upstream_quirks)
    if not upstream_quirks:
        word = tensed(word)
    jamo = decompose(word)
    for pattern, replacement in _RULES[upstream_quirks]:
        jamo = pattern.sub(replacement, jamo)
    return add_silent_onsets(connect(_MARKS.sub("", jamo), slips=upstream_quirks))


def _spell_numbers(marked: str, upstream_quirks: bool) -> str:
    """3개/B -> 세개/B, 3분/B -> 삼분/B, and what counts nothing digit by digit."""

    def counted(match: re.Match[str]) -> str:
        number, counter = match.groups()
        counters = NATIVE_COUNTERS if upstream_quirks else NATIVE_COUNTERS.split()
        read = numbers.native if counter in counters else numbers.sino
        return read(number, upstream_quirks) + counter + COUNTER

    marked = _COUNTED.sub(counted, marked)
    return _DIGIT.sub(lambda match: numbers.DIGITS[int(match[0])], marked)


def _tense(match: re.Match[str]) -> str:
    stays = {"ᆬ": "ᆫ", "ᆱ": "ᆷ"}.get(match[1], match[1])
    return stays + TENSE[match[2]]


Rule = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]


def _rules(upstream_quirks: bool) -> list[Rule]:
    """Rules that look at more than where two syllables meet, in this order.

    Upstream takes every ㅡ for the name of a letter (끝이 -> 끄시), and a mark for a consonant
    (밟아 -> 바바).
    """
    name = "ᅳ" if upstream_quirks else "(?<=[ᄀᄋ])ᅳ"
    rules: list[tuple[str, str | Callable[[re.Match[str]], str]]] = [
        ("([ᄌᄍᄎ])ᅧ", r"\1ᅥ"),  # 가져 -> 가저
        (f"([{ONSETS.replace(SILENT, '')}])ᅴ", r"\1ᅵ"),  # 희망 -> 히망
        (f"{name}ᆮᄋ", "ᅳᄉ"),  # 디귿이 -> 디그시
        (f"{name}[ᆽᆾᇀᇂ]ᄋ", "ᅳᄉ"),  # 지읒이 -> 지으시
        (f"{name}ᆿᄋ", "ᅳᄀ"),
        (f"{name}ᇁᄋ", "ᅳᄇ"),
        ("ᆰ/P[ᄀᄁ]", "ᆯᄁ"),  # 읽고 -> 일꼬
        ("([ᆫᆬᆱᆲᆴᆷ])/P([ᄀᄃᄉᄌ])", _tense),  # 신고 -> 신꼬, 앉지 -> 안찌
        ("밟(?=$|[^ᄋᄒ])" if upstream_quirks else "밟(?!(?:/P)?[ᄋᄒ])", "밥"),  # 밟다
        ("넓(?=[ᄌᄍᄃᄄ]ᅮ)", "넙"),  # 넓둥글다
        *([] if upstream_quirks else [(_MARKS.pattern, "")]),
        ("ᆮᄋ(?=[ᅵᅧ])", "ᄌ"),  # 굳이 -> 구지
        ("ᇀᄋ(?=[ᅵᅧ])", "ᄎ"),  # 같이 -> 가치
        ("ᆴᄋ(?=[ᅵᅧ])", "ᆯᄎ"),
        ("ᆮᄒ(?=ᅵ)", "ᄎ"),  # 굳히다 -> 구치다
        *((f"ᆯ{plain}", f"ᆯ{tense}") for plain, tense in _AFTER_RIEUL),
    ]
    return [
        (re.compile(decompose(pattern)), decompose(new) if isinstance(new, str) else new)
        for pattern, new in rules
    ]


_RULES = {quirks: _rules(quirks) for quirks in (False, True)}

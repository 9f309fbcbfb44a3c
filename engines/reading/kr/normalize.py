"""Korean text to words and punctuation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from string import ascii_uppercase

from engines.reading import formulas
from engines.reading.base import Warn
from engines.reading.dense import CAMEL_CASE, compatible
from engines.reading.draft import Draft
from engines.reading.kaomoji import without_faces
from engines.reading.kr import hanja, latin, typed
from engines.reading.kr.amounts import spell_out
from engines.reading.readable.characters import is_silent, respelled

# Names of the letters, and the only words upstream knows beside the CMU dictionary.
_LETTER_NAMES = (
    "에이 비 씨 디 이 에프 지 에이치 아이 제이 케이 엘 엠 엔 오 피 큐 알 에스 티 유 브이 더블유 "
    "엑스 와이 제트"
)
_LETTERS = dict(zip(ascii_uppercase, _LETTER_NAMES.split(), strict=True))
_WORDS = {word: "".join(_LETTERS[letter] for letter in word) for word in
          ("IT", "IQ", "PC", "CCTV", "SNS", "AI", "CEO")} | _LETTERS | {
    "KOREA": "코리아", "IDOL": "아이돌", "UP": "업", "DOWN": "다운",
}  # fmt: skip
# Short capitals that are words, but not to upstream.
_SHOUTED = {"POP": "팝", "TOP": "톱", "NEW": "뉴", "HOT": "핫", "BIG": "빅", "ON": "온",
            "OFF": "오프", "OUT": "아웃", "BOX": "박스", "ICE": "아이스", "ONE": "원",
            "THE": "더"}  # fmt: skip
_DATES = {"6·25": "유기오", "3·1절": "사밀쩔"}  # whose names no rule reads
_NAMED_DATE = re.compile("|".join(map(re.escape, _DATES)))
_OFFERS = re.compile(r"([12])\+1")  # buy one, get one free

# Chinese characters; upstream's ranges of compatibility ideographs came out as these.
_HANJA = re.compile(
    "[\u2e80-\u2e99\u2e9b-\u2ef3\u2f00-\u2fd5\u3005\u3007\u3021-\u3029\u3038-\u303b"
    "\u3400-\u4db5\u4e00-\u9fc3]"
)
_LATIN = re.compile("[A-Za-z]+")
_ACRONYM = re.compile("(?<![A-Za-z])(?:[A-Z]{1,3}|[a-z])(?![A-Za-z])")

_MARKS = str.maketrans(
    {
        **dict.fromkeys(";、，·・|", ","), **dict.fromkeys("。．", "."),
        **dict.fromkeys("—–―─", "-"),
        **dict.fromkeys("“”„«»《》「」『』〈〉【】", '"'), **dict.fromkeys("‘’`´", "'"),
        **dict.fromkeys("{〔", "("), **dict.fromkeys("}〕", ")"), "_": " ", "~": "-",
        "！": "!", "？": "?", "\u200b": "", "\ufeff": "",
    }
)  # fmt: skip
_SIGNS = str.maketrans(
    {**formulas.KR, "⁻": " 마이너스 ",
     "+": " 플러스 ", "=": " 는 ", "&": " 앤드 ", "@": " 골뱅이 ", "#": " 샵 ", "×": " 곱하기 ",
     "÷": " 나누기 ", "<": " 작다 ", ">": " 크다 ", "°": "도", "₩": "원", "$": "달러",
     "±": " 플러스 마이너스 ", "≥": " 크거나 같다 ", "≤": " 작거나 같다 ", "≠": " 같지 않다 ",
     "≈": " 약 ", "∞": "무한대", "♭": " 플랫", "♯": " 샵", "√": "루트 ", "№": "넘버 ",
     "€": "유로", "£": "파운드", "¥": "엔", "%": "퍼센트"}
)  # fmt: skip
_UNREADABLE = re.compile("[^가-힣a-z0-9\\s\"()*/:\\[\\]\\\\^!?…,.'-]+")
LONGEST_WORD = 40  # letters; nobody can read longer ones
_SPACES = re.compile(r"\s+")

# Letters typed alone: ㅋㅋㅋ is laughter and ㄱ a letter's name.
_LONE_JAMO = re.compile("[ㄱ-ㅎㅏ-ㅣ]+")
_CONSONANTS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_NAMES = (
    "기역 쌍기역 니은 디귿 쌍디귿 리을 미음 비읍 쌍비읍 시옷 쌍시옷 이응 지읒 쌍지읒 치읓 키읔 "
    "티읕 피읖 히읗"
)
_CONSONANT_NAMES = dict(zip(_CONSONANTS, _NAMES.split(), strict=True))
# ㉠ and ㈀, as they are called.
_CIRCLED = {
    first + index: f" {_CONSONANT_NAMES[letter]}"
    for first in (0x3200, 0x3260)
    for index, letter in enumerate("ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ")
}
_FIRST_SYLLABLE, _VOWEL_COUNT, _CODA_COUNT = 0xAC00, 21, 28
_EU = 18  # ㅡ, the vowel of 크크크


def normalize_as_upstream(text: str) -> str:
    """What MeloTTS makes of a text."""
    text = _HANJA.sub("", text.strip())
    text = _OFFERS.sub(_offer, text)
    return _LATIN.sub(lambda match: _WORDS.get(match[0], match[0]), text).lower()


def _offer(match: re.Match[str]) -> str:
    return ("원" if match[1] == "1" else "투") + "플러스원"


def normalize(text: str, warn: Warn, guess: Callable[[str], str]) -> str:
    """Like upstream's, but amounts are spoken and nothing is lost in silence.

    `guess` writes Latin words out of every dictionary in Hangul.
    """
    draft = Draft(text)
    read(draft, warn)
    text = draft.text.replace("...", "…").translate(_MARKS)
    text = "".join(_transcribe(char, warn) for char in text)
    text = _LATIN.sub(lambda match: _latin_word(match[0], guess), text).lower()
    text = _UNREADABLE.sub(lambda match: _left_out(match[0], warn), text)
    return _SPACES.sub(" ", text).strip()


def read(draft: Draft, warn: Warn) -> None:
    """Amounts and signs in Hangul; everything else as it is written."""
    without_faces(draft)
    draft.translate(_CIRCLED)
    draft.sub(_LONE_JAMO, lambda match: _spell_jamo(match[0]))
    compatible(draft)
    hanja.spell(draft)
    draft.sub(_NAMED_DATE, lambda match: _DATES[match[0]])
    draft.sub(_OFFERS, _offer)
    spell_out(draft)
    draft.sub(CAMEL_CASE, r"\1 \2")
    draft.translate(_SIGNS)


def latin_words(text: str, say: Callable[[str], str]) -> str:
    """Latin words in Hangul; `say` writes those out of every dictionary."""
    return _LATIN.sub(lambda match: _in_hangul(match[0], say), text)


def _in_hangul(word: str, say: Callable[[str], str]) -> str:
    said = _latin_word(word, say)
    return (latin.hangul(said) or said) if said.isascii() else said


def acronyms(text: str) -> str:
    """Short capitals by the names of their letters."""
    return _ACRONYM.sub(lambda match: _spelled(match[0]), text)


def _spelled(word: str) -> str:
    return "".join(_LETTERS[letter] for letter in word.upper())


def _spell_jamo(run: str) -> str:
    if known := typed.word(run):
        return known
    if len(run) == 1 and run in _CONSONANT_NAMES:
        return _CONSONANT_NAMES[run]
    return "".join(map(_with_vowel, run))


def _with_vowel(letter: str) -> str:
    """ㅋ -> 크, ㅠ -> 유; clusters such as ㄳ by their first consonant."""
    if letter >= "ㅏ":
        onset, vowel = _CONSONANTS.index("ㅇ"), ord(letter) - ord("ㅏ")
    else:
        cluster = {"ㄳ": "ㄱ", "ㄵ": "ㄴ", "ㄶ": "ㄴ", "ㅄ": "ㅂ"}
        onset, vowel = (
            _CONSONANTS.index(cluster.get(letter, letter))
            if (letter in cluster or letter in _CONSONANTS)
            else _CONSONANTS.index("ㄹ"),
            _EU,
        )
    return chr(_FIRST_SYLLABLE + (onset * _VOWEL_COUNT + vowel) * _CODA_COUNT)


def _latin_word(word: str, guess: Callable[[str], str]) -> str:
    if word in _WORDS or word in _SHOUTED:
        return _WORDS.get(word) or _SHOUTED[word]
    spelled = len(word) < 4 and word.isupper()
    if not spelled and latin.is_known(word):
        return word  # written in Hangul with its sounds, so that BERT sees what it was trained on
    vowels = any(letter in "aeiouyAEIOUY" for letter in word)
    if not spelled and vowels and 2 < len(word) <= LONGEST_WORD:
        return guess(word)
    return _spelled(word)


def _transcribe(char: str, warn: Warn) -> str:
    if char.isascii() or "가" <= char <= "힣" or not char.isalpha():
        return char
    said = _latin_letters(char)
    warn(f"{char!r} is spoken as {said!r}" if said else f"{char!r} is left out")
    return said


def _latin_letters(char: str) -> str:
    if _HANJA.match(char):
        return ""
    letters = respelled(char, unicodedata.category(char))
    return "".join(letter for letter in letters if letter.isascii() and letter.isalpha())


def _left_out(run: str, warn: Warn) -> str:
    heard = "".join(char for char in run if not is_silent(char))
    if heard:
        warn(f"{heard!r} is left out")
    return ""

"""Tones that change with their neighbours within a word.

The rules, and the order they are applied in, are those MeloTTS's checkpoints were trained with.
Where they disagree with grammar the checkpoint's habit wins, so they are the same in every mode.
"""

from __future__ import annotations

from engines.reading.zh.neutral import (
    FINAL_PARTICLES,
    FULL_TONE_WORDS,
    NEUTRAL_WORDS,
    STRUCTURAL_PARTICLES,
)
from engines.reading.zh.readings import Word, readings, subwords

NEUTRAL = 5
_PUNCTUATION = frozenset("：，；。？！“”‘’':,;.?!")
_COUNTED = frozenset("几有两半多各整每做是")  # before the measure word 个, besides numbers
_DIRECTIONS = frozenset("上下进出回过起开")


def spoken_tones(word: Word) -> list[int]:
    """The tone of each character of a word, as spoken."""
    tones = [reading.tone for reading in readings(word.text)]
    _bu(word.text, tones)
    _yi(word.text, tones)
    _neutral(word, tones)
    _third(word.text, tones)
    return tones


def _set(tones: list[int], index: int, tone: int) -> None:
    if tones[index]:  # punctuation has none
        tones[index] = tone


def _bu(text: str, tones: list[int]) -> None:
    """看不懂 bu5; 不怕 bu2."""
    if len(text) == 3 and text[1] == "不":
        _set(tones, 1, NEUTRAL)
        return
    for index, char in enumerate(text[:-1]):
        if char == "不" and tones[index + 1] == 4:
            tones[index] = 2


def _yi(text: str, tones: list[int]) -> None:
    """二一零 yi1; 看一看 yi5; 第一 yi1; 一段 yi2; 一天 yi4."""
    if "一" not in text or all(char == "一" or char.isnumeric() for char in text):
        return
    if len(text) == 3 and text[1] == "一" and text[0] == text[2]:
        _set(tones, 1, NEUTRAL)
    elif text.startswith("第一"):
        _set(tones, 1, 1)
    else:
        for index, char in enumerate(text[:-1]):
            if char != "一":
                continue
            if tones[index + 1] == 4:
                tones[index] = 2
            elif text[index + 1] not in _PUNCTUATION:
                tones[index] = 4


def _neutral(word: Word, tones: list[int]) -> None:
    text, tag = word
    if tag[:1] in ("n", "v", "a") and text not in FULL_TONE_WORDS:
        for index in range(1, len(text)):
            if text[index] == text[index - 1]:  # 奶奶, 试试
                _set(tones, index, NEUTRAL)
    place = text.find("个")
    if _loses_last_tone(text, tag):
        _set(tones, -1, NEUTRAL)
    elif text == "个" or (
        place > 0 and (text[place - 1].isnumeric() or text[place - 1] in _COUNTED)
    ):
        _set(tones, place, NEUTRAL)
    elif text[-2:] in NEUTRAL_WORDS:
        _set(tones, -1, NEUTRAL)
    end = 0
    for part, length in _halves(text):
        end += length
        if part[-2:] in NEUTRAL_WORDS:
            _set(tones, end - 1, NEUTRAL)


def _loses_last_tone(text: str, tag: str) -> bool:
    last = text[-1]
    if last in FINAL_PARTICLES or last in STRUCTURAL_PARTICLES:
        return True
    if len(text) == 1:
        return False
    if last in "们子" and tag in ("r", "n") and text not in FULL_TONE_WORDS:
        return True
    if last in "上下里" and tag in ("s", "l", "f"):  # 桌上, 家里
        return True
    return last in "来去" and text[-2] in _DIRECTIONS  # 上来, 下去


def _halves(text: str) -> list[tuple[str, int]]:
    """A word's shortest subword and the rest, with the lengths they stand for.

    A subword from the middle stands for as many characters at the end.
    """
    shortest = subwords(text)[0]
    size = len(shortest)
    if text.startswith(shortest):
        return [(shortest, size), (text[size:], len(text) - size)]
    return [(text[:-size], len(text) - size), (shortest, size)]


def _third(text: str, tones: list[int]) -> None:
    """你好 2-3; 蒙古包 2-2-3; 纸老虎 3-2-3; idioms of four two by two."""
    if len(text) == 2:
        _third_pair(tones, 0)
    elif len(text) == 4:
        _third_pair(tones, 0)
        _third_pair(tones, 2)
    elif len(text) == 3:
        first = _halves(text)[0][1]
        if tones == [3, 3, 3]:
            if first == 2:
                tones[0] = 2
            if first < 3:
                tones[1] = 2
        elif first < 3:
            _third_split(tones, first)


def _third_split(tones: list[int], first: int) -> None:
    """所有/人 2-3-x; 很/美好 x-2-3; 好/喜欢 2-3-x."""
    if first == 2:
        _third_pair(tones, 0)
    elif tones[1:] == [3, 3]:
        tones[1] = 2
    else:
        _third_pair(tones, 0)


def _third_pair(tones: list[int], index: int) -> None:
    if tones[index : index + 2] == [3, 3]:
        tones[index] = 2

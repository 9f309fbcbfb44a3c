"""Joins words that jieba keeps apart and whose tones depend on each other.

不 and 一 lean on the word after them, a repeated word and 儿 on the one before, and third tones
change in a row only within a word.
"""

from __future__ import annotations

from engines.reading.zh.readings import Word, readings

# Third tones change over at most so many syllables.
LONGEST_THIRD_TONE_WORD = 3


def merge(words: list[Word]) -> list[Word]:
    """All joins, in the order the checkpoints were trained with."""
    words = _join_bu(words)
    words = _join_yi(words)
    words = _join_repeated(words)
    words = _join_third_tones(words, touching_only=False)
    words = _join_third_tones(words, touching_only=True)
    return _join_er(words)


def _join_bu(words: list[Word]) -> list[Word]:
    """不 + 怕 -> 不怕."""
    out: list[Word] = []
    last = ""
    for text, tag in words:
        if last == "不":
            text = last + text
        if text != "不":
            out.append(Word(text, tag))
        last = text
    if last == "不":
        out.append(Word(last, "d"))
    return out


def _join_yi(words: list[Word]) -> list[Word]:
    """听 + 一 + 听 -> 听一听, then 一 + 天 -> 一天.

    With two 听一听 in one piece nothing is joined: it failed there in training, too.
    """
    verbs = [index for index in range(len(words) - 2) if _is_verb_yi_verb(words, index)]
    if len(verbs) > 1:
        return words
    for index in verbs:
        verb = words[index]
        rest = index + 3 if words[index + 2].tag == "v" else index + 2
        words = [*words[:index], Word(f"{verb.text}一{verb.text}", verb.tag), *words[rest:]]
    out: list[Word] = []
    for word in words:
        if out and out[-1].text == "一":
            out[-1] = Word("一" + word.text, out[-1].tag)
        else:
            out.append(word)
    return out


def _is_verb_yi_verb(words: list[Word], index: int) -> bool:
    verb, yi, again = words[index : index + 3]
    return verb.tag == "v" and yi.text == "一" and verb.text == again.text


def _join_repeated(words: list[Word]) -> list[Word]:
    """奶 + 奶 -> 奶奶."""
    out: list[Word] = []
    for word in words:
        if out and out[-1].text == word.text:
            out[-1] = Word(word.text * 2, out[-1].tag)
        else:
            out.append(word)
    return out


def _join_third_tones(words: list[Word], touching_only: bool) -> list[Word]:
    """Two words in the third tone: wholly, or with `touching_only` where they meet."""
    tones = [[reading.tone for reading in readings(word.text)] for word in words]
    out: list[Word] = []
    joined = False
    for index, word in enumerate(words):
        before = words[index - 1]
        if index and not joined:
            left, right = tones[index - 1], tones[index]
            if touching_only:
                left, right = left[-1:], right[:1]
            joined = (
                set(left + right) == {3}
                and not _is_repeated(before.text)
                and len(before.text) + len(word.text) <= LONGEST_THIRD_TONE_WORD
            )
            if joined:
                out[-1] = Word(out[-1].text + word.text, out[-1].tag)
                continue
        joined = False
        out.append(word)
    return out


def _is_repeated(word: str) -> bool:
    return len(word) == 2 and word[0] == word[1]


def _join_er(words: list[Word]) -> list[Word]:
    """花 + 儿 -> 花儿."""
    out: list[tuple[list[str], str]] = []
    for index, (text, tag) in enumerate(words):
        if index and text == "儿":
            out[-1][0].append(text)
        else:
            out.append(([text], tag))
    return [Word("".join(parts), tag) for parts, tag in out]

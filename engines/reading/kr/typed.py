"""Letters typed for words in Korean chats: ㅇㅋ is 오케이, ㅋㅋㅋ laughter."""

from __future__ import annotations

import re
from functools import lru_cache

WORDS = {
    "ㅇㅇ": "응응", "ㄴㄴ": "노노", "ㄱㄱ": "고고", "ㅇㅋ": "오케이", "ㄱㅅ": "감사", "ㄳ": "감사",
    "ㅊㅋ": "축하", "ㅂㅂ": "바이바이", "ㅎㅇ": "하이", "ㅈㅅ": "죄송", "ㅂㅇ": "바이",
    "ㄹㅇ": "리얼",
    "ㅇㅈ": "인정", "ㄷㄷ": "덜덜", "ㄷㄷㄷ": "덜덜덜", "ㅁㄹ": "몰라", "ㄱㅊ": "괜찮",
    "ㅅㄱ": "수고",
    "ㅇㄷ": "어디", "ㅇㄴ": "아니", "ㄹㄷ": "레디", "ㅎㄷㄷ": "후덜덜", "ㄱㄷ": "기다려",
    "ㅇㅎ": "아하",
    "ㄴㄱ": "누구", "ㅃㅃ": "빠빠", "ㅃㅇ": "빠이", "ㅂㄹ": "별로", "ㅅㄹ": "싫어",
    "ㅇㅇㅈ": "어인정",
    "ㄱㄴ": "가능", "ㅂㄱㅂㄱ": "부글부글", "ㅈㄱㄴ": "제곧내", "ㅋㄷㅋㄷ": "키득키득",
    "ㅎㄷ": "후덜",
    "ㅇㅁ": "엄마", "ㄷㅊ": "닥쳐",
}  # fmt: skip
_TWICE = re.compile(r"(..)\1+")


@lru_cache(1024)
def word(run: str) -> str | None:
    """What a run of letters stands for, also said twice: ㅊㅋㅊㅋ. None for what is no word."""
    if run in WORDS:
        return WORDS[run]
    if _TWICE.fullmatch(run) and run[:2] in WORDS and run[0] != run[1]:
        return WORDS[run[:2]] * (len(run) // 2)
    return None

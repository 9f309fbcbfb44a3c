"""Latin words that Japanese has in katakana of its own, other than their English sounds make."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

from engines.reading.jp.readings import MecabReader, is_katakana, reader

CACHED_WORDS = 1 << 14
LONGEST_SYLLABLE = 4  # letters that no capital parts
# Names that UniDic does not list.
_NAMES = """
    youtube ユーチューブ iphone アイフォーン ipad アイパッド xbox エックスボックス
    instagram インスタグラム facebook フェイスブック netflix ネットフリックス
    android アンドロイド switch スイッチ nintendo ニンテンドー covid コビッド wi ワイ fi ファイ
    wifi ワイファイ readme リードミー chatgpt チャットジーピーティー openai オープンエーアイ
    microsoft マイクロソフト chrome クローム gmail ジーメール bluetooth ブルートゥース
    github ギットハブ python パイソン java ジャバ javascript ジャバスクリプト windows ウィンドウズ
    tiktok ティックトック spotify スポティファイ paypay ペイペイ suica スイカ disney ディズニー
    starbucks スターバックス toyota トヨタ sony ソニー honda ホンダ report レポート
    youtuber ユーチューバー playstation プレイステーション linux リナックス tesla テスラ
    not ノット jis ジス
"""
NAMES = dict(zip(_NAMES.split()[::2], _NAMES.split()[1::2], strict=True))
# Before 'YouTube' is parted at its capital.
_PARTED = "|".join(name for name in NAMES if len(name) > LONGEST_SYLLABLE)
NAMED = re.compile(
    rf"(?<![A-Za-z])(?:{_PARTED})(?![A-Za-z])",
    re.IGNORECASE,
)
WIDE = {code: code + 0xFEE0 for code in [*range(0x41, 0x5B), *range(0x61, 0x7B)]}
SHORTEST = 3  # letters: 'ad' and 'cm' are spelled or English


@lru_cache(CACHED_WORDS)
def loanword(word: str) -> str | None:
    """The katakana of a name or a loanword, None where none is known.

    >>> loanword("YouTube")
    'ユーチューブ'
    """
    name = NAMES.get(word.lower())
    if name or len(word) < SHORTEST:
        return name
    if any(find_spec(package) is None for package in ("fugashi", "unidic_lite")):
        return None
    said = reader(as_upstream=False)
    return in_unidic(said, word) if isinstance(said, MecabReader) else None


def in_unidic(said: MecabReader, word: str) -> str | None:
    """UniDic writes such words in wide letters; what it spells as a sign is no word."""
    # 'WHO' is no 'who'.
    forms = (word,) if word.isupper() else dict.fromkeys((word, word.capitalize(), word.lower()))
    for form in forms:
        words: list[Any] = said.nodes(form.translate(WIDE))
        if len(words) == 1 and words[0].feature.goshu in ("外", "固"):
            kana = words[0].feature.kana
            if kana and all(map(is_katakana, kana)):
                return str(kana)
    return None

"""Hanja in a Korean text, by their Korean sounds: 美 대통령 is 미 대통령.

Behind a word in Hangul, brackets hold the same word in Hanja, which is not said twice.
"""

from __future__ import annotations

import re
from functools import lru_cache

from engines.reading.draft import Draft
from engines.reading.kr.morphemes import nouns

_TOLD = """
    故고 美미 北북 南남 中중 日일 英영 獨독 佛불 露러 韓한 臺대 男남 女여 新신 前전 現현 舊구
    與여 野야 靑청 檢검
    軍군 家가 株주 硏연 發발 等등 對대 比비 號호 反반 親친 駐주 大대 小소 高고 低저 最최 無무
    有유 非비 李이 朴박
    崔최 鄭정 姜강 趙조 尹윤 張장 林임 韓한 申신 徐서 權권 黃황 安안 宋송 柳유 洪홍 全전 洞동
    市시 道도 郡군 區구 面면
    年년 月월 日일 時시 分분 人인 名명 個개 元원 億억 萬만 千천 百백 兆조 一일 二이 三삼 四사
    五오 六육 七칠 八팔 九구 十십
    上상 下하 左좌 右우 東동 西서 外외 內내 國국 民민 黨당 社사 長장 生생 死사 父부 母모 子자
    妻처 兄형 弟제 夫부 婦부
    樂락 來래 歷력 老노 論논 勞노 林림 立립 力력 車차 史사 學학 校교 文문 書서 字자 語어 山산
    川천 海해 江강 水수 火화
    木목 土토 金금 石석 花화 草초 春춘 夏하 秋추 冬동 愛애 情정 心심 身신 手수 足족 目목 耳이
    口구 正정 誤오 善선 惡악
    眞진 假가 甲갑 乙을 丙병 丁정 戊무 己기 庚경 辛신 壬임 癸계 多다 少소 强강 弱약 重중 輕경
    吉길 凶흉 福복 德덕
    忠충 孝효 仁인 義의 禮례 智지 信신 天천 地지 佛불 神신 王왕 帝제 妃비 將장 兵병 戰전 勝승
    敗패 無무 我아 汝여
"""
_SOUNDS = {entry[0]: entry[1] for entry in _TOLD.split()}
# Of a word that begins with ㄹ or ㄴ the first sound is another: 力士 is 역사.
_FIRST = {"락": "낙", "래": "내", "력": "역", "림": "임", "립": "입",
          "례": "예", "년": "연", "녀": "여", "로": "노"}  # fmt: skip
_HANJA = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
# MeCab takes more than their length for long runs.
_RUN = re.compile(f"[{_HANJA}]{{1,24}}")
_REPEATED = re.compile(rf"(?<=[가-힣\d]) ?\([{_HANJA}·, ]+\)")
_KIM = re.compile(
    rf"(?<![{_HANJA}가-힣\d])金(?=\s?(?:씨|모 |군 |양 |대통령|위원장|총리|의원|장관|회장|감독|"
    rf"선수|대표|총장|지사|시장|교수))"
)
# 3男 2女
_CHILDREN = re.compile(r"(?<=\d)女")


def spell(draft: Draft) -> None:
    """Hanja in Hangul, where they stand for a word and do not repeat one."""
    if draft.text.isascii() or not _RUN.search(draft.text):
        return
    draft.sub(_REPEATED, "")
    draft.sub(_CHILDREN, "녀")
    draft.sub(_KIM, "김")
    draft.sub(_RUN, lambda found: _said(found[0], found.string[found.start() - 1 : found.start()]))


def _said(run: str, before: str) -> str:
    """As the dictionary has it, else one by one; what has no known sound stays."""
    said = _sounds(run)
    attached = before.isalnum()
    if not attached and len(said) > 1 and said[0] in _FIRST:
        said = _FIRST[said[0]] + said[1:]
    return said


@lru_cache(4096)
def _sounds(run: str) -> str:
    if len(run) == 1:
        return _SOUNDS.get(run, run)
    return "".join(
        _SOUNDS.get(surface) or known or "".join(_SOUNDS.get(char, char) for char in surface)
        for surface, known in nouns(run)
    )

"""Hanzi with several readings, and Korean words whose letters do not tell how they sound."""

from __future__ import annotations

import pytest

from engines.reading.zh.spoken import read
from tests.engines.reading.support import front

# A text, a word of it, and how that is read: neutral tones are 5.
READ = """
    他还没还钱 还钱 huan2 qian2
    他还给我带了礼物 还给 hai2 gei3
    还有时间 还有 hai2 iou3
    这条路很长 很长 hen2 chang2
    最长的河 最长 zuei4 chang2
    全长三公里 全长 qvan2 chang2
    时间太长了 太长 tai4 chang2
    孩子长高了 长高 zhang3 gao1
    他长得很高 长得 zhang3 de5
    校长来了 校长 xiao4 zhang3
    增长百分之五 增长 zeng1 zhang3
    我得去上班 得去 dei3 qv4
    说得好 说得 shuo1 de5
    认真地学习 真地 zhen1 de5
    高高兴兴地回家 兴地 xing5 de5
    第三行 三行 san1 hang2
    两行热泪 两行 liang3 hang2
    第五行动小组 行动 xing2 dong4
    切成小块 切成 qie1 cheng2
    一切顺利 一切 i2 qie4
    削铅笔 削铅 xiao1 qian1
    削减开支 削减 xve1 jian3
    数数看 数数 shu3 shu3
    数据库 数据 shu4 jv4
    大夫来了 大夫 dai4 fu5
    士大夫的 大夫 da4 fu5
    任小姐 任小 ren2 xiao2
    责任主任 主任 zhu3 ren4
    曾国藩曾经说过 曾国 zeng1 guo2
    解老师 解老 xie4 lao3
    理解老师 解老 jie3 lao3
    重写作业 重写 chong2 xie3
    体重增加 体重 ti3 zhong4
    晒干了衣服 晒干 shai4 gan1
    炸鸡 炸鸡 zha2 ji1
    轰炸 轰炸 hong1 zha4
    系鞋带 系鞋 ji4 xie2
    关系好 关系 guan1 xi5
    背着书包上学 背着 bei1 zhe5
"""
SOUNDS = """
    결정했다:결쩡핻따 실제로:실쩨로 열심히:열씸히 일단락:일달락 물고기:물꼬기 손가락이:손까라기
    문법:문뻡 사건을:사꺼늘
    대가족:대가족 여권:여꿘 인기가:인끼가 인기척:인기척 치과에:치꽈에 결과:결과 재산권:재산꿘
    면허증:면허쯩 영수증:영수증
    문제점:문제쩜 백화점:배콰점 강남역에서:강남녀게서 잠실역:잠실력 종각역:종강녁 지역:지역
    갈게요:갈께요 길게:길게
    만들게:만들게 할것이다:할꺼시다 이천십육년:이천심늉년 백육십:뱅뉵씹 열여섯살:열려섣쌀
    첫인상:처딘상 맛없다:마덥따
    맛있다:마싣따 값없다:가법따 한여름:한녀름 두통약:두통냑
"""


@pytest.mark.parametrize("line", [line.strip() for line in READ.strip().splitlines()])
def test_neighbours_tell_how_a_hanzi_is_read(line: str) -> None:
    front("ZH")
    text, word, *wanted = line.split()
    said = [
        f"{reading.initial}{reading.final}{reading.tone}"
        for _, syllables in read(text)
        for _, reading in syllables
    ]
    at = text.index(word)
    assert said[at : at + len(word)] == wanted


@pytest.mark.parametrize("entry", SOUNDS.split())
def test_korean_words_sound_as_their_parts_do(entry: str) -> None:
    front("KR")
    from engines.reading.kr.pronounce import pronounce
    from engines.reading.kr.syllables import decompose

    written, sound = entry.split(":")
    assert pronounce(written) == decompose(sound)

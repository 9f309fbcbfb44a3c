"""Hanzi with several readings, where the words around them tell which, and pypinyin does not look.

pypinyin reads a word of its list as a whole, and any other hanzi as it is read most often.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from engines.reading.zh.readings import Reading, Word, from_pinyin

_NUMERALS = "零一二三四五六七八九十百千万两几数"
_UNITS = "米|公里|千米|厘米|分米|毫米|英里|英尺|英寸|海里|丈|尺|寸|里"
_TITLES = (
    "先生|女士|小姐|老师|教授|博士|医生|师傅|经理|主任|局长|处长|科长|校长|院长|律师|法官|警官|"
    "同学|阿姨|叔叔"
    "|大爷|奶奶|爷爷|太太|董事长|市长|县长|书记|工程师|记者|导演|教练|总监|队长|院士|将军|姓"
)
# Surnames that are read otherwise than the same hanzi in a text, and what they do not follow.
_SURNAMES = {
    "任": ("ren2", "主责担信前现历时委赴就离原继胜留连上升出聘调"),
    "单": ("shan4", "简账菜名清孤订"),
    "区": ("ou1", "地小城市社郊校园片"), "查": ("zha1", "检调审侦巡"), "仇": ("qiu2", "报复世"),
    "解": ("xie4", "了理讲见"), "盖": ("ge3", "覆"),
    "华": ("hua4", "中京清"), "朴": ("piao2", "淳纯"),
    "曾": ("zeng1", "不未也"), "覃": ("qin2", ""), "燕": ("yan1", "海飞"), "缪": ("miao4", ""),
    "纪": ("ji3", "世年经"), "卜": ("bu3", "萝占"), "尉": ("wei4", "上中少"), "翟": ("zhai2", ""),
}  # fmt: skip
_LONG = (
    "[队句桌椅裙袖靴廊龙凳腿篇文视镜名清列段远]|假期|头发|长的|[宽、乘×]"
    rf"|[约达近超有]?[{_NUMERALS}]+(?:点[{_NUMERALS}]+)?[多余]?(?:{_UNITS})"
)
_WENT_ON = "时间|寿命|续航|周期|路程|头发|战线|工期|任期|航程|里程|距离|篇幅|历史|工时|时效"
_GAINED = "了到分奖病出知罪以意体益票失名胜逞手过救宠空闲第冠亚季金银铜大满高"
_LINES = "代码|字|文字|诗|数据|命令|注释|小字|热泪|泪|脚印|文本|记录|内容|标题|空格|白鹭"
_DEBTS = (
    "[钱款债贷账帐]|书(?!店|名|中|里|上)|清|房贷|车贷|信用卡|本付息|"
    "给[我你他她它](?!们?[带买做送发打介推写讲说准留看寄])"
)
_HEAVY = "体轻严沉繁慎承负毛净超加尊器保偏着侧敬载双举贵深毒比起吨增失减配过很太更最较稳"
_AGAIN = "[装置写做印拍读听玩跑选考传试连设审算查涂刷唱]|来(?!看|说|讲|自)"
_RELATED = "关联体语谱派干星母科直旁嫡山水根维世院中外学一该本同两全各"
_AMOUNT = "大少质数重音容销产力能剂流热气水含丈估尽酒胆度分海用批巨适"
_CUT = "[菜肉片块丝丁段成开碎断割掉葱姜蒜粒末条薄厚]|蛋糕|水果|西瓜|洋葱|土豆|黄瓜|萝卜|豆腐"
# A pattern that finds the hanzi, and their pinyin.
_CONTEXTS: Sequence[tuple[str, str]] = (
    (r"(?<=[很太较最更挺够颇超极稍略])长(?![大高胖成出满着势进官者老子辈女孙兄])", "chang2"),
    (r"(?:(?<=[那这怎]么)|(?<=越来越)|(?<=[这那][样般])|(?<=好))长(?![大高胖得])", "chang2"),
    (r"(?<=多)长(?![点个出几大])", "chang2"),
    (r"(?<=不)长(?![草个记心肉眼毛大高进胖出])", "chang2"),
    (rf"(?:(?<={_UNITS.replace('|', ')|(?<=')}))长(?![大高胖出])", "chang2"),
    (rf"(?:(?<={_WENT_ON.replace('|', ')|(?<=')}))长(?![大高胖出得])", "chang2"),
    (rf"长(?={_LONG})"
     rf"(?<![校班部会院市省县家首所局处科站行队厂社船机酋组次成生增助团排连营师军州村镇乡区课店园司总]长)",
     "chang2"),
    (r"(?<=长)长(?=[的地])", "chang2"),
    (rf"(?<=第[{_NUMERALS}])行(?![动程业为军使驶])|(?<=第[{_NUMERALS}]{{2}})"
     rf"行(?![动程业为军使驶])", "hang2"),
    (rf"(?<=[{_NUMERALS}每多])行(?={_LINES})", "hang2"),
    (r"(?<=该)行(?![为动程驶业星使])", "hang2"),
    (rf"(?<=[我你您他她它咱谁们])得(?![{_GAINED}{_NUMERALS},。!?])", "dei3"),
    (rf"(?<=[还就都也必])得(?![{_GAINED},。!?])", "dei3"),
    (r"(?<=[说跑做吃走写唱看听穿变玩学干睡住活笑哭])得(?=[好快很多太真慢晚早])", "de5"),
    (rf"(?<![归偿])还(?={_DEBTS})|(?<=有借有)还", "huan2"),
    (r"还(?=给我们?[带买做送发打介推写讲说准留看寄])", "hai2"),
    (rf"(?<![一密亲急迫热确真恳关深贴])切(?={_CUT})", "qie1"),
    (r"削(?=苹果|皮|铅笔|梨|土豆|面|水果|果皮|尖)", "xiao1"),
    (r"旋(?=风)", "xuan4"),
    (r"禁(?=[不得]住)", "jin1"),
    (r"(?<=数一)数", "shu3"),
    (r"(?<![指岁])数(?=一数|不清|不过来|落|得清|得过来|清楚)", "shu3"),
    (r"(?<![指岁])数数(?!学|量|据|字|码|值|目|论)", "shu3 shu3"),
    (r"(?<![士卿])大夫(?!人)", "dai4 fu5"),
    (r"(?<=[我你他她们就再想要先])打的(?=[去来回到过])", "da3 di1"),
    (r"扇(?=扇子|了?[一两几]下|耳光|着扇|风(?!景))", "shan1"),
    (r"背(?=着?(?:书包|背包|孩子|行李|篓|袋|娃|双肩包|吉他|弓|枪|婴儿|黑锅))", "bei1"),
    (r"(?<=[会学先来用])和面|和面(?=机|时|的时候|用|要|加|需)", "huo2 mian4"),
    (r"曾(?=国[藩荃]|巩|参|子|荫权|志伟|黎|庆红|母|侯乙)", "zeng1"),
    (r"解(?=缙|晓东|学士缙)", "xie4"),
    (r"(?<=不亦)说(?=乎)", "yue4"),
    (r"(?<=三)省(?=吾)", "xing3"),
    (r"(?<=一)骑(?=红尘|绝尘|当千)", "ji4"),
    (rf"(?<![{_HEAVY}])重(?={_AGAIN})", "chong2"),
    (r"(?<=[晒擦吹烘晾烤沥弄拧抹烧榨控阴])干(?![部事活劲预])", "gan1"),
    (r"落下(?=了?(?:帷幕|眼泪|泪|来|去|大雪|雨|一场|一滴|伏笔))", "luo4 xia4"),
    (r"(?<=[找睡猜])着(?=了|没|吗)", "zhao2"),
    (r"(?<![轰爆])炸(?=[鸡鱼虾串酥丸糕藕]|薯|春卷|豆腐|排骨|猪排|油条|物|土豆|茄)", "zha2"),
    (r"冲(?=着[他我你她它这那大镜门窗])", "chong4"),
    (r"圈(?=养|舍)", "juan4"),
    (rf"(?<![{_RELATED}])系(?=[好紧]|上(?!层|市|述|下)|领带|鞋带|安全带|围巾|扣子|腰带|红绳|"
     rf"绳子|蝴蝶结|围裙)", "ji4"),
    (r"会(?=稽)", "kuai4"),
    (r"中(?=肯(?!定|德|尼))", "zhong4"),
    (r"(?<!雕)琢磨", "zuo2 mo5"),
    (rf"(?<![{_AMOUNT}])量(?=一下|一量|了量|体温|血压|身高|尺寸|三围|腰围)", "liang2"),
    (r"相片(?!儿)", "xiang4 pian4"),
    *((rf"(?<![{after or '_'}]){name}(?={_TITLES})", pinyin)
      for name, (pinyin, after) in _SURNAMES.items()),
)  # fmt: skip
_COMPILED = [(re.compile(pattern), pinyin.split()) for pattern, pinyin in _CONTEXTS]
_CHANGED = frozenset("长行得还切削旋禁数大打扇背和曾解说省骑重干落着炸冲圈系会中琢量相").union(
    _SURNAMES
)
# 地 between how and what is done.
_HOW, _DONE = ("d", "ad", "a", "z", "i", "l", "o"), ("v", "a", "d", "p", "l", "i", "z")
_HOW_NOUNS = frozenset(
    ("科学", "历史", "本能", "系统", "逻辑", "机械", "习惯", "下意识", "无条件", "有条件")
)
_TWICE = re.compile(r"(.)\1|(.)\2(.)\3")  # 慢慢, 高高兴兴
PARTICLE = Reading("d", "e", 5)


def in_context(words: Sequence[Word]) -> Mapping[int, Reading]:
    """Of the hanzi of a segment, by their places, those that are read otherwise than alone.

    >>> in_context([Word("很", "d"), Word("长", "a")])
    {1: Reading(initial='ch', final='ang', tone=2)}
    """
    text = "".join(word.text for word in words)
    found: dict[int, Reading] = {}
    if not _CHANGED.isdisjoint(text):
        found.update(_by_text(text))
    if "地" in text:
        found.update(_particles(words))
    return found


def _by_text(text: str) -> Mapping[int, Reading]:
    return {
        match.start() + place: _read(syllable)
        for pattern, syllables in _COMPILED
        for match in pattern.finditer(text)
        for place, syllable in enumerate(syllables)
    }


@lru_cache(1024)
def _read(syllable: str) -> Reading:
    return from_pinyin(syllable)


def _particles(words: Sequence[Word]) -> Mapping[int, Reading]:
    found: dict[int, Reading] = {}
    at = 0
    for index, word in enumerate(words):
        if word.text == "地" and 0 < index < len(words) - 1:
            before, after = words[index - 1], words[index + 1]
            how = before.tag in _HOW or before.text in _HOW_NOUNS or before.text[-1:] == "性"
            twice = bool(_TWICE.fullmatch(before.text)) and after.tag != "f"
            if twice or (how and after.tag[:1] in _DONE):
                found[at] = PARTICLE
        at += len(word.text)
    return found

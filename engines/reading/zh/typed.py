"""Numbers that Chinese chats type for words that sound like them, or for what they stand for."""

from __future__ import annotations

import re

from engines.reading.dense import START, Rule
from engines.reading.zh.numbers import digits

# 'I love you', 'for a whole life', 'bye': where nothing can be counted.
LOVE = (
    rf"{START}(520|521)(?=快乐|表白|告白|情人节|活动|礼物|红包|,?1314|[~!]|啦|呀|我爱你|当天|这天|"
    rf"那天)"
)
LOVE_FOR_LIFE = rf"{START}((?:520)?1314(?:520|521)?|5201314|7758521|1314520)(?=[~!。,啦呀\s]|$)"
BYE = rf"(?:(?<=^)|(?<=[\s,。!~了吧])){START}(886?|88)(?=[~!啦咯喽了呀])|(?<=拜拜)(886?)(?!\d)"
CRYING = r"((?:呜|哭)[呜了啦\s]{0,8})(5{3,8})(?![\d元块个万%.])"
HOURS = (
    rf"{START}(996|997|965|007)(?=工作制|加班|制|福报|模式|的(?:生活|工作|公司|日子)|[了吧啦呢!。,"
    rf"~?\s]|$)(?![\d])"
)
AFTER_WORK = (
    r"((?:拒绝|反对|抵制|实行|告别|远离|没有|全员|每天|天天)\s?)(996|997|965|007)"
    r"(?![\d元块个万%.])"
)
BORN = r"(?<![\d.])([05-9][05])[、,]([05-9][05])(?=后(?![面边来续天者\d]))"


RULES: list[Rule] = [
    (re.compile(LOVE), lambda m: digits(m[1])),
    (re.compile(LOVE_FOR_LIFE), lambda m: digits(m[1])),
    (re.compile(BYE), lambda m: digits(m[1] or m[2])),
    (re.compile(CRYING), lambda m: m[1] + digits(m[2])),
    (re.compile(AFTER_WORK), lambda m: m[1] + digits(m[2])),
    (re.compile(BORN), lambda m: digits(m[1]) + digits(m[2])),
]  # fmt: skip

"""Words that the Japanese dictionaries read otherwise than a person does, in katakana.

Engines read with different dictionaries (UniDic, IPADIC), so what both or either would miss is
written as it sounds before either sees it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from engines.reading.draft import Draft
from engines.reading.jp.word_list import ERAS, THROUGHOUT, WORDS

_NUMERALS = "一二三四五六七八九十百千万数第何"
# A pattern with what is said for it, where the words beside it decide.
_BESIDE = {
    r"(?<![電菓椅帽王原量障調分])子会社": "コガイシャ",
    r"(?<!大)人気(?=[がも]?ない|[がも]?なく|[がも]?無)|人気(?=のない|の無い|のなくなった|"
    r"の少ない|の途絶えた)": "ヒトケ",
    r"(?<=舞台の)上手|(?<=舞台)上手(?=[かにへと側])"
    r"|上手(?=袖|側から|から登場|に(?:はける|退場))": "カミテ",
    r"(?<=舞台の)下手|(?<=舞台)下手(?=[かにへと側])|(?<=カミテと)下手(?=$|[、。にかへの])|"
    r"下手(?=袖|側から|から登場)": "シモテ",
    "空の箱": "カラノハコ",
    r"空の(?=[瓶缶器袋]|容器|バッテリー|財布|グラス|コップ|部屋|ペットボトル|ボトル|カップ|"
    r"引き出し|行|文字列|配列|セル|リスト"
    r"|フォルダ|状態|データ|値|オブジェクト|冷蔵庫|スーツケース)": "カラノ",
    r"(?<![おのなあ])金の(?=指輪|延べ棒|斧|卵|ネックレス|価格|地金|相場|鎖|メダル|装飾|"
    r"インゴット|含有|産出|像|冠|屏風|仏像|輸入"
    r"|先物|イヤリング|ピアス|時計|ブレスレット|糸|縁|文字)": "キンノ",
    r"(?:(?<=不明の)|(?<=希望の)|(?<=お持ちの)|(?<=利用の)|(?<=以上の)|(?<=以下の)|(?<=在住の)|"
    r"(?<=高齢の)|(?<=お住まいの)"
    r"|(?<=代の)|(?<=歳の)|(?<=女性の)|(?<=男性の)|(?<=妊娠中の)|(?<=初めての)|(?<=お悩みの)|"
    r"(?<=お客様の)|(?<=会員の)|(?<=予定の)"
    r"|(?<=参加の)|(?<=お急ぎの)|(?<=お困りの)|(?<=お探しの)|(?<=お越しの)|(?<=お済みの)|"
    r"(?<=あの)|(?<=担当の))"
    r"方(?=[をがはにもへの、。!?]|から|です|限定|向け|専用|だけ|のみ|々)(?!が[良いよ]|がいい|"
    r"に向)": "カタ",
    r"(?<=[年月日代])生まれ": "ウマレ",
    r"額(?=に(?:汗|皺|しわ|手|傷|当)|の(?:汗|しわ|皺|傷|生え際))": "ヒタイ",
    r"辛い(?=カレー|料理|食|もの|物|ラーメン|味|ソース|スパイス|唐辛子|鍋|麺|キムチ|の(?:が|は)"
    r"(?:好き|苦手|得意))": "カライ",
    r"床(?=に(?:就|伏|臥|つ[きいくか]|ふせ))": "トコ",
    r"角(?=を(?:曲|右|左))": "カド",
    r"何分(?=お願|よろしく|宜しく|未熟|不慣れ|急)": "ナニブン",
    r"(?<![一幾如])何(?=[かがをにはも](?![一-鿿]{2}目)|より|しろ|者か|事|色)": "ナニ",
    r"(?<![一幾如])何(?=[でとのだてなねら])": "ナン",
    r"(?:(?<=[国洋欧米英仏独韓湾鮮ァ-ヺー])|(?<=関西)|(?<=関東)|(?<=東京)|(?<=大阪)|(?<=京都)|"
    r"(?<=九州))"
    r"人(?![数気口種類員材選工形魚道情前組目質権格脈])": "ジン",
    r"(?<!幾)何時(?=から|まで|に|の|頃|ごろ|です|だ|間|発|着|集合|開|閉|半|出|か(?!ら))": "ナンジ",
    r"(?<=[人年])の間(?=[、にはがでも])": "ノアイダ",
    r"(?:(?<=[本階])|(?<=[ホボポ]ン)|(?<=[カガ]イ))[立建]て(?![るたま直替])": "ダテ",
    rf"(?<![{_NUMERALS}])一人(?![前称区者物口当])": "ヒトリ",
    rf"(?<![{_NUMERALS}])二人(?![三称羽乗前組])": "フタリ",
    r"(?:(?<=中)|(?<=ジュウ))家(?=に[い居帰こ]|で)": "イエ",
    r"(?<=目の)角(?=[をでに])": "カド",
    r"(?<=年[A-Z])組": "グミ",
    r"月(?=\d{1,2}(?:日|回)(?:の?勤務|出勤|働|程度|以上|まで|休))": "ツキ",
    r"[((]笑[))]|(?<=[ぁ-ゖァ-ヺー。!?])笑(?=$|[。、!?\s])": "ワライ",
}


def _any(words: Iterable[str]) -> str:
    """The longest first; 一日中, but not of 二十一日中."""
    longest_first = sorted(words, key=len, reverse=True)
    return "|".join(
        rf"(?<![{_NUMERALS}]){word}" if word[0] in _NUMERALS else word for word in longest_first
    )


_WORD = re.compile(_any(WORDS))
_ERA = re.compile(
    rf"(?<![一-鿿])(?:{'|'.join(ERAS)})"
    r"(?=(?:元|[\d一二三四五六七八九十]{1,3})年|年間|期|時代|の(?:改革|乱|変|役|新政|大火|飢饉|"
    r"治|検地))"
)
_ALL_OVER = re.compile(
    rf"(?<![一-鿿])(?:{_any(THROUGHOUT)})(?![国央心部旬東西南北小学頃盤継止間華古])"
)
_PATTERNS = [(re.compile(pattern), kana) for pattern, kana in _BESIDE.items()]


def respell(draft: Draft) -> None:
    """'人気のない道' -> 'ヒトケのない道'."""
    if draft.text.isascii():
        return
    draft.sub(_WORD, lambda found: WORDS[found[0]])
    draft.sub(_ERA, lambda found: ERAS[found[0]])
    draft.sub(_ALL_OVER, lambda found: THROUGHOUT[found[0]])
    for pattern, kana in _PATTERNS:
        draft.sub(pattern, kana)

"""Variants of kanji, most of them of names, as the dictionaries write them."""

from __future__ import annotations

from engines.reading.draft import Draft

_VARIANTS = """
    髙高 濵浜 濱浜 﨑崎 邊辺 邉辺 齋斎 齊斉 𠮷吉 德徳 栁柳 桒桑 曻昇
    槗橋 眞真 國国 櫻桜 廣広 圓円 惠恵 瀨瀬 條条 澤沢 嶌島 嶋島 冨富
    凜凛 淸清 靑青 黑黒 增増 寬寛 敎教 藏蔵 藪薮 實実 壽寿 榮栄 與与
    萬万 關関 驒騨 學学 會会 縣県 佛仏 假仮 傳伝 價価 兒児 圖図 團団
    壓圧 寫写 將将 對対 帶帯 應応 戰戦 擧挙 攝摂 數数 斷断 晝昼 樂楽
    樣様 權権 歐欧 歡歓 歸帰 氣気 淺浅 溫温 滿満 濕湿 燒焼 狀状 獨独
    獸獣 畫画 當当 疊畳 發発 盡尽 稱称 穩穏 竊窃 粹粋 經経 總総 聲声
    聽聴 臺台 舊旧 藝芸 處処 號号 觀観 觸触 譯訳 證証 讀読 變変 豐豊
    賣売 轉転 辭辞 遲遅 醫医 鐵鉄 鑛鉱 隨随 雜雑 靈霊 顯顕 餘余 驗験
    體体 鹽塩 黨党 齒歯 龜亀 鬪闘 莊荘 蘆芦 瀧滝 禮礼 穗穂 嶽岳 峯峰
    舘館 埜野 凬風 𣘺橋 𡈽土 𥔎崎 﨟臈 﨏迫
"""
VARIANTS = {ord(pair[0]): pair[1] for pair in _VARIANTS.split()}


def usual(draft: Draft) -> None:
    """'髙橋' -> '高橋'."""
    if not draft.text.isascii():
        draft.translate(VARIANTS)

"""What units are called in Japanese."""

from __future__ import annotations

from engines.reading.units import Naming, same

NAMES = {
    symbol: same(name)
    for symbol, name in {
        "m": "メートル", "km": "キロ", "cm": "センチ", "mm": "ミリ", "g": "グラム", "kg": "キロ",
        "L": "リットル", "l": "リットル", "s": "秒", "W": "ワット", "Wh": "ワットジ", "V": "ボルト",
        "A": "アンペア", "Ah": "アンペアアワー", "Hz": "ヘルツ", "B": "バイト", "b": "ビット",
        "bps": "ビーピーエス", "Pa": "パスカル", "J": "ジュール", "N": "ニュートン",
        "cal": "カロリー", "eV": "エレクトロンボルト", "Ω": "オーム", "F": "ファラド",
        "mol": "モル", "t": "トン", "Sv": "シーベルト", "Bq": "ベクレル", "dB": "デシベル",
        "ha": "ヘクタール", "min": "分", "h": "時間", "°C": "度", "°F": "度", "°": "度",
        "%": "パーセント", "‰": "パーミル", "lb": "ポンド", "oz": "オンス", "ft": "フィート",
        "mi": "マイル", "px": "ピクセル", "cc": "シーシー", "rpm": "アールピーエム",
        "ppm": "ピーピーエム", "mmHg": "ミリメートルエイチジー", "km/h": "キロ", "mph": "マイル",
        "bit": "ビット", "mcg": "マイクログラム",
        "KiB": "キビバイト", "MiB": "メビバイト",
        "GiB": "ギビバイト", "TiB": "テビバイト", "fps": "エフピーエス",
        "ms": "ミリ秒", "μs": "マイクロ秒", "ns": "ナノ秒",
    }.items()
}  # fmt: skip
PREFIXES = {
    "peta": "ペタ", "tera": "テラ", "giga": "ギガ", "mega": "メガ", "kilo": "キロ",
    "hecto": "ヘクト", "deci": "デシ", "centi": "センチ", "milli": "ミリ", "micro": "マイクロ",
    "nano": "ナノ", "pico": "ピコ",
}  # fmt: skip
UNITS = Naming(
    names=NAMES,
    prefixes=PREFIXES,
    power=lambda name, power: ("ヘイホウ" if power == 2 else "リッポウ") + name,
    per=lambda above, below: above + ("マイビョウ" if below.startswith("秒") else f"マイ{below}"),
    squared="マイビョウ",
)

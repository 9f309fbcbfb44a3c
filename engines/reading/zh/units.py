"""What units are called in Chinese."""

from __future__ import annotations

from engines.reading.units import Naming, same

NAMES = {
    symbol: same(name)
    for symbol, name in {
        "m": "米", "km": "公里", "g": "克", "kg": "公斤", "L": "升", "l": "升", "s": "秒",
        "W": "瓦", "Wh": "瓦时", "V": "伏", "A": "安", "Ah": "安时", "Hz": "赫兹", "kHz": "千赫",
        "MHz": "兆赫", "GHz": "吉赫", "kB": "千字节", "KB": "千字节", "Pa": "帕", "J": "焦",
        "N": "牛", "cal": "卡", "eV": "电子伏", "Ω": "欧姆", "F": "法", "mol": "摩尔", "t": "吨",
        "Sv": "西弗", "dB": "分贝", "ha": "公顷", "min": "分钟", "h": "小时", "°C": "摄氏度",
        "°F": "华氏度", "°": "度", "lb": "磅", "oz": "盎司", "ft": "英尺", "mi": "英里",
        "px": "像素", "rpm": "转每分钟", "mmHg": "毫米汞柱", "bps": "比特每秒", "nm": "纳米",
        "bit": "比特", "mcg": "微克",
        "μm": "微米", "µm": "微米", "um": "微米", "mph": "英里每小时", "kph": "公里每小时",
    }.items()
}  # fmt: skip
PREFIXES = {
    "tera": "太", "giga": "吉", "mega": "兆", "kilo": "千", "hecto": "百", "deci": "分",
    "centi": "厘", "milli": "毫", "micro": "微", "nano": "纳", "pico": "皮",
}  # fmt: skip
UNITS = Naming(
    names=NAMES,
    prefixes=PREFIXES,
    power=lambda name, power: ("平方" if power == 2 else "立方") + name,
    per=lambda above, below: f"{above}每{below}",
    squared="平方",
)

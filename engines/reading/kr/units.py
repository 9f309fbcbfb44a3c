"""What units are called in Korean."""

from __future__ import annotations

from engines.reading.units import Naming, same

NAMES = {
    symbol: same(name)
    for symbol, name in {
        "m": "미터", "g": "그램", "L": "리터", "l": "리터", "s": "초", "W": "와트", "Wh": "와트시",
        "V": "볼트", "A": "암페어", "Ah": "암페어시", "Hz": "헤르츠", "B": "바이트", "b": "비트",
        "bps": "비피에스", "Pa": "파스칼", "J": "줄", "N": "뉴턴", "cal": "칼로리",
        "eV": "전자볼트", "Ω": "옴", "F": "패럿", "mol": "몰", "t": "톤", "Sv": "시버트",
        "Bq": "베크렐", "dB": "데시벨", "ha": "헥타르", "min": "분", "h": "시간", "°C": "도",
        "°F": "도", "°": "도", "%": "퍼센트", "‰": "퍼밀", "lb": "파운드", "oz": "온스",
        "bit": "비트", "mcg": "마이크로그램",
        "ft": "피트", "mi": "마일", "px": "픽셀", "cc": "시시", "rpm": "알피엠", "ppm": "피피엠",
        "KiB": "키비바이트", "MiB": "메비바이트",
        "GiB": "기비바이트", "TiB": "테비바이트", "fps": "에프피에스",
        "km/h": "킬로미터 퍼 아워", "mph": "마일", "mmHg": "밀리미터 수은주",
    }.items()
}  # fmt: skip
PREFIXES = {
    "peta": "페타", "tera": "테라", "giga": "기가", "mega": "메가", "kilo": "킬로",
    "hecto": "헥토", "deci": "데시", "centi": "센티", "milli": "밀리", "micro": "마이크로",
    "nano": "나노", "pico": "피코",
}  # fmt: skip
UNITS = Naming(
    names=NAMES,
    prefixes=PREFIXES,
    power=lambda name, power: ("제곱" if power == 2 else "세제곱") + name,
    per=lambda above, below: f"{above} 퍼 {below}",
    squared=" 제곱",
)

"""Symbols of units with the prefixes of the SI, as every language writes them.

Case counts: 'mW' is not 'MW', and 5G is no weight. Each language brings its words in a `Naming`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Forms = tuple[str, str]  # one, many


def same(name: str) -> Forms:
    return name, name


def regular(name: str) -> Forms:
    return name, f"{name}s"


PREFIXES = {
    "P": "peta", "T": "tera", "G": "giga", "M": "mega", "k": "kilo", "K": "kilo", "h": "hecto",
    "d": "deci", "c": "centi", "m": "milli", "μ": "micro", "µ": "micro", "u": "micro",
    "n": "nano", "p": "pico",
}  # fmt: skip
# Base: the prefixes it is written with.
BASES = {
    "m": "kdcmμµun", "g": "kmμµu", "L": "hdcmμµ", "l": "hdcmμµ", "s": "mμµn", "Hz": "kMGT",
    "W": "kMGTmμµ", "Wh": "kMGT", "V": "kmμµ", "VA": "kM", "A": "kmμµ", "Ah": "mk", "B": "kKMGTP",
    "b": "kMG", "bps": "kMGT", "Pa": "hkMG", "J": "kM", "N": "kM", "cal": "k", "eV": "kMG",
    "Ω": "kM", "bit": "kMGT", "F": "μµnp", "mol": "mμµ", "t": "k", "Sv": "mμµ", "Bq": "kMG",
}  # fmt: skip
NEVER_BARE = frozenset(["A", "B", "b", "F", "N", "J"])  # more often something else
# Units in capitals or small letters where that leaves no doubt.
RESPELLED = {
    "KM": "km", "CM": "cm", "MM": "mm", "KG": "kg", "ML": "ml", "KW": "kW", "KWH": "kWh",
    "KHZ": "kHz", "MHZ": "MHz", "GHZ": "GHz", "HZ": "Hz", "Km": "km", "Kg": "kg", "Ml": "ml",
    "Kw": "kW", "kw": "kW", "Kwh": "kWh", "kwh": "kWh", "khz": "kHz", "Khz": "kHz", "hz": "Hz",
    "Mhz": "MHz", "Ghz": "GHz", "KPH": "kph", "MPH": "mph", "kmh": "km/h", "db": "dB",
    "BPM": "bpm", "FPS": "fps", "PPM": "ppm",
    "mah": "mAh", "MAH": "mAh", "kpa": "kPa", "°c": "°C", "°f": "°F",
    "º": "°", "ºC": "°C",
}  # fmt: skip
# What is a unit without a number before it, too.
SURE = frozenset(
    [
        "kHz",
        "MHz",
        "GHz",
        "THz",
        "Hz",
        "kWh",
        "MWh",
        "GWh",
        "TWh",
        "mAh",
        "kW",
        "GW",
        "kV",
        "mV",
        "mA",
        "kPa",
        "hPa",
        "MPa",
        "kbps",
        "Mbps",
        "Gbps",
        "kbit",
        "Mbit",
        "Gbit",
        "dB",
        "kg",
        "mg",
        "µg",
        "μg",
        "km",
        "cm",
        "nm",
        "µm",
        "μm",
        "mL",
        "dL",
        "kJ",
        "kcal",
        "kΩ",
        "MΩ",
        "km/h",
        "mmHg",
        "°C",
        "°F",
    ]
)
PER_AREA = ("g", "lbs", "lb", "oz", "W", "N", "J", "t", "hab")  # before a square or cubic unit
POWER = r"(?:\^?[23]|[²³])"
POWERS = {"²": 2, "2": 2, "^2": 2, "³": 3, "3": 3, "^3": 3}
PARTS = re.compile(rf"([^\d²³^]+)({POWER})?")
# What the prefixes are called in English, and but for a few in other languages of Europe.
LATIN_PREFIXES = {
    prefix: prefix
    for prefix in ("tera", "giga", "mega", "kilo", "hecto", "deci", "centi", "milli", "micro",
                   "nano", "pico")
}  # fmt: skip
PREFIXED = {
    prefix + base: (PREFIXES[prefix], base)
    for base, prefixes in BASES.items()
    for prefix in prefixes
}
BINARY = {"KiB": "kibi", "MiB": "mebi", "GiB": "gibi", "TiB": "tebi"}
SYMBOLS = frozenset({*PREFIXED, *RESPELLED, *BASES} - NEVER_BARE)


@dataclass(frozen=True)
class Naming:
    """How a language says units."""

    names: Mapping[str, Forms]  # symbol -> one, many; whole symbols win over prefixed ones
    prefixes: Mapping[str, str]  # 'kilo' -> its word
    power: Callable[[str, int], str]  # 'meters', 2 -> 'square meters'
    per: Callable[[str, str], str]  # 'meters', 'second' -> 'meters per second'
    squared: str  # after the second of 'meters per second squared'

    def forms(self, symbol: str) -> Forms | None:
        """One and many of a symbol without power or bar, None where the language has none."""
        symbol = RESPELLED.get(symbol, symbol)
        if symbol in self.names:
            return self.names[symbol]
        prefix, base = PREFIXED.get(symbol, ("", ""))
        if base not in self.names or prefix not in self.prefixes:
            return None
        one, many = self.names[base]
        return self.prefixes[prefix] + one, self.prefixes[prefix] + many

    def pattern(self) -> str:
        """A pattern for one unit, 'm/s²' and 'kWh' among them."""
        known = {*SYMBOLS, *self.names} - NEVER_BARE
        named = [symbol for symbol in known if self.forms(symbol) is not None]
        one = "|".join(map(re.escape, sorted(named, key=len, reverse=True)))
        return rf"(?:{one}){POWER}?(?:/(?:{one}){POWER}?)?"

    def sure(self) -> str:
        """A pattern for symbols that are units wherever they stand."""
        sure = [symbol for symbol in SURE if self.forms(symbol) is not None]
        one = "|".join(map(re.escape, sorted(sure, key=len, reverse=True)))
        bases = [symbol for symbol in PER_AREA if self.forms(symbol) is not None]
        area = rf"(?:{'|'.join(bases)})/(?:[ckm]?m|ft|in)(?:\^[23]|[²³])"
        return (
            rf"(?:{one}){POWER}?(?:/(?:{one}|s|h|L|min|mol){POWER}?)?|m[²³]|m\^[23]"
            rf"|m/s{POWER}?|{area}"
        )

    def read(self, symbol: str, one: bool = False) -> str:
        """What a symbol that `pattern` found is called, after one or after many."""
        symbol = RESPELLED.get(symbol, symbol)
        if symbol in self.names:
            return self.names[symbol][0 if one else 1]
        above, _, below = symbol.partition("/")
        said = self.part(above, one)
        return self.per(said, self.part(below, one=True, below=True)) if below else said

    def part(self, symbol: str, one: bool, below: bool = False) -> str:
        found = PARTS.fullmatch(symbol)
        forms = self.forms(found[1]) if found else None
        if found is None or forms is None:
            return symbol
        word = forms[0 if one else 1]
        if not found[2]:
            return word
        if below and found[1] == "s":
            return word + self.squared
        return self.power(word, POWERS[found[2]])

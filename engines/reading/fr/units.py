"""What units are called in French."""

from __future__ import annotations

from engines.reading.units import LATIN_PREFIXES, Naming, regular, same

NAMES = {
    **{symbol: regular(name) for symbol, name in {
        "m": "mètre", "g": "gramme", "L": "litre", "l": "litre", "s": "seconde", "W": "watt",
        "V": "volt", "VA": "voltampère", "A": "ampère", "B": "octet", "o": "octet", "b": "bit",
        "Pa": "pascal", "J": "joule", "N": "newton", "cal": "calorie", "eV": "électronvolt",
        "Ω": "ohm", "F": "farad", "mol": "mole", "t": "tonne", "kt": "kilotonne", "Sv": "sievert",
        "Bq": "becquerel", "dB": "décibel", "ha": "hectare", "min": "minute", "mn": "minute",
        "h": "heure", "sec": "seconde", "lb": "livre", "oz": "once", "px": "pixel",
        "bit": "bit", "mcg": "microgramme", "kn": "nœud", "atm": "atmosphère",
        "ko": "kilooctet", "Ko": "kilooctet", "Mo": "mégaoctet",
        "Go": "gigaoctet", "To": "téraoctet", "Po": "pétaoctet", "°": "degré", "bar": "bar",
    }.items()},
    **{symbol: regular(f"{name}octet") for symbol, name in
       {"Kio": "kibi", "Mio": "mébi", "Gio": "gibi", "Tio": "tébi"}.items()},
    "ft": ("pied", "pieds"), "mi": ("mille", "milles"), "yd": ("yard", "yards"),
    "gal": ("gallon", "gallons"),
    "ch": ("cheval", "chevaux"), "UI": ("unité internationale", "unités internationales"),
    "Hz": same("hertz"),
    "%": same("pour cent"), "‰": same("pour mille"), "j": regular("jour"),
    "°C": ("degré Celsius", "degrés Celsius"), "°F": ("degré Fahrenheit", "degrés Fahrenheit"),
    "Wh": ("wattheure", "wattheures"), "Ah": ("ampère-heure", "ampères-heures"),
    "mAh": ("milliampère-heure", "milliampères-heures"),
    "kWh": ("kilowattheure", "kilowattheures"), "bps": ("bit par seconde", "bits par seconde"),
    "rpm": same("tours par minute"), "tr/min": same("tours par minute"),
    "bpm": same("battements par minute"), "fps": same("images par seconde"),
    "ppm": same("parties par million"), "km/h": ("kilomètre par heure", "kilomètres par heure"),
    "mph": ("mille par heure", "milles par heure"), "cc": same("centimètres cubes"),
    "Nm": ("newton-mètre", "newtons-mètres"), "pb": ("point de base", "points de base"),
    "pp": same("points de pourcentage"),
    "mmHg": same("millimètres de mercure"),
}  # fmt: skip
PREFIXES = LATIN_PREFIXES | {"tera": "téra", "mega": "méga", "deci": "déci"}


def power(name: str, power: int) -> str:
    many = "s" if name.endswith("s") else ""
    return f"{name} {'carré' if power == 2 else 'cube'}{many}"


UNITS = Naming(NAMES, PREFIXES, power, lambda above, below: f"{above} par {below}",
               " au carré")  # fmt: skip

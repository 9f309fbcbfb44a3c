"""What units are called in Spanish."""

from __future__ import annotations

from engines.reading.units import BINARY, LATIN_PREFIXES, Naming, same


def regular(name: str) -> tuple[str, str]:
    return name, name + ("s" if name[-1] in "aeiou" else "es")


NAMES = {
    **{symbol: regular(name) for symbol, name in {
        "m": "metro", "g": "gramo", "L": "litro", "l": "litro", "s": "segundo", "W": "vatio",
        "V": "voltio", "VA": "voltiamperio", "A": "amperio", "B": "byte", "b": "bit",
        "Pa": "pascal", "J": "julio", "N": "newton", "cal": "caloría", "eV": "electronvoltio",
        "Ω": "ohmio", "F": "faradio", "mol": "mol", "t": "tonelada", "kt": "kilotonelada",
        "Sv": "sievert", "Bq": "becquerel", "dB": "decibelio", "ha": "hectárea", "min": "minuto",
        "mins": "minuto", "h": "hora", "hrs": "hora", "hs": "hora", "seg": "segundo",
        "sec": "segundo", "mi": "milla", "lb": "libra", "lbs": "libra", "oz": "onza",
        "yd": "yarda", "gal": "galón", "px": "píxel", "atm": "atmósfera", "km": "kilómetro",
        "cm": "centímetro", "mm": "milímetro", "dm": "decímetro", "nm": "nanómetro",
        "μm": "micrómetro", "µm": "micrómetro", "um": "micrómetro", "hm": "hectómetro",
        "°": "grado", "Hz": "hercio", "in": "pulgada", "mcg": "microgramo",
        "kn": "nudo", "año": "año",
    }.items()},
    **{symbol: regular(f"{name}byte") for symbol, name in BINARY.items()},
    "bit": ("bit", "bits"),
    "lpm": same("latidos por minuto"), "UI": ("unidad internacional", "unidades internacionales"),
    "gal": ("galón", "galones"), "ft": ("pie", "pies"), "%": same("por ciento"),
    "‰": same("por mil"), "°C": ("grado Celsius", "grados Celsius"),
    "°F": ("grado Fahrenheit", "grados Fahrenheit"), "Wh": ("vatio hora", "vatios hora"),
    "kWh": ("kilovatio hora", "kilovatios hora"), "MWh": ("megavatio hora", "megavatios hora"),
    "GWh": ("gigavatio hora", "gigavatios hora"), "TWh": ("teravatio hora", "teravatios hora"),
    "Ah": ("amperio hora", "amperios hora"), "mAh": ("miliamperio hora", "miliamperios hora"),
    "bps": ("bit por segundo", "bits por segundo"), "rpm": same("revoluciones por minuto"),
    "bpm": same("pulsaciones por minuto"), "fps": same("fotogramas por segundo"),
    "ppm": same("partes por millón"), "mph": ("milla por hora", "millas por hora"),
    "kph": ("kilómetro por hora", "kilómetros por hora"), "cc": same("centímetros cúbicos"),
    "CV": ("caballo", "caballos"), "ppp": same("puntos por pulgada"),
    "Nm": ("newton metro", "newtons metro"), "pb": ("punto básico", "puntos básicos"),
    "pp": same("puntos porcentuales"),
    "mmHg": same("milímetros de mercurio"),
}  # fmt: skip
PREFIXES = LATIN_PREFIXES | {"milli": "mili"}


def power(name: str, power: int) -> str:
    many = "s" if name.endswith("s") else ""
    return f"{name} {'cuadrado' if power == 2 else 'cúbico'}{many}"


UNITS = Naming(NAMES, PREFIXES, power, lambda above, below: f"{above} por {below}",
               " al cuadrado")  # fmt: skip

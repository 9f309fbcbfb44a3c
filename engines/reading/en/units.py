"""What units are called in English."""

from __future__ import annotations

from engines.reading.en.lengths import LONE, SHAPES
from engines.reading.en.lengths import UNITS as LENGTHS
from engines.reading.units import BINARY, LATIN_PREFIXES, Naming, regular, same

NAMES = {
    **{symbol: regular(name) for symbol, name in {
        "m": "meter", "g": "gram", "L": "liter", "l": "liter", "s": "second", "W": "watt",
        "V": "volt", "VA": "volt ampere", "A": "ampere", "B": "byte", "b": "bit",
        "Pa": "pascal", "J": "joule", "N": "newton", "cal": "calorie", "eV": "electronvolt",
        "Ω": "ohm", "F": "farad", "mol": "mole", "t": "ton", "kt": "kiloton", "Sv": "sievert",
        "Bq": "becquerel", "dB": "decibel", "ha": "hectare", "min": "minute", "mins": "minute",
        "h": "hour", "hr": "hour", "hrs": "hour", "sec": "second", "secs": "second", "mi": "mile",
        "lb": "pound", "lbs": "pound", "oz": "ounce", "yd": "yard", "tsp": "teaspoon",
        "tbsp": "tablespoon", "gal": "gallon", "px": "pixel", "MP": "megapixel", "bar": "bar",
        "atm": "atmosphere", "pt": "point", "qt": "quart", "bit": "bit", "mcg": "microgram",
        "yr": "year", "yrs": "year", "mo": "month", "mos": "month", "wk": "week", "wks": "week",
        "IU": "international unit", "kn": "knot",
    }.items()},
    **LENGTHS,
    **{symbol: regular(f"{name}byte") for symbol, name in BINARY.items()},
    "Hz": same("hertz"), "ft": ("foot", "feet"), "%": same("percent"),
    "‰": same("per thousand"), "°": regular("degree"), "dBm": same("d b m"),
    "°C": ("degree Celsius", "degrees Celsius"),
    "°F": ("degree Fahrenheit", "degrees Fahrenheit"), "°K": regular("kelvin"),
    "Wh": ("watt hour", "watt hours"), "Ah": ("ampere hour", "ampere hours"),
    "bps": ("bit per second", "bits per second"), "rpm": same("revolutions per minute"),
    "RPM": same("revolutions per minute"), "bpm": same("beats per minute"),
    "fps": same("frames per second"), "ppm": same("parts per million"),
    "km/h": ("kilometer an hour", "kilometers an hour"), "mph": ("mile an hour", "miles an hour"),
    "kph": ("kilometer an hour", "kilometers an hour"), "cc": same("c c"),
    **{f"{shape} {symbol}": (f"{name} {one}", f"{name} {many}")
       for shape, name in SHAPES.items() for symbol, (one, many) in LONE.items()},
    "fl oz": ("fluid ounce", "fluid ounces"),
    "hp": same("horsepower"), "psi": same("p s i"), "dpi": same("d p i"),
    "mmHg": same("millimeters of mercury"), "mpg": ("mile per gallon", "miles per gallon"),
    "kts": same("knots"), "Nm": ("newton meter", "newton meters"),
    "kNm": ("kilonewton meter", "kilonewton meters"), "pp": same("percentage points"),
    "ppb": same("parts per billion"), "kB/s": ("kilobyte per second", "kilobytes per second"),
    "bbl": regular("barrel"), "pts": same("points"),
    "sqft": ("square foot", "square feet"), "cal": ("calorie", "calories"),
}  # fmt: skip
UNITS = Naming(
    names=NAMES,
    prefixes=LATIN_PREFIXES,
    power=lambda name, power: f"{'square' if power == 2 else 'cubic'} {name}",
    per=lambda above, below: f"{above} per {below}",
    squared=" squared",
)

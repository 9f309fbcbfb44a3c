"""French months and days of the week, written short."""

from __future__ import annotations

from engines.reading.draft import Say
from engines.reading.short_dates import ShortDates

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
    "octobre", "novembre", "décembre",
)  # fmt: skip
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
SHORT_MONTH = r"([Jj]anv?|[Ff]évr?|[Ff]ev|[Aa]vr|[Jj]uil|[Ss]ept?|[Oo]ct|[Nn]ov|[Dd]éc|[Dd]ec)"
SHORT_DAY = r"([Ll]un|[Mm]ar|[Mm]er|[Jj]eu|[Vv]en|[Ss]am|[Dd]im)"
SHORT = "(?:[Ll]un|[Mm]ar|[Mm]er|[Jj]eu|[Vv]en|[Ss]am|[Dd]im)"
LISTED = rf"\b{SHORT}\.?(?:, ?{SHORT}\.?){{0,5}},? (?:et|au|ou) {SHORT}\b\.?(?![a-zà-ÿ])"
NAMES = ShortDates(MONTHS, DAYS, SHORT, "{} {} {}", "à", accents="éû", plain="eu")

PASSES: tuple[tuple[str, Say], ...] = (
    (LISTED, NAMES.listed),
    (rf"\b{SHORT_MONTH}\.?\s?[-–]\s?{SHORT_MONTH}\b\.?(?![a-zà-ÿ])", NAMES.several_months),
    (rf"\b{SHORT_DAY}\.?\s?[-–]\s?{SHORT_DAY}\b\.?(?![a-zà-ÿ])", NAMES.several_days),
    (rf"\b(\d{{1,2}})[ -]{SHORT_MONTH}\.?[ -](\d{{4}})\b", NAMES.between),
    (rf"(?:(?<=\d )|(?<=er )){SHORT_MONTH}\b\.?(?![a-zà-ÿ])", NAMES.month),
    (rf"\b{SHORT_DAY}\.(?=,?\s?(?:\d|et |au |[-–]))", NAMES.day),
)

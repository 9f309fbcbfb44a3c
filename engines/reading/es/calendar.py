"""Spanish months and days of the week, written short."""

from __future__ import annotations

from engines.reading.draft import Say
from engines.reading.short_dates import ShortDates

MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
    "octubre", "noviembre", "diciembre",
)  # fmt: skip
DAYS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
SHORT_MONTH = (
    r"([Ee]ne|[Ff]eb|[Mm]ar|[Aa]br|[Mm]ay|[Jj]un|[Jj]ul|[Aa]go|[Ss]ept?|[Oo]ct|[Nn]ov|[Dd]ic)"
)
SHORT_DAY = r"([Ll]un|[Mm]ar|[Mm]ié|[Mm]ier|[Jj]ue|[Vv]ie|[Ss]áb|[Ss]ab|[Dd]om)"
SHORT = "(?:[Ll]un|[Mm]ar|[Mm]ié|[Jj]ue|[Vv]ie|[Ss]áb|[Dd]om)"
LISTED = rf"\b{SHORT}\.?(?:, ?{SHORT}\.?){{0,5}},? (?:y|e|a|o) {SHORT}\b\.?(?![a-zà-ÿ])"
NAMES = ShortDates(MONTHS, DAYS, SHORT, "{} de {} de {}", "a", accents="áé", plain="ae")

PASSES: tuple[tuple[str, Say], ...] = (
    (LISTED, NAMES.listed),
    (rf"\b{SHORT_MONTH}\.?\s?[-–]\s?{SHORT_MONTH}\b\.?(?![a-zà-ÿ])", NAMES.several_months),
    (rf"\b{SHORT_DAY}\.?\s?[-–]\s?{SHORT_DAY}\b\.?(?![a-zà-ÿ])", NAMES.several_days),
    (rf"\b(\d{{1,2}})[ -]{SHORT_MONTH}\.?[ -](\d{{4}})\b", NAMES.between),
    (rf"(?:(?<=de )|(?<=\d )|(?<=\d-)){SHORT_MONTH}\b\.?(?![a-zà-ÿ])", NAMES.month),
    (rf"\b{SHORT_MONTH}\.(?=\s?(?:de )?\d{{4}})", NAMES.month),
    (
        rf"\b{SHORT_DAY}(?=,? \d{{1,2}} (?:de )?(?:ene|feb|mar|abr|may|jun|jul|ago|sep"
        rf"|oct|nov|dic))",
        NAMES.day,
    ),
    (rf"\b{SHORT_DAY}\.(?=,?\s?(?:\d|y |a |[-–]))", NAMES.day),
)

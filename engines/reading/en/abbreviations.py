"""What stands for more words than it has letters, in English."""

from __future__ import annotations

import re

from engines.reading import openers
from engines.reading.draft import Say
from engines.reading.en import calls, capitals, chat, given, markets, measured, medicine, people

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip

MONTH_STARTS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DAYS = "|".join(WEEKDAYS)
SHORT_DAYS = "Mon|Tue|Wed|Thu|Fri|Sat|Sun"


def weekdays(found: re.Match[str]) -> str:
    first, last = (next(day for day in WEEKDAYS if day.startswith(found[at])) for at in (1, 2))
    return f"{first} to {last}"


def months(found: re.Match[str]) -> str:
    first, last = (next(name for name in MONTHS if name.startswith(found[at])) for at in (1, 2))
    return f"{first} to {last}"


def weekday(found: re.Match[str]) -> str:
    return next(day for day in WEEKDAYS if day.startswith(found[0][:3]))


def month(found: re.Match[str]) -> str:
    return next(name for name in MONTHS if name.startswith(found[0][:3]))


STREETS = (
    r"(?:[Ss]t(?:reet)?\b\.?|[Aa]ve(?:nue)?\b\.?|[Rr](?:oa)?d\b\.?|[Bb](?:oulevard|lvd)\b\.?"
    r"|[Dd]r(?:ive)?\b\.?|[Ll](?:ane|n)\b\.?|[Pp]l(?:ace)?\b\.?|[Ww]ay\b|[Cc]ourt\b)"
)
QUARTERS = {
    "N": "north", "S": "south", "E": "east", "W": "west", "NE": "northeast", "NW": "northwest",
    "SE": "southeast", "SW": "southwest",
}  # fmt: skip


def quarter(found: re.Match[str]) -> str:
    return QUARTERS[found[1]]


# As it is written in Britain, without a full stop; a street has a name before it.
SAINT = (
    r"\bSt(?=\s(?:Peter|Paul|John|James|Mary|Mark|Luke|Matthew|Andrew|George|Patrick|David|Nicholas|Francis"
    r"|Anthony|Joseph|Thomas|Michael|Helena|Louis|Petersburg|Albans|Ives|Kitts|Lucia|Vincent|Martin|Stephen"
    r"|Anne?|Catherine|Catharines|Clair|Helens|Moritz|Tropez|Pancras|Kilda|Augustine|Bernard|Christopher"
    r"|Valentine|Joan|Croix|Leger|Austell|Agnes|Ambrose|Benedict|Cecilia|Clement|Columba|Cuthbert|Edmund"
    r"|Gregory|Jerome|Jude|Lawrence|Margaret|Teresa|Ursula|Barts)(?:s|'s)?\b)"
)
ABBREVIATIONS: tuple[tuple[str, Say], ...] = (
    *openers.passes("EN"),
    *people.PASSES,
    *chat.PASSES,
    *calls.PASSES,
    *given.LETTERED,
    *measured.ALWAYS,
    *medicine.ALWAYS,
    *capitals.PASSES,
    (SAINT, "saint"),
    (openers.INITIAL, openers.initial),
    (r"\b([AaPp])\.\s?[Mm]\.(?=\s*$)", r"\1 m."),
    (r"\b([AaPp])\.\s?[Mm]\b\.?", r"\1 m"),
    (r"(?<=\d)\s?([AaPp])[Mm]\b", r" \1 m"),
    (r"\bMrs\b\.?", "missus"),
    (r"\bMr\b\.?", "mister"),
    (r"\bMessrs\b\.?", "messieurs"),
    (r"\bDrs\.", "doctors"),
    (r"\bDr\.(?=\s+[A-Z])", "doctor"),
    (r"(?<=[a-z] )Dr\.|(?<=[a-z]\. )Dr\.(?=\s*(?:$|[,;]))", "drive"),
    (
        r"(?<=[\w%])/(?=(?:day|week|month|year|hour|hr|person|night|minute|second|unit|share|page"
        r"|capita|head|lesson|class|kid|child|adult|item|piece|game|round|gallon|liter|mile)\b)",
        " per ",
    ),
    (r"(?<=\d)-(?=\d{1,2}:\d\d\s?[ap]\.?\s?m)", " to "),
    (r"(?<=\d )ff\.", "and following"),
    (r"(?<=[a-z] )St\.(?!\s+[A-Z])", "street"),
    (r"(?<=\d(?:st|nd|rd|th) )St\b\.?", "street"),
    (
        r"(\b(?:on|at|near|off|\d{1,5})\s(?!Mount|Port|Fort|Lake|Old|Mt)[A-Z][a-z]+\s)St\.(?=\s)",
        r"\1street",
    ),
    (r"\bSt\.(?=\s)", "saint"),
    (r"\bMt\.(?=\s+[A-Z])", "mount"),
    (r"\bAve\b\.?", "avenue"),
    (r"\bBlvd\b\.?", "boulevard"),
    (r"\bRd\b\.", "road"),
    (r"(?<=[a-z] )Ln\b\.?", "lane"),
    (r"\bHwy\b\.?", "highway"),
    (r"\bPkwy\b\.?", "parkway"),
    (r"\bApt\b\.?(?=\s?[#\dA-Z])", "apartment"),
    (r"\bSte\.(?=\s?\d)", "suite "),
    (r"(?<=[a-z] )Sq\.", "square"),
    (r"(?<=[a-z] )Ct\.", "court"),
    (r"(?<=[a-z] )Pl\.", "place"),
    (r"\bc/o\b", "care of"),
    (r"\b[Dd]ept\.", "department"),
    (r"\b[Rr]m\.(?=\s?\d)", "room "),
    (r"\b[Ff]lr?\.(?=\s?\d)|(?<=\d(?:st|nd|rd|th) )[Ff]lr?\.", "floor "),
    (r"\b[Bb]ldg\.", "building"),
    (r"\b[Aa]ttn\b[.:]?", "attention,"),
    (r"\b[Aa]vg\.", "average"),
    (r"\b[Qq]ty\b\.?", "quantity"),
    (r"\b[Mm]gr\.", "manager"),
    (r"\b[Gg]ovt\b\.?", "government"),
    (r"\b[Ii]ntl\b\.?", "international"),
    (r"\b[Aa]ssn\b\.?", "association"),
    (r"\b[Aa]sst\.", "assistant"),
    (r"\bRte\.(?=\s?\d)", "route "),
    (r"\bCir\.(?=\s|$)", "circle"),
    (r"\bTer(?:r)?\.(?=\s*(?:$|[,;]))", "terrace"),
    (r"\bPres\.(?=\s+[A-Z])", "president"),
    (r"\bSupt\.", "superintendent"),
    (r"\bPvt\.(?=\s+[A-Z])", "private"),
    (r"\bEd\.D\.", "E D D"),
    (r"(?<=\d(?:st|nd|rd|th) )ed\.", "edition"),
    (r"\b[Uu]niv\.", "university"),
    (r"\b[Nn]o\.(?=\s?\d)", "number "),
    (r"\b[Nn]os\.(?=\s?\d)", "numbers "),
    (r"\bpp\.(?=\s?\d)", "pages "),
    (r"\bp\.(?=\s?\d)", "page "),
    (r"\b[Vv]ol\.(?=\s?[\dIVX])", "volume "),
    (r"\b[Cc]h\.(?=\s?[\dIVX])", "chapter "),
    (r"\b[Ff]ig\.(?=\s?\d)", "figure "),
    (r"\b[Ss]ec\.(?=\s?\d)", "section "),
    (r"\b[Aa]rts\.(?=\s?\d)", "articles "),
    (r"\b[Aa]rt\.(?=\s?\d)", "article "),
    (r"\b[Pp]ara\.(?=\s?\d)", "paragraph "),
    (r"\b[Ee]q\.(?=\s?\(?\d)", "equation "),
    (r"\b[Vv]er\.(?=\s?\d)", "version "),
    (r"\bRev\.(?=\s?\d)", "revision "),
    (r"\b[Rr]ef\.(?=\s?[\d#])", "reference "),
    (r"\b[Ll]at\.(?=\s?\d)", "latitude "),
    (r"\b[Ll]ong\.(?=\s?-?\d{1,3}(?:\.\d|\s?°))", "longitude "),
    (r"\b[Aa]pp\.(?=\s?[A-Z\d]\b)", "appendix "),
    (r"(?<![\w.])24-7\b", "24/7"),
    (r"\b3M(?= (?:[Cc]ompany|tapes?|stock|masks?|products?|adhesive|respirators?)\b)", "3 M"),
    (r"(?<=[$£€])\.(?=\d\d(?!\d))", "0."),
    (r"\$([2-9])0s\b", r"\g<1>0s"),
    (r"\b[Ee]\.\s?g\.,?", "for example,"),
    (r"\b[Ii]\.\s?e\.,?", "that is,"),
    (r"(?<!/)\b[Ee]tc\b\.?(?!/)", "et cetera"),
    (r"§§\s?", "sections "),
    (r"\b[Aa]rt\.(?=\s?[IVX]{1,5}\b)", "article"),
    (r"(?<!\w)ca?\.\s?(?=A\.?\s?D\b|\d{1,4} B\.?C)", "circa "),
    (
        r"(?:(?<=[Cc]losed )|(?<=[Oo]n )|(?<=[Ee]very )|(?<=& )|(?<=and ))"
        r"(?:Sat|Sun)\b\.?(?=\s*$|[,;])",
        weekday,
    ),
    *markets.EARLY,
    (r"\bet al\.", "et al"),
    (r"\bvs\b\.?", "versus"),
    (r"\b[Aa]pprox\.", "approximately"),
    (r"\b[Ee]st\.(?=\s?\d)", "established"),
    (r"\b[Mm]ax\.(?=\s\S)", "maximum"),
    (r"\bfl\.?\s?oz\b\.?", "fl oz"),
    (
        r"(?<=\d )(ft|oz|lbs?|min|hrs?|sec|yd|mi|gal|yrs?|mos?|wks?|tsp|tbsp|k?g|m[gl]|[ck]?m)"
        r"\.(?=\s[a-z\d]|[,;:)])",
        r"\1",
    ),
    (r"(?<!\d )(?<!\d-)(?<!/)\b[Mm]in\.(?=\s[a-z])", "minimum"),
    (r"\b[Tt]el\.", "telephone"),
    (r"\b[Ee]xt\.(?=\s?\d)", "extension "),
    (r"\b[Tt]emp\.", "temperature"),
    (r"\bw/o\b", "without"),
    (r"(?<!\d )(?<!\d)\bw/(?=\s?[A-Za-z\d$€£])", "with "),
    (r"\bb/c\b", "because"),
    (r"\ba\.?k\.?a\b\.?", "also known as"),
    (r"\bPh\.?\s?D\b\.?", "P H D"),
    (r"\bCo\.", "company"),
    (r"\bBros\.", "brothers"),
    (r"\bJr\b\.?", "junior"),
    (r"\bSr\b\.?", "senior"),
    (r"\bProf\.", "professor"),
    (r"\bGov\.(?=\s+[A-Z])", "governor"),
    (r"\bSen\.(?=\s+[A-Z])", "senator"),
    (r"\bRep\.(?=\s+[A-Z])", "representative"),
    (r"\bPres\.(?=\s+[A-Z])", "president"),
    (r"\bMaj\.", "major"),
    (r"\bGen\.", "general"),
    (r"\bAdm\.(?=\s+[A-Z])", "admiral"),
    (r"\bCmdr\b\.?", "commander"),
    (r"\bCpl\b\.?(?=\s+[A-Z])", "corporal"),
    (r"\bRev\.", "reverend"),
    (r"\bLt\.", "lieutenant"),
    (r"\bHon\.", "honorable"),
    (r"\bSgt\b\.?", "sergeant"),
    (r"\bCapt\b\.?", "captain"),
    (r"\bEsq\b\.?", "esquire"),
    (r"\bLtd\b\.?", "limited"),
    (r"\bInc\.", "incorporated"),
    (r"\bCorp\.", "corporation"),
    (r"\bCol\.", "colonel"),
    (r"\bFt\.(?=\s+[A-Z])", "fort"),
    (rf"\b({MONTH_STARTS})\.?\s?[-–]\s?({MONTH_STARTS})\b\.?(?![a-z])", months),
    (rf"\b(\d{{1,2}})-({MONTH_STARTS})-(\d{{4}})\b", r"\1 \2 \3"),
    (rf"\b(?:{SHORT_DAYS})(?=\s\d{{1,2}}/\d{{1,2}}\b)", weekday),
    (r"(?<=[a-z]{3})/min\b\.?", " per minute"),
    (r"(?<=[a-z]{3})/(?:sec\b\.?|s\b)", " per second"),
    (r"(?<=[a-z]{3})/hr?\b\.?", " per hour"),
    (r"\b([Uu]nder|[Oo]ver)-(?=\d\ds\b)", r"\1 "),
    (rf"\b({SHORT_DAYS})\.?\s?[-–]\s?({SHORT_DAYS})\b\.?(?![a-z])", weekdays),
    (r"(?<=\d(?:st|nd|rd|th))(\s|-)(?:c|cent)\.(?!\w)", r"\1century"),
    (r"(?<!\w)ca?\.\s?(?=\d{3,4}\b)", "circa "),
    (r"\b[Oo]p\.(?=\s?\d)", "opus "),
    (
        rf"\b(?:Mon|Tues?|Wed|Thur?s?|Fri)\.|\b(?:Sun|Sat)\.(?=,?\s+(?:\d|(?:{MONTH_STARTS})))"
        rf"|\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?=,?\s+(?:\d{{1,2}}\b|(?:{MONTH_STARTS})))",
        weekday,
    ),
    (
        r"\b(?:Jan|Feb|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.|\bMar\.(?=\s?\d)|(?<=\d )Mar\b\.?"
        r"|\b(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)(?=\s'?\d)"
        r"|(?:(?<=\d )|(?<=\d(?:st|nd|rd|th) ))(?:Jan|Feb|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b",
        month,
    ),
    (r"(?<=\b[A-Z])\.(?=[A-Z]\b)", " "),  # U.S. Army -> U S. Army
    (rf"(?<=\b[A-Z] [A-Z])\.(?=\s+\S)(?!\s+(?:{openers.OPENERS['EN']})\b)", ""),  # -> U S Army
    (rf"\b({DAYS})\s?[-–]\s?(?=(?:{DAYS}))", r"\1 to "),
    (r"#(?=\d*(?!st\b|nd\b|rd\b|th\b)[A-Za-z]{2}|[A-Za-z])", " hashtag "),
    (rf"(?<=\d )([NSEW])\.?(?= (?:\d{{1,3}}(?:st|nd|rd|th)|[A-Z][a-z]+) {STREETS})", quarter),
    (rf"(?<= )(NE|NW|SE|SW)\b(?= {STREETS}| \d{{1,3}}(?:st|nd|rd|th) {STREETS})", quarter),
    (rf"({STREETS} )(NE|NW|SE|SW|[NSEW])\b\.?", lambda found: found[1] + QUARTERS[found[2]]),
    (r"\b([CF])#", r"\1 sharp"),
    (r"(?<=[A-Za-z])\+\+", " plus plus"),
    (r"(?<![\w.])~\s?(?=\d)", "about "),
    (r"(?<=[a-z])\((e?s)\)", r"\1"),
)

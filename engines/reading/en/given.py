"""What one is given in English: so many points out of ten, a grade, a blood type, a score."""

from __future__ import annotations

import re

from engines.reading.draft import Say
from engines.reading.en import numbers
from engines.reading.readable.near import near

Match = re.Match[str]

OUT_OF = (
    r"(?<![\w./,$-])(\d{1,3}(?:\.\d{1,2})?)\s?/\s?(5|10|20|50|100)(?![\w/%]|[.,]\d|\s?(?:of|to)\b)"
)
GIVEN = re.compile(
    r"\b(?:rat(?:e|ed|es|ing|ings)|scor(?:e|ed|es|ing)|got|gave|give|gives|giving"
    r"|grade|reviews?|a solid"
    r"|stars?|marks?|it's an?|a perfect|an easy|pain|recommend|out of)\b[^.;!?]{0,30}$",
    re.IGNORECASE,
)
THEN = re.compile(
    r"\s(?:would|stars?|on the (?:test|exam|quiz|scale)|rating|score|recommend|from me|points?)\b"
    r"|\s(?:people|dentists|doctors|users|customers|voters|Americans|adults|women|men|children|kids"
    r"|times|patients|students|respondents|companies|households)\b"
)
CRICKET = (
    r"(?<![\w./,$-])(\d{2,3})/(\d|10)(?=\s(?:at (?:stumps|lunch|tea|the close)"
    r"|in \d{1,3}(?:\.\d)? overs"
    r"|off \d|declared|dec\b|\(\d{1,2}(?:\.\d)? ov))"
)
BLOOD = re.compile(r"\b(?:blood|donors?|transfusion|Rh)\b")
TYPE = r"(?<![\w+-])(AB?|B|O)([+-])(?![\w+-])"
# An A+ is heard as it is; a minus that ends a word would be a hyphen.
GRADE = r"(?<= [A-F])-(?=\s|[.,;:!?)]|$)"
GRADED = frozenset(["a", "an", "got", "grade", "of", "rated", "score", "and", "or", "to"])


def out_of(found: Match) -> str:
    """'8/10 on the test' is 'eight out of ten'; '9/10 of a mile' a fraction."""
    text, top = found.string, found[1]
    if float(top) > int(found[2]):
        return found[0]
    before = text[max(0, found.start() - 48) : found.start()]
    after = text[found.end() : found.end() + 24]
    if "." in top or GIVEN.search(before) or THEN.match(after):
        return f"{top} out of {found[2]}"
    return found[0]


def blood(found: Match) -> str:
    if not BLOOD.search(near(found)):
        return found[0]
    return f"{' '.join(found[1])} {'positive' if found[2] == '+' else 'negative'}"


def grade(found: Match) -> str:
    before = found.string[max(0, found.start() - 10) : found.start()].split()
    return " minus" if len(before) > 1 and before[-2].lower() in GRADED else found[0]


PASSES: tuple[tuple[str, Say], ...] = (
    (
        r"\b((?:[Ss]core|[Gg]ot|[Ss]cored)\D{0,12}\d{3,4})/(?=(?:800|1600|36|990|120|340)(?![\d/.,]))",
        r"\1 out of ",
    ),
    (CRICKET, lambda found: f"{found[1]} for {numbers.cardinal(found[2])}"),
    (OUT_OF, out_of),
    (
        r"((?:[A-Z][\w.'-]{0,20})\s)(\d{1,3})\s[-–]\s(\d{1,3})(?=\s[A-Z][a-z])",
        r"\1\2 to \3",
    ),
    (
        r"(?<![\w./,$-])(\d{1,3})/(?=\d{1,2}\s(?:odds|shots?|favou?rite|outsider|on favou?rite)\b)",
        r"\1 to ",
    ),
)
LETTERED: tuple[tuple[str, Say], ...] = ((TYPE, blood), (GRADE, grade))

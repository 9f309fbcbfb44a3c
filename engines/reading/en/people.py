"""Titles and given names that are written short in English, parties and states behind a name."""

from __future__ import annotations

import re

from engines.reading.draft import Say
from engines.reading.en.places import STATES

Match = re.Match[str]

TITLES = {
    "Msgr": "monsignor", "Fr": "father", "Atty": "attorney", "Amb": "ambassador",
    "Det": "detective",
    "Insp": "inspector", "Brig": "brigadier", "Pfc": "private first class", "Cpt": "captain",
    "Sens": "senators", "Reps": "representatives", "Revs": "reverends", "Profs": "professors",
    "Gens": "generals", "Assoc": "associate", "Ald": "alderman", "Ens": "ensign", "Bp": "bishop",
    "Abp": "archbishop", "Supt": "superintendent", "Treas": "treasurer", "Ofc": "officer",
}  # fmt: skip
NAMES = {
    "Wm": "William", "Geo": "George", "Chas": "Charles", "Thos": "Thomas", "Jas": "James",
    "Benj": "Benjamin", "Robt": "Robert", "Saml": "Samuel", "Edw": "Edward", "Jos": "Joseph",
}  # fmt: skip
SISTERS = (
    "Mary|Maria|Teresa|Theresa|Agnes|Bernadette|Joan|Catherine|Anne|Ann|Clare|Helen|Margaret|Rose|Lucy"
    "|Elizabeth|Cecilia|Monica|Angela|Josephine|Faustina|Simone|Jean"
)
# As newspapers write them, behind a town or a party.
OLD_STATES = {
    "Ala": "Alabama", "Ariz": "Arizona", "Ark": "Arkansas", "Calif": "California",
    "Colo": "Colorado", "Conn": "Connecticut", "Del": "Delaware", "Fla": "Florida",
    "Ill": "Illinois", "Ind": "Indiana", "Kan": "Kansas", "Ky": "Kentucky",
    "Mass": "Massachusetts", "Mich": "Michigan", "Minn": "Minnesota", "Miss": "Mississippi",
    "Mont": "Montana", "Neb": "Nebraska", "Nev": "Nevada", "Okla": "Oklahoma", "Ore": "Oregon",
    "Pa": "Pennsylvania", "Tenn": "Tennessee", "Tex": "Texas", "Vt": "Vermont", "Va": "Virginia",
    "Wash": "Washington", "Wis": "Wisconsin", "Wyo": "Wyoming", "Ga": "Georgia", "Md": "Maryland",
}  # fmt: skip
AMBIGUOUS = ("Miss", "Pa", "Ill", "Del", "Md", "Ind", "Mont")  # words, too, behind a comma
BEHIND_TOWN = "|".join(state for state in OLD_STATES if state not in AMBIGUOUS)
PARTY = rf"(?<=\()([DRI])-(?:({'|'.join(STATES)})(?=\))|({'|'.join(OLD_STATES)})\.(?=[)\s]|$))"
LANDS = (
    "Korea|Africa|America|Carolina|Dakota|Virginia|Germany|Ireland|Sudan|Macedonia|Vietnam|Yemen|Asia"
    "|Europe|Pacific|Atlantic|Hampshire|Coast|Berlin|Bank|Island|Pole|Side"
)
QUARTERS = {"N": "north", "S": "south", "E": "east", "W": "west"}


def party(found: Match) -> str:
    """'(D-Mass.)' -> '(D, Massachusetts)'."""
    state = STATES[found[2]] if found[2] else OLD_STATES[found[3]]
    return f"{found[1]}, {state}"


PASSES: tuple[tuple[str, Say], ...] = (
    (r"\bCol\.(?=\s?\d)", "column "),
    (r"\bLt\. Gov\.", "lieutenant governor"),
    (r"\bDr\.(?= (?:and|&) (?:Mrs|Mr|Ms|Dr)\b)", "doctor"),
    (r"\bRt\.(?= (?:Hon|Rev)\b)", "right"),
    (rf"(?:^|(?<=[.!?,;:(] )|(?<=\band ))Sr\.(?= (?:{SISTERS})\b)", "sister"),
    (rf"(?<!\d )\b({'|'.join(TITLES)})\.(?=\s+[A-Z][\w.])", lambda found: TITLES[found[1]]),
    (rf"\b({'|'.join(NAMES)})\.(?=\s+[A-Z][\w.])", lambda found: NAMES[found[1]]),
    (PARTY, party),
    (rf"(?<=[a-z], )({BEHIND_TOWN})\.(?!\w)", lambda found: OLD_STATES[found[1]]),
    (r"\bRet\.(?=\)|,|$)", "retired"),
    (rf"(?<!\w)([NSEW])\.(?= (?:{LANDS})\b)", lambda found: QUARTERS[found[1]]),
)

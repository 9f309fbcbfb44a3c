"""Whether the full stop of an abbreviation ends its sentence, too: a word that opens one tells.

'Acme Inc. She left' are two sentences, 'Acme Inc. Boston' is one, and so is 'Dr. No'.
"""

from __future__ import annotations

import re

from engines.reading.draft import Say

_EN = r"""
    He She It We They You This That These Those The There Then But And So However When Where If In
    On At After Before For From My Our His Her Its Their What Who Why How Which Not Yes Now
    Meanwhile Later Also Today Yesterday Tomorrow Please Is Are Was Were Do Does Did Can Could
    Will Would Let Let's Don't Here Even Still While Although Because Since Until By With As
    I(?=['\s][a-z]) I'm A(?=\s[a-z]) An(?=\s[a-z])
"""
_ES = """
    El La Los Las Un Una Unos Unas En Pero Y Luego Después Entonces Él Ella Ellos Ellas Se No Si
    Sí Cuando Como Con Por Para Es Son Fue Era Ha Han Hay Lo Le Les Su Sus Mi Esto Esta Este
    Estos Estas Ese Eso Al Aunque Además También Ahora Hoy Ayer Mañana Yo Tú Nosotros Que Qué
"""
_FR = """
    Le La Les Il Elle Ils Elles On Un Une Des Puis Mais Et Ensuite Alors Ce Cette Ces Dans En
    Je Nous Vous Tu Son Sa Ses Leur Leurs Pour Par Si Quand Voir Voilà Cependant Ainsi Après Avant
    Aujourd'hui Hier Demain Ne Mon Ma Mes Notre Nos Votre C'est C'était J'ai L'[A-ZÀ-Ýa-zà-ÿ]+
    D'[a-zà-ÿ]+
    Qu'[a-zà-ÿ]+ S'[a-zà-ÿ]+ Comme Aussi
"""
OPENERS = {code: "|".join(words.split()) for code, words in
           (("EN", _EN), ("ES", _ES), ("FR", _FR))}  # fmt: skip
_LETTERS = r"(?:[A-Z]\.){1,5}[A-Z]"
# What may end a sentence; titles and 'e.g.' never do.
ENDING = {
    "EN": rf"Inc|Ltd|Co|Corp|Bros|Jr|Sr|Esq|[Ee]tc|et al|Ave|Blvd|Rd|(?<=[a-z] )St"
    rf"|Dept|Jan|Feb|Apr|Aug|Sept?|Oct|Nov|Dec|[Aa]\.\s?[Mm]|[Pp]\.\s?[Mm]|Ph\.\s?D|{_LETTERS}",
    "ES": rf"[Ee]tc|Cía|Hnos|Uds?|EE\.\s?UU|[ap]\.\s?[mM]|[ad]\.\s?(?:de\s?)?C|{_LETTERS}",
    "FR": rf"[Ee]tc|Cie|J\.-?C|max|min|{_LETTERS}",
}
# 'Plan B. Germany' are two sentences, 'John F. Kennedy' is one name.
_NOT_NAMES = """
    Plan Vitamin Type Grade Class Section Part Appendix Group Hepatitis Exhibit Line Route Gate
    Column Row Option Figure Table Schedule Annex Area Zone Level Block Building Team Note Step
"""
NOT_NAMES = frozenset(_NOT_NAMES.lower().split())
INITIAL = r"(?:^|(?<=[\s(\"'“«-]))([A-HJ-Z])\.(?=\s(?:[A-Z]\.|[A-Z]'?[A-Za-z]))"
OPENER = {code: re.compile(rf"\s+[\"'“«¿¡(]{{0,2}}(?:{words})(?![\w-])")
          for code, words in OPENERS.items()}  # fmt: skip
ENDS = {code: re.compile(rf"(?:^|(?<=[\s(\"'“«-])|(?<=\d))(?:{words})$")
        for code, words in ENDING.items()}  # fmt: skip


def ends_too(text: str, start: int, stop: int, language: str) -> bool:
    """Whether the sentence from `start` ends with the abbreviation before `text[stop]`, a stop."""
    opener = OPENER.get(language)
    if opener is None or not opener.match(text, stop + 1):
        return False
    return ENDS[language].search(text[max(start, stop - 16) : stop]) is not None


def initial(found: re.Match[str]) -> str:
    """'J. R. R. Tolkien' without the stops, which would be heard as ends of sentences."""
    text = found.string
    before = text[max(0, found.start() - 16) : found.start()].split()[-1:]
    no_name = bool(before) and before[0].lower() in NOT_NAMES
    return found[0] if no_name or OPENER["EN"].match(text, found.end()) else found[1]


def passes(language: str) -> tuple[tuple[str, Say], ...]:
    """Doubles such a full stop: the abbreviation takes one with it."""
    opened = rf"\.(?={OPENER[language].pattern})"
    return ((rf"(?<!\w)((?:{ENDING[language]})){opened}", r"\1.."),)

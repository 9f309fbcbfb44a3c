"""Chapters and verses of the Bible, which look like times and ratios: John 3:16, 1 Cor. 13:4-7."""

from __future__ import annotations

import re
from collections.abc import Callable

from engines.reading.draft import Say

Match = re.Match[str]

_EN = """
    Genesis Exodus Leviticus Numbers Deuteronomy Joshua Judges Ruth Samuel Kings Chronicles Ezra
    Nehemiah Esther Job Psalms? Proverbs Ecclesiastes Isaiah Jeremiah Lamentations Ezekiel Daniel
    Hosea Joel Amos Obadiah Jonah Micah Nahum Habakkuk Zephaniah Haggai Zechariah Malachi
    Matthew Mark Luke John Acts Romans Corinthians Galatians Ephesians Philippians Colossians
    Thessalonians Timothy Titus Philemon Hebrews James Peter Jude Revelation Surah Quran Qur'an
"""
_ES = """
    Génesis Éxodo Levítico Números Deuteronomio Josué Jueces Rut Samuel Reyes Crónicas Esdras
    Nehemías Ester Job Salmos? Proverbios Eclesiastés Isaías Jeremías Lamentaciones Ezequiel Daniel
    Oseas Joel Amós Jonás Miqueas Zacarías Malaquías Mateo Marcos Lucas Juan Hechos Romanos
    Corintios Gálatas Efesios Filipenses Colosenses Tesalonicenses Timoteo Tito Filemón Hebreos
    Santiago Pedro Judas Apocalipsis Sura Corán
"""
_FR = """
    Genèse Exode Lévitique Nombres Deutéronome Josué Juges Ruth Samuel Rois Chroniques Esdras
    Néhémie Esther Job Psaumes? Proverbes Ecclésiaste Isaïe Ésaïe Jérémie Lamentations Ézéchiel
    Daniel Osée Joël Amos Jonas Michée Zacharie Malachie Matthieu Marc Luc Jean Actes Romains
    Corinthiens Galates Éphésiens Philippiens Colossiens Thessaloniciens Timothée Tite Philémon
    Hébreux Jacques Pierre Jude Apocalypse Sourate Coran
"""
BOOKS = {language: "|".join(books.split())
         for language, books in (("EN", _EN), ("ES", _ES), ("FR", _FR))}  # fmt: skip
# No verse has a zero in front, nor an afternoon behind.
VERSES = (
    r"(\d{1,3}):([1-9]\d{0,2})(?:\s?[-–—]\s?([1-9]\d{0,2}))?"
    r"(?![\d:]|[.,]\d|\s?[ap]\.?\s?m\b|\s?h\b)"
)


def verses(language: str, say: Callable[[str], str], to: str) -> tuple[str, Say]:
    """'Psalm 23:4-6' as chapter and verses, without a word between."""

    def read(found: Match) -> str:
        book, chapter, first, last = found.groups()
        end = f" {to} {say(last)}" if last else ""
        return f"{book} {say(chapter)} {say(first)}{end}"

    return rf"\b({BOOKS[language]})\s{VERSES}", read


# Short names, with a full stop or without one.
_SHORT = {
    "EN": """
        Gen=Genesis Ge=Genesis Ex=Exodus Exod=Exodus Lev=Leviticus Num=Numbers Deut=Deuteronomy
        Dt=Deuteronomy Josh=Joshua Judg=Judges Sam=Samuel Kgs=Kings Chr=Chronicles Chron=Chronicles
        Neh=Nehemiah Esth=Esther Ps=Psalm Pss=Psalms Psa=Psalm Prov=Proverbs Eccl=Ecclesiastes
        Eccles=Ecclesiastes Isa=Isaiah Jer=Jeremiah Lam=Lamentations Ezek=Ezekiel Dan=Daniel
        Hos=Hosea Mic=Micah Hab=Habakkuk Zeph=Zephaniah Zech=Zechariah Mal=Malachi Matt=Matthew
        Mt=Matthew Mk=Mark Lk=Luke Jn=John Rom=Romans Cor=Corinthians Gal=Galatians Eph=Ephesians
        Phil=Philippians Col=Colossians Thess=Thessalonians Tim=Timothy Tit=Titus Phlm=Philemon
        Heb=Hebrews Jas=James Pet=Peter Rev=Revelation
    """,
    "ES": """
        Gn=Génesis Gén=Génesis Gen=Génesis Ex=Éxodo Éx=Éxodo Lv=Levítico Nm=Números
        Dt=Deuteronomio Jos=Josué Sam=Samuel Sal=Salmo Prov=Proverbios Pr=Proverbios Is=Isaías
        Jr=Jeremías Jer=Jeremías Ez=Ezequiel Dn=Daniel Dan=Daniel Mt=Mateo Mc=Marcos Lc=Lucas
        Jn=Juan Hch=Hechos Rm=Romanos Rom=Romanos Co=Corintios Cor=Corintios Ga=Gálatas
        Gál=Gálatas Ef=Efesios Flp=Filipenses Ts=Tesalonicenses Tes=Tesalonicenses Tm=Timoteo
        Tim=Timoteo Hb=Hebreos Heb=Hebreos Pe=Pedro Ap=Apocalipsis
    """,
    "FR": """
        Gn=Genèse Gen=Genèse Ex=Exode Lv=Lévitique Nb=Nombres Dt=Deutéronome Jos=Josué Sam=Samuel
        Ps=Psaume Pr=Proverbes Is=Isaïe És=Ésaïe Jr=Jérémie Ez=Ézéchiel Dn=Daniel Mt=Matthieu
        Mc=Marc Lc=Luc Jn=Jean Ac=Actes Rm=Romains Rom=Romains Co=Corinthiens Ga=Galates
        Ep=Éphésiens Éph=Éphésiens Ph=Philippiens Th=Thessaloniciens Tm=Timothée He=Hébreux
        Hé=Hébreux Ap=Apocalypse
    """,
}
SHORT = {language: dict(pair.split("=") for pair in pairs.split())
         for language, pairs in _SHORT.items()}  # fmt: skip
# Of two or three books by one name: 1 Corintios.
SEVERAL = (
    "Samuel|Reyes|Crónicas|Corintios|Tesalonicenses|Timoteo|Pedro|Juan|Rois|Chroniques|Corinthiens"
    "|Thessaloniciens|Timothée|Pierre|Jean|Macabeos|Maccabées"
)
RANKS = {
    "EN": ("first", "second", "third"),
    "ES": ("primera de", "segunda de", "tercera de"),
    "FR": ("première aux", "deuxième aux", "troisième aux"),
}
# By person in French and Spanish, where letters to a town are 'aux' its people.
PERSONS = re.compile("Timothée|Pierre|Jean|Samuel|Rois|Chroniques|Maccabées")
# Short of an element or a blood count, too: 'Hb 13,5' needs a space to be a verse.
UNSURE = frozenset(
    ["Hb", "Co", "Ga", "Ts", "Tm", "Pr", "Pe", "Ap", "Ex", "Dt", "Nb", "Ac", "Ep", "Ph", "Th", "He"]
)
AT = (
    r"(\d{1,3})\s?[:,]\s?([1-9]\d{0,2})(?:\s?[-–]\s?([1-9]\d{0,2}))?(?![\d:]|[.,]\d"
    r"|\s?[ap]\.?\s?m\b)"
)
PSALM = {"EN": r"Ps(?:s|a)?", "ES": "Sal", "FR": "Ps"}
ALONE = r"(?=\s\d{1,3}(?:[.,;:)](?!\d)|\s?$|\s(?:and|y|et|says|dice|dit)\b))"


def short_verses(language: str, say: Callable[[str], str], to: str) -> tuple[tuple[str, Say], ...]:
    """'1 Cor. 13:4-7' as 'first Corinthians thirteen four to seven'; on the continent verses stand
    behind a comma, too, which only a short name makes sure: 'Mt 5, 3-12'."""
    named = SHORT[language]

    def full(number: str | None, book: str) -> str:
        book = named.get(book, book)
        if not number:
            return book
        rank = RANKS[language][len(number) - 1 if number[0] == "I" else int(number) - 1]
        if language == "FR" and PERSONS.match(book):
            rank = rank.removesuffix("aux") + "de"
        return f"{rank} {book}"

    def read(found: Match) -> str:
        number, book, chapter, first, last = found.groups()
        if book in UNSURE and not number and not last and f"{chapter},{first}" in found[0]:
            return found[0]
        end = f" {to} {say(last)}" if last else ""
        return f"{full(number, book)} {say(chapter)} {say(first)}{end}"

    def chapter(found: Match) -> str:
        return f"{full(found[1], found[2])} {found[3]}"

    alone = ALONE if language == "ES" else r"(?=\s\d{1,3}(?![\w/]|[.,]\d))"  # 'Sal 3 minutos'
    several = "(?!)" if language == "EN" else SEVERAL
    books = "|".join(sorted(named, key=len, reverse=True))
    return (
        (rf"(?<![\w.])(?:([1-3]|I{{1,3}}) )?({books})\.?\s{AT}", read),
        (rf"(?<![\w.])([1-3]|I{{1,3}}) ({several}) (?=\d{{1,3}}:\d)()", chapter),
        (
            rf"(?<![\w.])({PSALM[language]})\.?{alone}",
            lambda found: named[found[1]],
        ),
    )

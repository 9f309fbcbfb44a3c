"""Chapters and verses of the Bible, which look like times and ratios: John 3:16."""

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

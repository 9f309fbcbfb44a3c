"""Text front ends: the phones, tones and language ids MeloTTS checkpoints were trained on.

Importing this opens no file; a language's dictionaries load with its first word, or with `warm`.
"""

from engines.reading.base import FrontEnd, Lexicon, Phones, PronunciationError, Tokenizer, Warn
from engines.reading.ids import LANGUAGE_IDS, TONE_STARTS, PhoneIds, symbol_table, to_ids
from engines.reading.registry import LANGUAGES, front_end, missing_packages, warm

__all__ = [
    "LANGUAGES",
    "LANGUAGE_IDS",
    "TONE_STARTS",
    "FrontEnd",
    "Lexicon",
    "PhoneIds",
    "Phones",
    "PronunciationError",
    "Tokenizer",
    "Warn",
    "front_end",
    "missing_packages",
    "symbol_table",
    "to_ids",
    "warm",
]

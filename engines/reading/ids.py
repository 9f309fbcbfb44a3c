"""Phones to the numbers a checkpoint was trained with.

The order of the symbols is not fixed: it differs between checkpoints (102 of 219 places between
the published English one and MeloTTS's own source), so it always comes from `config.json`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from engines.errors import UnknownLanguage
from engines.reading.base import Phones, Warn, ignore

# Chinese checkpoints were trained with English mixed in, under a language id of its own.
LANGUAGE_IDS: Mapping[str, int] = {"ZH": 3, "JP": 1, "EN": 2, "KR": 4, "ES": 5, "FR": 6}
# English words in Chinese text bring their offset of 7 along, so Chinese starts at 0.
TONE_STARTS: Mapping[str, int] = {"ZH": 0, "JP": 6, "EN": 7, "KR": 11, "ES": 12, "FR": 13}

BLANK = 0  # between and around all symbols; phone, tone and language alike, never offset
UNKNOWN = "UNK"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PhoneIds:
    """What the network takes. All but `word2ph` have one entry for each symbol."""

    phones: list[int]
    tones: list[int]
    languages: list[int]
    word2ph: list[int]  # one for each BERT token; sums to len(phones)


def symbol_table(symbols: Sequence[str]) -> dict[str, int]:
    """The `symbols` of a checkpoint's `config.json`, made ready for lookups."""
    return {symbol: index for index, symbol in enumerate(symbols)}


def intersperse(items: Sequence[T], blank: T) -> list[T]:
    """`blank` around and between all items: n become 2n + 1."""
    out = [blank] * (2 * len(items) + 1)
    out[1::2] = items
    return out


def to_ids(
    phones: Phones,
    symbols: Mapping[str, int],
    language: str,
    add_blank: bool = True,
    warn: Warn = ignore,
) -> PhoneIds:
    """Number the phones. One that the checkpoint lacks becomes its unknown symbol, or silence."""
    if language not in LANGUAGE_IDS:
        raise UnknownLanguage(f"no such language: {language}")
    unknown = symbols.get(UNKNOWN, BLANK)
    for phone in sorted(set(phones.phones) - symbols.keys()):
        warn(f"the checkpoint has no sound for {phone!r}")
    ids = PhoneIds(
        [symbols.get(phone, unknown) for phone in phones.phones],
        [tone + TONE_STARTS[language] for tone in phones.tones],
        [LANGUAGE_IDS[language]] * len(phones.phones),
        list(phones.word2ph),
    )
    return with_blanks(ids) if add_blank else ids


def with_blanks(ids: PhoneIds) -> PhoneIds:
    """A blank belongs to the phone before it, the first one to [CLS]."""
    doubled = [2 * count for count in ids.word2ph]
    return PhoneIds(
        intersperse(ids.phones, BLANK),
        intersperse(ids.tones, BLANK),
        intersperse(ids.languages, BLANK),
        [doubled[0] + 1, *doubled[1:]] if doubled else [],
    )

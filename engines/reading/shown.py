"""The phones of a front end as a person reads them, word by word."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache

from engines.reading.base import FrontEnd, Phones
from engines.reading.words import Reading, read_piece

Pair = tuple[str, int]  # a phone and its tone


def read_with(front: FrontEnd, piece: str) -> Reading:
    """What is said for a piece, with the phones that a front end has for each word alone."""
    show = SHOWN.get(front.language, _joined)

    @cache
    def phones(word: str) -> str | None:
        found = front.to_phones(front.normalize(word))
        return None if found.silent else show(_heard(found))

    return read_piece(front.language, piece).with_phones(phones)


def _heard(phones: Phones) -> Sequence[Pair]:
    pairs = zip(phones.phones, phones.tones, strict=True)
    return [(phone, tone) for phone, tone in pairs if phone.isalpha() or not phone.isascii()]


def _joined(pairs: Sequence[Pair]) -> str:
    """Spanish and French: IPA."""
    return "".join(phone for phone, _ in pairs)


def _spaced(pairs: Sequence[Pair]) -> str:
    """Japanese and Korean: the checkpoint's own symbols."""
    return " ".join(phone for phone, _ in pairs)


def _arpabet(pairs: Sequence[Pair]) -> str:
    """English: 'T AH0 M EY1 T OW0', as pronunciations are written."""
    return " ".join(phone.upper() + (str(tone - 1) if tone else "") for phone, tone in pairs)


def _pinyin(pairs: Sequence[Pair]) -> str:
    """Chinese: initial and final, each with its tone; English words in small letters."""
    return " ".join(phone + (str(tone) if tone else "") for phone, tone in pairs)


SHOWN: Mapping[str, Callable[[Sequence[Pair]], str]] = {
    "EN": _arpabet, "ZH": _pinyin, "JP": _spaced, "KR": _spaced,
}  # fmt: skip

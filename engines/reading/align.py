"""Lines phones up with BERT's word pieces: the walk all token-based front ends share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from engines.reading.base import EMPTY_LEXICON, Lexicon, Phones, Pronunciation, Warn, ignore

PAD = "_"

Say = Callable[[str], Pronunciation]
"""One whole word -> its phones. Cached by each language, since most words repeat."""


def spread(phones: int, tokens: int) -> list[int]:
    """Deal `phones` out to `tokens` as evenly as can be, the first ones getting more.

    >>> spread(5, 3)
    [2, 2, 1]
    """
    least, more = divmod(phones, tokens)
    return [least + 1] * more + [least] * (tokens - more)


def words(tokens: Sequence[str], upstream_quirks: bool = False) -> Iterator[tuple[str, int]]:
    """Join word pieces: yields each word and the number of tokens it is made of.

    Upstream takes every token that starts with '#' for a continuation, a lone '#' of the text
    too, and crashes when one comes first.
    """
    word, count = "", 0
    for token in tokens:
        continues = token.startswith("#" if upstream_quirks else "##")
        if continues and count and (upstream_quirks or len(token) > len("##")):
            word += token.replace("#", "") if upstream_quirks else token[len("##") :]
            count += 1
            continue
        if count:
            yield word, count
        word, count = token, 1
    if count:
        yield word, count


def align(
    tokens: Sequence[str],
    say: Say,
    lexicon: Lexicon = EMPTY_LEXICON,
    upstream_quirks: bool = False,
    warn: Warn = ignore,
) -> Phones:
    """Say every word of `tokens`, without padding at the ends."""
    return align_words(words(tokens, upstream_quirks), say, lexicon, warn)


def align_words(
    spelled: Iterable[tuple[str, int]],
    say: Say,
    lexicon: Lexicon = EMPTY_LEXICON,
    warn: Warn = ignore,
) -> Phones:
    """The same, of words and the number of tokens that each is made of."""
    spoken: list[tuple[str, int]] = []
    word2ph: list[int] = []
    for word, count in spelled:
        own = lexicon.get(word.lower()) if lexicon else None
        pairs = say(word) if own is None else own
        if not pairs and any(char.isalnum() for char in word):
            warn(f"not spoken: {word}")
        spoken += pairs
        word2ph += spread(len(pairs), count)
    return Phones([phone for phone, _ in spoken], [tone for _, tone in spoken], word2ph)


def pad(phones: Phones) -> Phones:
    """Silence at both ends: the phones of [CLS] and [SEP]."""
    return Phones([PAD, *phones.phones, PAD], [0, *phones.tones, 0], [1, *phones.word2ph, 1])

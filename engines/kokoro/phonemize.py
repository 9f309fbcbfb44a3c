"""What a worker process does with one utterance: its text to the phones of Kokoro.

In a process of its own because eSpeak NG is neither thread-safe nor beyond crashing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from engines.base import Utterance
from engines.embedded.espeak_library import phonemize as espeak
from engines.embedded.espeak_library import phonemize_each
from engines.embedded.japanese import to_kana
from engines.embedded.spoken import not_spoken, spoken_form
from engines.embedded.to_read import ToRead
from engines.errors import NoPronunciations, UnspeakableText
from engines.kokoro import latin
from engines.kokoro.japanese import kana_phones
from engines.kokoro.mandarin import syllable_phones
from engines.kokoro.styles import accent
from engines.kokoro.symbols import STOPS, SYMBOLS
from engines.reading.clean import clean_text, is_speakable
from engines.reading.notation import read_arpabet, read_ipa, read_kana
from engines.reading.said import said
from engines.reading.stand_ins import STAND_IN, letters
from engines.reading.user_words import folded, replacer
from engines.reading.words import Reading, Word, read_piece

FIRST_PLACE = 0xE000  # private use: stands for a user's word while the rest is read
LAST_PLACE = 0xF8FF
_OWN = f"[{chr(FIRST_PLACE)}-{chr(LAST_PLACE)}]"
# A point inside a number or a name is none of these marks.
_CLAUSE = re.compile(rf"({_OWN}|[,;:.!?…]+(?=[\s\"“”)]|$)|[\"“”()—«»¿¡])")
MARKS: Mapping[str, str] = {"«": "“", "»": "”", "¿": "", "¡": "", "...": "…"}
OPENING = tuple("“(")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ'’\-]*(?:\s+[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ'’\-]*)*")
_SPACES = re.compile(r"\s+")
_BEFORE_MARK = re.compile(r"\s+(?=[,;:.!?…”)])")


@dataclass(frozen=True, slots=True)
class Phonemes:
    """What the model is given, and what was left out of it."""

    phones: str
    warnings: tuple[str, ...] = ()
    words: tuple[Word, ...] = ()  # with the phones that each has alone, where they are asked for
    before: str = ""  # phones of what is said before it in one breath
    after: str = ""


def work(item: Utterance | ToRead) -> Phonemes | list[Reading]:
    if isinstance(item, ToRead):
        return read(item.utterances)
    phonemes = phonemize(item)
    before, after = (_phones_of(item, text) for text in (item.before, item.after))
    phonemes = replace(phonemes, before=before, after=after)
    if not item.timed:
        return phonemes
    (reading,) = read([item])
    return replace(phonemes, words=reading.words)


def read(utterances: Sequence[Utterance]) -> list[Reading]:
    """Words of utterances of one voice, with the phones that each has alone."""
    first = utterances[0]
    readings = [read_piece(first.language, utterance.text) for utterance in utterances]
    words = list(dict.fromkeys(word.said for reading in readings for word in reading.words))
    known = dict(zip(words, _phones_of_each(words, first), strict=True))
    return [reading.with_phones(known.__getitem__) for reading in readings]


def _phones_of_each(words: Sequence[str], like: Utterance) -> list[str]:
    if READERS[like.language] is not _read_latin:
        return [_phones_alone(like, word) for word in words]
    voice = accent(like.language, like.speaker)
    return [VOICES[voice](ipa) for ipa in phonemize_each(words, voice)]


def _phones_alone(utterance: Utterance, word: str) -> str:
    return _phones_of(replace(utterance, pronunciations=()), word)


def _phones_of(utterance: Utterance, text: str) -> str:
    """Of another text, said like this utterance; "" where there is nothing to say in it."""
    try:
        return phonemize(replace(utterance, text=text)).phones if text else ""
    except UnspeakableText:
        return ""


def phonemize(utterance: Utterance) -> Phonemes:
    """Raises `UnspeakableText` where nothing can be said."""
    read = READERS[utterance.language](utterance)
    phones = _BEFORE_MARK.sub("", _SPACES.sub(" ", read.phones)).strip()
    if not any(phone.isalpha() for phone in phones if phone in SYMBOLS):
        raise UnspeakableText("the text has nothing that this voice can say")
    return Phonemes(phones, read.warnings)


def _read_latin(utterance: Utterance) -> Phonemes:
    own = {
        word: _own_phones(utterance.language, spelled)
        for word, spelled in folded(utterance.pronunciations).items()
    }
    text, names = _set_apart(utterance.text, own)
    spoken = spoken_form(text, utterance.language)
    text, places = _with_places(spoken.text, names)
    voice = accent(utterance.language, utterance.speaker)
    return Phonemes(_clauses(text, places, voice), spoken.warnings)


def _clauses(text: str, own: Mapping[str, str], voice: str) -> str:
    """eSpeak NG reads what stands between two marks; it would drop the marks, and the model pauses
    by them."""
    known = VOICES[voice]
    parts: list[str] = []
    for part in _CLAUSE.split(text):
        if part in own:
            parts.append(f" {own[part]} ")
        elif _CLAUSE.fullmatch(part):
            mark = MARKS.get(part, _strongest(part))
            parts.append(f" {mark}" if mark in OPENING else f"{mark} ")
        elif is_speakable(part):
            parts.append(_spaced(part, known(espeak(part.strip(), voice))))
    return "".join(parts)


def _strongest(marks: str) -> str:
    """Of several marks in a row the one that ends a sentence, else the first."""
    return next((mark for mark in marks if mark in STOPS), marks[:1])


def _spaced(text: str, phones: str) -> str:
    """The phones with space at those ends where the text has it."""
    return f"{' ' * text[0].isspace()}{phones}{' ' * text[-1].isspace()}"


def _set_apart(text: str, own: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The text with a name for each word of the user's, which no reader changes, and what it says:
    their own words may hold signs and digits."""
    names = {word: STAND_IN + letters(index) for index, word in enumerate(own)}
    text = replacer(own)(clean_text(text), lambda word: names[word.lower()])
    return text, {names[word].lower(): phones for word, phones in own.items()}


def _with_places(text: str, own: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The text with a character of private use for each of these names, and what they say."""
    places = {word: chr(FIRST_PLACE + index) for index, word in enumerate(own)}
    placed = replacer(own)(text, lambda word: places[word.lower()])
    return placed, {place: own[word] for word, place in places.items()}


def _own_phones(language: str, spelled: str) -> str:
    if language == "EN":
        return "".join(map(latin.from_arpabet, read_arpabet(spelled)))
    return latin.romance("".join(read_ipa(spelled, language)))


def _read_japanese(utterance: Utterance) -> Phonemes:
    own = {
        word: kana_phones(read_kana(spelled))
        for word, spelled in folded(utterance.pronunciations).items()
    }
    text, names = _set_apart(utterance.text, own)
    warnings: dict[str, None] = {}
    text = said("JP", text, lambda warning: warnings.update({warning: None}))
    text, places = _with_places(text, names)
    dropped: dict[str, None] = {}

    def read(part: str) -> str:
        kana = to_kana(part)
        dropped.update(dict.fromkeys(kana.dropped))
        return kana_phones(kana.text)

    phones = "".join(_mixed(text, places, read))
    return Phonemes(phones, (*warnings, *not_spoken([*dropped])))


def _read_chinese(utterance: Utterance) -> Phonemes:
    from engines.reading.zh import spoken
    from engines.reading.zh.normalize import PUNCTUATION, normalize

    if utterance.pronunciations:
        raise NoPronunciations("the natural engine takes no pronunciations for ZH")
    warnings: dict[str, None] = {}
    text = normalize(clean_text(utterance.text), lambda warning: warnings.update({warning: None}))

    def read(part: str) -> str:
        said: list[str] = []
        for _, syllables in spoken.read(part):
            for char, reading in syllables:
                syllable = syllable_phones(reading.initial, reading.final, reading.tone)
                said.append(syllable or (char if char in PUNCTUATION.strip("'-") else ""))
            said.append(" ")
        return "".join(said)

    phones = "".join(_mixed(text, {}, read))
    return Phonemes(phones, tuple(warnings))


def _mixed(text: str, own: Mapping[str, str], read: Callable[[str], str]) -> Iterator[str]:
    """Latin words in an Asian text are said in English."""
    at = 0
    for match in re.finditer(f"{_OWN}|{_LATIN.pattern}", text):
        if is_speakable(before := text[at : match.start()]):
            yield read(before)
        else:
            yield before
        if match[0] in own:
            yield f" {own[match[0]]} "
        else:
            yield f" {latin.american(espeak(match[0], AMERICAN))} "
        at = match.end()
    rest = text[at:]
    yield read(rest) if is_speakable(rest) else kana_phones(rest)


AMERICAN = "gmw/en-US"
VOICES: Mapping[str, Callable[[str], str]] = {
    AMERICAN: latin.american,
    "gmw/en": latin.british,
    "roa/es": latin.romance,
    "roa/fr": latin.romance,
}
READERS: Mapping[str, Callable[[Utterance], Phonemes]] = {
    "EN": _read_latin,
    "ES": _read_latin,
    "FR": _read_latin,
    "JP": _read_japanese,
    "ZH": _read_chinese,
}

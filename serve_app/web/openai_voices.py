"""Voices by the names that clients of OpenAI's API know.

A name is looked for among the caller's own voices, then among the speakers of the engine that
serves, and then it is one of OpenAI's thirteen, each of which stands for a speaker of its kind.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from engines.errors import UnknownLanguage, UnknownSpeaker
from serve_app.catalog import BaseVoice, Catalog
from serve_app.errors import VoiceNotFound

Gender = Literal["female", "male"]

VOICES: Mapping[str, Gender] = {
    "alloy": "female",
    "ash": "male",
    "ballad": "male",
    "coral": "female",
    "echo": "male",
    "fable": "male",
    "onyx": "male",
    "nova": "female",
    "sage": "female",
    "shimmer": "female",
    "verse": "male",
    "marin": "female",
    "cedar": "male",
}
"""OpenAI's voices, and as what most people hear them."""

LIST = "/v1/audio/voices"
KOKORO_NAME = re.compile(r"[a-z]([fm])_[a-z]+")
GENDERS: Mapping[str, Gender] = {"f": "female", "m": "male"}
# A text in one of these scripts is in the language; kana decide, since Japanese has Han, too.
SCRIPTS = (
    ("JP", re.compile(r"[\u3040-\u30ff\uff66-\uff9f]")),
    ("KR", re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")),
    ("ZH", re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002ebef]")),
)
DEFAULT_LANGUAGE = "EN"


@dataclass(frozen=True, slots=True)
class Listed:
    """A base speaker as the lists have it."""

    name: str
    language: str
    gender: Gender | None


def gender_of(speaker: str) -> Gender | None:
    """As a speaker's name tells it, or nobody knows."""
    named = KOKORO_NAME.fullmatch(speaker.lower())
    return GENDERS[named[1]] if named else None


def list_speakers(catalog: Catalog) -> list[Listed]:
    """Every speaker once, with the first language that it speaks."""
    listed: dict[str, Listed] = {}
    for language, speakers in catalog.speakers.items():
        for speaker in speakers:
            listed.setdefault(speaker, Listed(speaker, language, gender_of(speaker)))
    return list(listed.values())


def language_of(text: str, asked: str | None, catalog: Catalog) -> str | None:
    """The language that a request says, or that its script tells; None where neither does.

    Raises:
        UnknownLanguage: it says one that is not served.
    """
    if asked:
        # Kokoro's servers take a letter: a for American English, b for British.
        return catalog.language(KOKORO_LANGUAGES.get(asked.strip().lower(), asked))
    for language, script in SCRIPTS:
        if script.search(text) and language in catalog.speakers:
            return language
    return None


KOKORO_LANGUAGES = {"a": "en-US", "b": "en-GB", "e": "es", "f": "fr", "j": "ja", "z": "zh"}


def find_speaker(
    name: str | None, language: str | None, catalog: Catalog, listed: str = LIST
) -> BaseVoice:
    """The base speaker that a name means.

    Args:
        language: that the speaker must speak; any where None.
    Raises:
        VoiceNotFound: there is none of this name.
    """
    if not name:
        return catalog.resolve(language or _default(catalog), None)
    languages = [language] if language else _default_first(catalog)
    for code in languages:
        try:
            return catalog.resolve(code, name)
        except UnknownSpeaker:
            continue
    if (gender := VOICES.get(name.lower())) is not None:
        return _stand_in(name.lower(), gender, languages[0], catalog)
    if any(name.casefold() == one.name.casefold() for one in list_speakers(catalog)):
        return catalog.resolve(languages[0], None)  # it speaks, but not this language
    raise VoiceNotFound(
        f"There is no voice {name[:64]!r}. GET {listed} lists those that there are."
    )


def _stand_in(name: str, gender: Gender, language: str, catalog: Catalog) -> BaseVoice:
    """One of a language's speakers for each of OpenAI's voices, as different as there are."""
    speakers = catalog.speakers[language]
    kind = [one for one in speakers if gender_of(one) == gender] or list(speakers)
    alike = [voice for voice, theirs in VOICES.items() if theirs == gender]
    return BaseVoice(language, kind[alike.index(name) % len(kind)])


def _default(catalog: Catalog) -> str:
    if DEFAULT_LANGUAGE in catalog.speakers:
        return DEFAULT_LANGUAGE
    try:
        return next(iter(catalog.speakers))
    except StopIteration:
        raise UnknownLanguage("No language is served.") from None


def _default_first(catalog: Catalog) -> Sequence[str]:
    first = _default(catalog)
    return [first, *(code for code in catalog.speakers if code != first)]

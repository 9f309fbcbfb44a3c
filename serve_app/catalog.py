"""Which languages and speakers are served, and the many ways people write them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from engines.errors import UnknownLanguage, UnknownSpeaker
from engines.mixes import InvalidMix, is_mix, make_mix, parse_mix, write_mix
from serve_app.language_tags import as_tag

T = TypeVar("T")

POSIX_END = re.compile(r"[.@].*", re.DOTALL)  # of a locale: its encoding, its modifier

# BCP 47 primary subtags (and the ISO 639-3 codes of Mandarin) to MeloTTS' codes.
LANGUAGE_OF_TAG = {
    "en": "EN", "eng": "EN", "es": "ES", "spa": "ES", "fr": "FR", "fra": "FR",
    "zh": "ZH", "zho": "ZH", "cmn": "ZH", "ja": "JP", "jpn": "JP", "jp": "JP",
    "ko": "KR", "kor": "KR", "kr": "KR",
}  # fmt: skip
# A region that one of the speakers comes from.
SPEAKER_OF_TAG = {"en-us": "EN-US", "en-gb": "EN-BR", "en-uk": "EN-BR", "en-br": "EN-BR",
                  "en-in": "EN-INDIA", "en-au": "EN-AU"}  # fmt: skip


# What other programs call our languages (ISO 639-1), and people.
LANGUAGES: Mapping[str, tuple[str, str]] = {
    "EN": ("en", "English"),
    "ES": ("es", "Spanish"),
    "FR": ("fr", "French"),
    "ZH": ("zh", "Chinese"),
    "JP": ("ja", "Japanese"),
    "KR": ("ko", "Korean"),
}


@dataclass(frozen=True, slots=True)
class BaseVoice:
    language: str
    speaker: str


def _key(name: str) -> str:
    """Upstream writes EN-US, EN_INDIA and EN-Default: case, `-` and `_` make no difference."""
    return name.casefold().replace("-", "").replace("_", "").strip()


def _tag(language: str) -> str:
    """What somebody wrote for a language as a tag, in small letters; "" where it is none."""
    return (as_tag(POSIX_END.sub("", language)) or "").casefold()


class Catalog:
    """Speakers by language, as the running speech engine declares them."""

    def __init__(
        self,
        speakers: Mapping[str, Sequence[str]],
        aliases: Mapping[str, Mapping[str, str]] | None = None,
        mixes: bool = False,  # speakers may be mixed
    ) -> None:
        self.speakers = {language: list(names) for language, names in speakers.items()}
        self._aliases = {
            language: {_key(alias): name for alias, name in names.items()}
            for language, names in (aliases or {}).items()
        }
        self._mixes = mixes

    def language(self, asked: str) -> str:
        """The code of a language written as EN, en, en-GB, zh_CN or es_MX.UTF-8.

        Raises:
            UnknownLanguage: listing what is served.
        """
        code = LANGUAGE_OF_TAG.get(_tag(asked).split("-")[0], "")
        if code not in self.speakers:
            served = ", ".join(self.speakers)
            raise UnknownLanguage(f"The language {asked[:40]!r} is not served. Served: {served}.")
        return code

    def resolve(self, language: str, speaker: str | None) -> BaseVoice:
        """The base voice a request means; a language's first speaker unless it names one.

        Raises:
            UnknownLanguage, UnknownSpeaker: each listing what exists.
        """
        code = self.language(language)
        return BaseVoice(code, self.named(language, speaker) or self.speakers[code][0])

    def named(self, language: str, speaker: str | None) -> str | None:
        """The speaker that a request names, if only by a region (en-GB), or a mix of several; None
        where it leaves that open.

        Raises:
            UnknownLanguage, UnknownSpeaker: each listing what exists.
        """
        code = self.language(language)
        if speaker is None:
            return self._known(code).get(_key(SPEAKER_OF_TAG.get(_tag(language), "")))
        if self._mixes and is_mix(speaker):
            return self._mixed(code, speaker)
        return self._one(code, speaker)

    def _one(self, code: str, speaker: str) -> str:
        """Raises UnknownSpeaker."""
        name = self._known(code).get(_key(speaker))
        if name is None:
            raise UnknownSpeaker(
                f"{code} has no speaker {speaker[:40]!r}. "
                f"Speakers: {', '.join(self.speakers[code])}."
            )
        return name

    def _mixed(self, code: str, speaker: str) -> str:
        """A mix that a speaker of the language leads; the others may be of any language. Raises
        UnknownSpeaker."""
        try:
            (leader, most), *others = parse_mix(speaker)
            shares = [(self._one(code, leader), most)]
            shares += [(self._of_any(code, name), share) for name, share in others]
            return write_mix(make_mix(shares))
        except InvalidMix as error:
            raise UnknownSpeaker(f"{error}.") from error

    def _of_any(self, code: str, speaker: str) -> str:
        """One of the language, or else of another. Raises UnknownSpeaker."""
        key = _key(speaker)
        known = [self._known(code), *map(self._known, self.speakers)]
        found = next((names[key] for names in known if key in names), None)
        return found or self._one(code, speaker)

    def _known(self, code: str) -> dict[str, str]:
        names = {_key(name): name for name in self.speakers[code]}
        return self._aliases.get(code, {}) | names

    def languages_of(self, speaker: str) -> list[str]:
        """The codes of the languages that have a speaker of this name, or all that a mix names;
        often none."""
        return [code for code in self.speakers if self._speaks(code, speaker)]

    def _speaks(self, code: str, speaker: str) -> bool:
        try:
            self.named(code, speaker)
        except UnknownSpeaker:
            return False
        return True

    def of_these(self, language: str, known: Mapping[str, T]) -> dict[str, T]:
        """What is known of a language's speakers under names written in whatever way, by the names
        they have here; language is a code."""
        by_key = {_key(name): value for name, value in known.items()}
        found = ((name, by_key.get(_key(name))) for name in self.speakers[language])
        return {name: value for name, value in found if value is not None}

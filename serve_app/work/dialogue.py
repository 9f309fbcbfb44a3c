"""SSML as an order: who speaks each run of its text, and how."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from config.settings import LimitSettings
from deployments.graph import TONE_CONVERSION
from engines.errors import InvalidSsml, NoPronunciations, PronunciationError
from engines.reading.markup import Pause
from engines.reading.rules import TextRules
from engines.reading.ssml.document import Document, Manner, Mark, Run, letters_in
from engines.reading.ssml.parse import parse
from engines.reading.user_words import folded
from serve_app.catalog import BaseVoice, Catalog
from serve_app.errors import VoiceNotFound
from serve_app.stages import Stages
from serve_app.threads import Threads
from serve_app.voices import Voices
from serve_app.work.deliveries import (
    MAX_PITCH,
    MAX_SPEED,
    MIN_SPEED,
    OWN,
    Delivery,
    PlacedMark,
    Staging,
)
from serve_app.work.orders import (
    SpeechOrder,
    Words,
    begun,
    check_pronunciations,
    usable,
    words_in,
)
from serve_app.work.scripts import Part, ScriptWriter

MAX_VOICES = 16  # registered ones in one text: each travels with the job

Nearest = Callable[[str, bytes], str | None]


@dataclass(frozen=True, slots=True)
class Guest:
    """A registered voice that speaks in a text."""

    voice_id: str
    embedding: bytes  # safetensors

    def speaker(self, language: str, nearest: Nearest) -> str | None:
        """The base speaker nearest to it."""
        return nearest(language, self.embedding)


class Dialogues:
    """Makes orders of SSML."""

    def __init__(
        self,
        stages: Stages,
        voices: Voices,
        threads: Threads,
        limits: LimitSettings,
        lexicon: Mapping[str, Mapping[str, str]],
    ) -> None:
        self._stages = stages
        self._voices = voices
        self._threads = threads
        self._limits = limits
        self._lexicon = lexicon  # the operator's pronunciations, by language

    async def order(self, words: Words, owner: str) -> SpeechOrder:
        """What a client asks for in SSML, as a job will run it.

        Raises:
            InvalidSsml, UnspeakableText, UnknownLanguage, UnknownSpeaker, InvalidPronunciation,
                PronunciationsUnsupported: of the text.
            VoiceNotFound, EmbeddingMismatch, ServiceStarting: of a voice in it.
        """
        catalog = self._stages.catalog()
        document = await self._threads.brief(owner, parse, words.text, words.language)
        cast = Cast(
            words,
            catalog,
            await self._guests(document, catalog, owner),
            self._stages.nearest_speaker,
        )
        rules = self._stages.text_rules()
        return await self._threads.brief(
            owner, write_dialogue, document, cast, rules, self._lexicon, self._limits
        )

    async def _guests(self, document: Document, catalog: Catalog, owner: str) -> dict[str, Guest]:
        """The registered voices of a text, by the names that it has for them."""
        names = [name for name in document.voices() if not catalog.languages_of(name)]
        if len(names) > MAX_VOICES:
            raise InvalidSsml(f"One text may have up to {MAX_VOICES} registered voices.")
        if names:
            self._stages.require(TONE_CONVERSION)
        guests = {}
        for name in names:
            try:
                voice = await self._voices.get(name, owner)
            except VoiceNotFound as error:
                raise VoiceNotFound(
                    f"No base speaker and no voice of yours is called {name[:64]!r}."
                ) from error
            self._stages.check_voice(voice)
            guests[name] = Guest(voice.voice_id, await self._voices.embedding(voice))
        return guests


@dataclass
class Cast:
    """Who speaks in a text."""

    words: Words
    catalog: Catalog
    guests: Mapping[str, Guest]
    nearest: Nearest
    warnings: dict[str, None] = field(default_factory=dict)

    @property
    def base(self) -> BaseVoice:
        """Who speaks where the text names nobody."""
        return self.catalog.resolve(self.words.language, self.words.speaker)

    def delivery(self, manner: Manner, pronunciations: dict[str, str]) -> Delivery:
        """Raises UnknownLanguage."""
        voice, speaker, open_speaker = self._speaker(manner)
        return Delivery(
            speaker.language,
            speaker.speaker,
            self._bounded("speed", self.words.speed * manner.rate, MIN_SPEED, MAX_SPEED),
            self._bounded("pitch", self.words.pitch + manner.pitch, -MAX_PITCH, MAX_PITCH),
            manner.gain,
            voice,
            pronunciations,
            open_speaker,
        )

    def language(self, manner: Manner) -> str:
        """The code of the language that is spoken."""
        return self._speaker(manner)[1].language

    def _speaker(self, manner: Manner) -> tuple[str | None, BaseVoice, bool]:
        """The voice, the base speaker behind it, and whether nobody named that one."""
        written = manner.language or self.words.language
        code = self.catalog.language(written)
        if manner.voice is None:
            base = self.base
            own = self.words.speaker if code == base.language else None
            named = self.catalog.named(written, own)
            return OWN, self.catalog.resolve(written, own), named is None
        if guest := self.guests.get(manner.voice):
            speaker = self.catalog.named(written, None) or guest.speaker(code, self.nearest)
            return guest.voice_id, self.catalog.resolve(written, speaker), False
        speaks = self.catalog.languages_of(manner.voice)
        if code in speaks:
            return None, self.catalog.resolve(code, manner.voice), False
        if manner.language == manner.voice_language:  # the voice was named last
            return None, self.catalog.resolve(speaks[0], manner.voice), False
        base = self.catalog.resolve(written, None)
        self.warnings[
            f"{manner.voice[:64]!r} does not speak {code}: {base.speaker} speaks in its place."
        ] = None
        return None, base, False

    def _bounded(self, what: str, value: float, least: float, most: float) -> float:
        if not least <= value <= most:
            self.warnings[f"The {what} is kept within {least:g} and {most:g}."] = None
        return round(min(max(value, least), most), 4)


def write_dialogue(
    document: Document,
    cast: Cast,
    rules: TextRules,
    lexicon: Mapping[str, Mapping[str, str]],
    limits: LimitSettings,
) -> SpeechOrder:
    """The order of a document. Blocks. Raises what `Dialogues.order` does, of the text."""
    words, base = cast.words, cast.base
    check_pronunciations(words.pronunciations, base.language, rules)
    writer = ScriptWriter(rules, limits)
    numbers: dict[str, int] = {}  # of the deliveries, by what they are
    deliveries: list[Delivery] = []
    of_pieces: list[int] = []
    marks: list[PlacedMark] = []
    one_breath: list[int] = []
    for item in document.items:
        if isinstance(item, Pause):
            writer.add_pause(item.seconds)
            continue
        first = len(writer.parts)
        if item.text:
            language = cast.language(item.manner)
            writer.add_text(item.text, language)
            if not of_pieces:
                writer.parts[first:], one_breath = begun(
                    writer.parts[first:], language, words, rules
                )
            sounds = _pronunciations(item, language, cast, rules, lexicon)
            delivery = cast.delivery(item.manner, sounds)
            number = numbers.setdefault(repr(delivery), len(deliveries))
            deliveries += [delivery] * (number == len(deliveries))
            of_pieces += [number for part in writer.parts[first:] if isinstance(part, str)]
        marks += [_placed(mark, first, writer.parts[first:]) for mark in item.marks]
    script = writer.finish()
    guests = {guest.voice_id: guest.embedding for guest in cast.guests.values()}
    embeddings = {name: base64.b64encode(one).decode("ascii") for name, one in guests.items()}
    return SpeechOrder(
        parts=script.parts,
        language=base.language,
        speaker=base.speaker,
        speed=words.speed,
        pitch=words.pitch,
        format=words.format,
        seed=secrets.randbits(32) if words.seed is None else words.seed,
        warnings=[*document.warnings, *cast.warnings, *script.warnings],
        sample_rate=words.sample_rate,
        stream=words.stream,
        keep=words.keep,
        one_breath=one_breath,
        staging=Staging(deliveries, of_pieces, marks, embeddings),
        source=words.text,
        timestamps=words.timestamps or "",
    )


def _pronunciations(
    run: Run,
    language: str,
    cast: Cast,
    rules: TextRules,
    lexicon: Mapping[str, Mapping[str, str]],
) -> dict[str, str]:
    """How words of a run sound: as the text says, else as the request, else as the operator."""
    lowered = run.text.lower()
    configured, warnings = usable(words_in(lowered, lexicon.get(language, {})), language, rules)
    cast.warnings.update(dict.fromkeys(warnings))
    asked = cast.words.pronunciations if language == cast.base.language else {}
    sounds = dict(run.sounds)
    for word, sound in run.sounds.items():
        try:
            rules.check(language, sound)
        except (PronunciationError, NoPronunciations) as error:
            cast.warnings[f"The phonemes of {word!r} are not used: {error.message}."] = None
            del sounds[word]
    return folded(configured) | folded(words_in(lowered, asked)) | sounds


def _placed(mark: Mark, first: int, parts: list[Part]) -> PlacedMark:
    """A mark of a run, among the run's parts; `first` is the number of the first of them."""
    before = mark.letters
    for number, part in enumerate(parts, first):
        letters = letters_in(part) if isinstance(part, str) else 0
        if before < letters:
            return PlacedMark(mark.name, number, round(before / letters, 4))
        before -= letters
    return PlacedMark(mark.name, first + len(parts), 0.0)

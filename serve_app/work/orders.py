"""What a request asks for, as a job keeps it: cut into pieces once, when it is accepted."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, asdict, dataclass, field, fields, replace
from typing import Any, Literal

from config.settings import LimitSettings
from engines.base import Utterance
from engines.errors import NoPronunciations, PronunciationError
from engines.reading.duration import estimate_seconds
from engines.reading.rules import TextRules
from engines.reading.start import with_first_phrase, with_short_start
from engines.reading.user_words import folded
from serve_app.catalog import BaseVoice
from serve_app.errors import InvalidPronunciation, PronunciationsUnsupported
from serve_app.store.values import FIRST_VERSION, VERSION_KEY
from serve_app.work.deliveries import OWN, Delivery, Staging
from serve_app.work.scripts import Part, write_script

PHONES_ROUTE = "/tts/phones"

KNOWN_VERSION = 5
"""The newest records that this release can run. A field that changes what is said comes with a
number of its own, `field(default=…, metadata={SINCE: 2})`, and a record in which it is used says
so: releases that do not know the field leave the job to others. A field that a release may
overlook has no number."""

SINCE = "since"
# Formats that an older release cannot write.
FORMATS_SINCE = {"aac": 2, "pcm": 2, "ulaw": 4, "alaw": 4}

InputType = Literal["text", "ssml"]
Timestamps = Literal["word"]


@dataclass(frozen=True, slots=True)
class Words:
    """What is to be said and how, as a client wrote it."""

    text: str
    language: str  # in any spelling that the catalog knows
    speaker: str | None  # the language's first where None
    speed: float
    pitch: float  # semitones
    format: str
    seed: int | None  # drawn where None
    pronunciations: Mapping[str, str]
    sample_rate: int = 0  # Hz, of the file; 0: the engine's, or the next that the format knows
    stream: bool = False  # to be heard while it is made
    follows: bool = False  # of a stream: something else is heard until it begins
    keep: bool = False  # of a stream: made to its end even where nobody listens any more
    input_type: InputType = "text"  # what the text is written in
    timestamps: Timestamps | None = None  # answers say when each word is heard


@dataclass(frozen=True, slots=True)
class SpeechOrder:
    """All that a job needs, as it stands in the job's record."""

    parts: list[Part]
    language: str
    speaker: str
    speed: float
    pitch: float  # semitones
    format: str
    seed: int
    pronunciations: dict[str, str] = field(default_factory=dict)  # of words in the text
    warnings: list[str] = field(default_factory=list)  # of what is not done as it was written
    voice_id: str | None = None
    embedding: str | None = None  # base64 of safetensors: a queued clone outlives its voice
    traceparent: str | None = None  # the trace of the request that asked for it
    sample_rate: int = field(default=0, metadata={SINCE: 2})  # Hz, of the file; 0: the engine's
    stream: bool = field(default=False, metadata={SINCE: 2})  # to be heard while it is made
    keep: bool = field(default=False, metadata={SINCE: 2})  # a stream that nobody hears, too
    fixed_seed: bool = field(default=False, metadata={SINCE: 2})  # the client named it
    staging: Staging | None = field(default=None, metadata={SINCE: 3})  # of SSML: who says what
    source: str = field(default="", metadata={SINCE: 2})  # the text, where the pieces are not all
    # Pieces that are said in one breath with the one before: those of a clause.
    one_breath: list[int] = field(default_factory=list, metadata={SINCE: 5})
    timestamps: str = field(default="", metadata={SINCE: 2})  # "word": answers have word times

    @property
    def text(self) -> str:
        """The text as it was sent."""
        return self.source or " ".join(self.pieces())

    def with_voice(self, voice_id: str | None, embedding: bytes) -> SpeechOrder:
        """The same text in another voice, whose embedding (safetensors) travels along."""
        return replace(
            self, voice_id=voice_id, embedding=base64.b64encode(embedding).decode("ascii")
        )

    def pieces(self) -> list[str]:
        return _pieces(self.parts)

    @property
    def is_clone(self) -> bool:
        """Whether any of it is spoken in a voice that was learnt."""
        return self.embedding is not None or bool(self.staging and self.staging.embeddings)

    def delivery(self, index: int) -> Delivery:
        """How one of the pieces is spoken."""
        if self.staging is not None:
            return self.staging.delivery(index)
        return Delivery(
            self.language,
            self.speaker,
            self.speed,
            self.pitch,
            pronunciations=self.pronunciations,
        )

    def embedding_for(self, index: int) -> str | None:
        """The embedding of the voice that says one of the pieces; None for a base speaker."""
        voice = self.delivery(index).voice
        if voice == OWN:
            return self.embedding
        return self.staging.embeddings[voice] if self.staging and voice is not None else None

    def utterance(self, index: int, piece: str, seed: int) -> Utterance:
        """One of the pieces, as an engine takes it."""
        delivery = self.delivery(index)
        before, after = self._around(index)
        return Utterance(
            piece,
            delivery.language,
            delivery.speaker,
            delivery.speed,
            delivery.pitch,
            seed,
            tuple(words_in(piece.lower(), delivery.pronunciations).items()),
            before=before,
            after=after,
        )

    def _around(self, index: int) -> tuple[str, str]:
        """What is said in one breath with a piece, before and after it."""
        if not self.one_breath:
            return "", ""
        pieces = self.pieces()
        before = pieces[index - 1] if index in self.one_breath else ""
        return before, pieces[index + 1] if index + 1 in self.one_breath else ""

    def cost(self) -> float:
        """Estimated seconds of audio, the pauses with them."""
        silence = sum(part for part in self.parts if not isinstance(part, str))
        return silence + sum(self.cost_of(*numbered) for numbered in enumerate(self.pieces()))

    def cost_of(self, index: int, piece: str) -> float:
        """The same of one of the pieces."""
        delivery = self.delivery(index)
        return estimate_seconds(piece, delivery.language, delivery.speed)

    def to_request(self) -> dict[str, Any]:
        """The record: what is as every release takes it is not written, nor is version 1. The
        first release knew no versions, and fails on a field that it does not know."""
        used = [one for one in fields(self) if getattr(self, one.name) != _default(one)]
        values = asdict(self)
        request = {one.name: values[one.name] for one in used}
        version = max(
            FORMATS_SINCE.get(self.format, FIRST_VERSION),
            *(one.metadata.get(SINCE, FIRST_VERSION) for one in used),
        )
        return request if version == FIRST_VERSION else request | {VERSION_KEY: version}

    @classmethod
    def from_request(cls, request: Mapping[str, Any]) -> SpeechOrder:
        """The order of a record of any version up to `KNOWN_VERSION`, of an older release or of a
        newer one, whose other fields may be overlooked."""
        known = {one.name for one in fields(cls)}
        values = {name: value for name, value in request.items() if name in known}
        if staging := values.get("staging"):
            values["staging"] = Staging.from_record(staging)
        return cls(**values)


def _pieces(parts: Iterable[Part]) -> list[str]:
    return [part for part in parts if isinstance(part, str)]


def _default(one: Field[Any]) -> object:
    return one.default if one.default_factory is MISSING else one.default_factory()


def write_order(
    words: Words,
    base: BaseVoice,
    rules: TextRules,
    lexicon: Mapping[str, str],
    limits: LimitSettings,
) -> SpeechOrder:
    """What a client asks for, as a job will run it. Blocks.

    Args:
        lexicon: the operator's pronunciations in this language; the client's own win over them.
    Raises:
        UnspeakableText, InvalidPronunciation, PronunciationsUnsupported
    """
    language = base.language
    check_pronunciations(words.pronunciations, language, rules)
    script = write_script(words.text, language, rules, limits)
    parts, one_breath = begun(script.parts, language, words, rules)
    lowered = " ".join(_pieces(script.parts)).lower()
    configured, warnings = usable(words_in(lowered, lexicon), language, rules)
    return SpeechOrder(
        parts=parts,
        language=language,
        speaker=base.speaker,
        speed=words.speed,
        pitch=words.pitch,
        format=words.format,
        seed=secrets.randbits(32) if words.seed is None else words.seed,
        pronunciations=folded(configured) | folded(words_in(lowered, words.pronunciations)),
        warnings=[*script.warnings, *warnings],
        sample_rate=words.sample_rate,
        stream=words.stream,
        keep=words.keep,
        fixed_seed=words.seed is not None,
        timestamps=words.timestamps or "",
        one_breath=one_breath,
        source="" if words.text == " ".join(_pieces(parts)) else words.text,
    )


def begun(
    parts: list[Part], language: str, words: Words, rules: TextRules
) -> tuple[list[Part], list[int]]:
    """The parts of a text with which speech begins, cut so that it does so soon where somebody
    waits for it; and which pieces are said in one breath with the one before."""
    if words.stream and rules.soon and not words.follows:
        return with_first_phrase(parts, language)
    return (with_short_start(parts, language) if words.stream else parts), []


def check_pronunciations(
    pronunciations: Mapping[str, str], language: str, rules: TextRules
) -> None:
    """Whether the engine can say each word so.

    Raises:
        InvalidPronunciation: naming the word, and where the phones are listed.
        PronunciationsUnsupported: the engine takes none in this language.
    """
    for word, spelled in pronunciations.items():
        listed = f"{PHONES_ROUTE}/{language}"
        try:
            rules.check(language, spelled)
        except PronunciationError as error:
            raise InvalidPronunciation(
                f"The pronunciation of {word!r} cannot be read: {error.message}. "
                f"GET {listed} lists the phones.",
                word=word,
                phone=error.phone or None,
                phones_url=listed,
            ) from error
        except NoPronunciations as error:
            raise PronunciationsUnsupported(
                f"The pronunciation of {word!r} cannot be used: {error.message}.", word=word
            ) from error


def words_in(lowered: str, pronunciations: Mapping[str, str]) -> dict[str, str]:
    """Those of words that a text in lower case has."""
    return {
        word: spelled
        for word, spelled in pronunciations.items()
        if (looked_for := word.strip().lower()) and looked_for in lowered
    }


def usable(
    lexicon: Mapping[str, str], language: str, rules: TextRules
) -> tuple[Mapping[str, str], list[str]]:
    """The configuration's words, or why the engine cannot say them so."""
    try:
        for spelled in lexicon.values():
            rules.check(language, spelled)
    except NoPronunciations as error:
        return {}, [f"The configured lexicon is not used: {error.message}."]
    return lexicon, []


def capped(warnings: Iterable[str], most: int = 50, longest: int = 300) -> list[str]:
    """Each warning once, no more than `most`, none without end."""
    once = list(dict.fromkeys(warnings))
    cut = [one if len(one) <= longest else f"{one[: longest - 1]}…" for one in once[:most]]
    return cut + [f"… and {len(once) - most} more warnings."] * (len(once) > most)

"""What every engine speaks: the values that pass through, and the three engine protocols.

An engine takes a batch and returns a list of the same length and order. An item that cannot
be served comes back as an `EngineError` in its place, so that one bad item fails alone;
an exception raised from the call itself means that the whole batch is lost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from engines.errors import EngineError
from engines.reading.timing import WordTime
from engines.reading.words import Reading

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Waveform:
    """Mono audio."""

    samples: Samples  # float32 (T,), in [-1, 1]
    sample_rate: int  # Hz
    warnings: tuple[str, ...] = ()  # of what was to be said and is not heard as written
    words: tuple[WordTime, ...] = ()  # when each is heard, where somebody asked

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.sample_rate


@dataclass(frozen=True, slots=True)
class Utterance:
    """One piece of text to speak, short enough to be synthesized at once."""

    text: str
    language: str  # EN ES FR ZH JP KR
    speaker: str  # a name out of `SpeechEngine.speakers(language)`
    speed: float = 1.0  # 2.0 speaks twice as fast
    pitch: float = 0.0  # semitones, formants kept
    seed: int = 0  # of every random draw for this piece
    pronunciations: tuple[tuple[str, str], ...] = ()  # words, and how each sounds: see text/rules
    timed: bool = False  # when each word is heard is asked for
    before: str = ""  # what is said before it in one breath, by an utterance of its own
    after: str = ""  # the same, after it


@dataclass(frozen=True, slots=True)
class VoiceEmbedding:
    """The colour of a voice, as one engine measures it. Useless to any other engine."""

    engine: str
    version: str
    tensors: Mapping[str, Samples]
    warnings: tuple[str, ...] = ()  # of how it was learnt, for whoever recorded it; not kept


@dataclass(frozen=True, slots=True)
class Conversion:
    """Base audio, and the voice it shall take on."""

    source: Waveform
    target: VoiceEmbedding
    language: str  # of the base speaker who speaks in `source`
    speaker: str
    pitch: float = 0.0  # semitones on top of the target's own pitch
    seed: int = 0


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """What an engine says of itself, for `/health` and the logs."""

    name: str
    version: str
    backend: str
    device: str
    sample_rate: int  # Hz, of what it produces
    speakers: Mapping[str, Sequence[str]] = field(default_factory=dict)  # by language
    aliases: Mapping[str, Mapping[str, str]] = field(
        default_factory=dict
    )  # by language, to speakers
    mixes: bool = False  # speakers can be mixed, as engines/mixes.py writes it
    note: str = ""  # what a person must know, such as "random weights"
    family: str = ""  # the setting's name for this engine and its kin; its own where empty
    seeded: bool = False  # another seed makes other audio of the same piece
    random_weights: bool = False  # what it makes is no speech
    text_rules: str = ""  # a name in engines/reading/rules.py: how texts are cut and words spelled
    # Of a converter: the base speakers it knows, by language and name, as it measures voices.
    base_speakers: Mapping[str, Mapping[str, VoiceEmbedding]] = field(default_factory=dict)
    # Of speech: how the speaker encoder hears its speakers, and some mixes of them: the same way.
    voiceprints: Mapping[str, Mapping[str, Samples]] = field(default_factory=dict)


class Engine(Protocol):
    info: EngineInfo

    def check(self) -> None:
        """Raise `EngineUnavailable` when this engine can no longer serve."""

    def close(self) -> None:
        """Stop child processes and free memory. Called once."""


@runtime_checkable
class SpeechEngine(Engine, Protocol):
    def synthesize(self, batch: Sequence[Utterance]) -> list[Waveform | EngineError]: ...


@runtime_checkable
class ReadingEngine(Engine, Protocol):
    """A speech engine that can say how the words of a text will sound."""

    def read(self, batch: Sequence[Utterance]) -> list[Reading | EngineError]:
        """What is said for each utterance, word by word, in the phones of this engine."""


@runtime_checkable
class EmbeddingEngine(Engine, Protocol):
    def embed(self, batch: Sequence[Waveform]) -> list[VoiceEmbedding | EngineError]:
        """One embedding for each stretch of speech."""

    def mean(self, embeddings: Sequence[VoiceEmbedding]) -> VoiceEmbedding:
        """The one embedding that stands for all of a voice's stretches."""


@runtime_checkable
class ConversionEngine(Engine, Protocol):
    def convert(self, batch: Sequence[Conversion]) -> list[Waveform | EngineError]: ...

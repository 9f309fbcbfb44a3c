"""What MeloTTS is asked for: symbols of one piece of text, a speaker, and how to say it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

from engines.errors import UnspeakableText
from engines.melo.config import MeloConfig
from engines.melo.network import BERT_CHANNELS, WIDE_BERT_CHANNELS
from engines.nn.noise import NoiseSource
from engines.reading.words import Word


@dataclass(frozen=True, slots=True)
class TimedText:
    """The words of a piece, with all that tells when each is heard."""

    words: Sequence[Word]
    alone: Sequence[Sequence[str]]  # the phones that each word has by itself
    phones: Sequence[str]  # of the piece, in order; `GAP` for what is no sound
    symbols: int  # of the network for each phone: itself and the blank after it


@dataclass(frozen=True, slots=True)
class MeloInput:
    """One piece of text as the network takes it, with blanks between the phones.

    The three ids have one entry for each symbol; features have one column for each, on any device.
    """

    phones: Sequence[int]
    tones: Sequence[int]
    languages: Sequence[int]
    bert: Tensor | None = None  # float32 (768, symbols); none stands for zeros
    wide_bert: Tensor | None = None  # float32 (1024, symbols); none stands for zeros
    warnings: tuple[str, ...] = ()  # of what the text says and the symbols do not
    timed: TimedText | None = None  # where somebody asks when words are heard

    def check(self, config: MeloConfig) -> None:
        """Raise `UnspeakableText` when there is nothing to say, `ValueError` for what does not fit.

        An id beyond its table must not reach the network: on a GPU it would end the process.
        """
        steps = len(self.phones)
        if not steps:
            raise UnspeakableText("nothing in the text can be said aloud")
        for name, ids, size in (
            ("phones", self.phones, len(config.symbols)),
            ("tones", self.tones, config.num_tones),
            ("languages", self.languages, config.num_languages),
        ):
            if len(ids) != steps:
                raise ValueError(f"{steps} phones but {len(ids)} {name}")
            if min(ids) < 0 or max(ids) >= size:
                raise ValueError(f"{name} go from {min(ids)} to {max(ids)}, and {size} are known")
        for name, features, channels in (
            ("bert", self.bert, BERT_CHANNELS),
            ("wide_bert", self.wide_bert, WIDE_BERT_CHANNELS),
        ):
            if features is not None and features.shape != (channels, steps):
                raise ValueError(f"{name} is {tuple(features.shape)}, not {(channels, steps)}")


@dataclass(frozen=True, slots=True)
class Prosody:
    """How much is left to chance. The defaults are upstream's."""

    sdp_ratio: float = 0.2  # share of the random duration; the rest is the expected one
    noise_scale: float = 0.6  # spread of the latent around its mean
    noise_scale_w: float = 0.8  # spread of the random durations


@dataclass(frozen=True, slots=True)
class SpeechRequest:
    """One piece of text, who says it and how."""

    text: MeloInput
    speaker: int  # row of the checkpoint's table of speakers
    noise: NoiseSource
    speed: float = 1.0  # 2.0 speaks twice as fast
    prosody: Prosody = Prosody()

    def check(self, config: MeloConfig) -> None:
        self.text.check(config)
        if not 0 <= self.speaker < config.data.n_speakers:
            raise ValueError(f"speaker {self.speaker}, and {config.data.n_speakers} are known")
        if not (math.isfinite(self.speed) and self.speed > 0):
            raise ValueError(f"speed {self.speed} is no positive number")

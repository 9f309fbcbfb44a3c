"""MeloTTS as a speech engine: pieces of text to base audio, in any of the languages it holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from engines.base import EngineInfo, Utterance, Waveform
from engines.errors import EngineError, EngineUnavailable, UnknownLanguage, UnknownSpeaker
from engines.melo.network import SpeechModel
from engines.melo.request import MeloInput, Prosody, SpeechRequest
from engines.melo.synthesis import MeloSynthesizer, SynthesisLimits
from engines.nn.noise import NoNoise, SeededNoise

PAUSE_S = 0.05  # silence MeloTTS puts after every piece, the last too; parity depends on it

FrontEnd = Callable[[Sequence[Utterance]], Sequence[MeloInput | EngineError]]
"""Utterances of one language -> the symbols and features of each, or why it cannot be said."""


@dataclass(frozen=True, slots=True)
class MeloLanguage:
    """A checkpoint, and the front end that speaks its symbols."""

    checkpoint: SpeechModel
    front_end: FrontEnd

    @property
    def speakers(self) -> Mapping[str, int]:
        return self.checkpoint.config.data.spk2id


@dataclass(frozen=True, slots=True)
class MeloOptions:
    prosody: Prosody = field(default_factory=Prosody)
    limits: SynthesisLimits = field(default_factory=SynthesisLimits)
    pause_s: float = PAUSE_S  # after a piece, at normal speed
    note: str = ""  # what a person must know of these weights


class MeloEngine:
    """A `SpeechEngine`. An utterance's pitch is left to the signal stage behind it."""

    def __init__(
        self, languages: Mapping[str, MeloLanguage], options: MeloOptions | None = None
    ) -> None:
        if not languages:
            raise EngineUnavailable("MeloTTS has no checkpoint of any language")
        rates = {lang.checkpoint.config.data.sampling_rate for lang in languages.values()}
        if len(rates) > 1:
            raise EngineUnavailable(f"the checkpoints differ in sample rate: {sorted(rates)}")
        self.languages = dict(languages)
        self.options = options or MeloOptions()
        self.synthesizers = {
            code: MeloSynthesizer(language.checkpoint.network, self.options.limits)
            for code, language in languages.items()
        }
        self.info = self.describe(rates.pop())

    def describe(self, sample_rate: int) -> EngineInfo:
        first = next(iter(self.synthesizers.values()))
        versions = [f"{code} {lang.checkpoint.version}" for code, lang in self.languages.items()]
        return EngineInfo(
            name="melotts",
            version=", ".join(versions),
            backend=first.network.backend,
            device=str(first.device),
            sample_rate=sample_rate,
            speakers={code: tuple(lang.speakers) for code, lang in self.languages.items()},
            note=self.options.note,
        )

    def synthesize(self, batch: Sequence[Utterance]) -> list[Waveform | EngineError]:
        answers: dict[int, Waveform | EngineError] = {}
        for code in dict.fromkeys(utterance.language for utterance in batch):
            places = [i for i, utterance in enumerate(batch) if utterance.language == code]
            spoken = self.speak(code, [batch[i] for i in places])
            answers.update(zip(places, spoken, strict=True))
        return [answers[i] for i in range(len(batch))]

    def speak(self, code: str, batch: Sequence[Utterance]) -> list[Waveform | EngineError]:
        """Utterances of one language."""
        language = self.languages.get(code)
        if language is None:
            known = ", ".join(self.languages)
            return [UnknownLanguage(f"no such language: {code}; there is {known}") for _ in batch]
        texts = language.front_end(batch)
        requests = [
            self.request(utterance, language, text)
            for utterance, text in zip(batch, texts, strict=True)
        ]
        good = [request for request in requests if isinstance(request, SpeechRequest)]
        waves = iter(self.synthesizers[code].synthesize(good))
        return [
            request
            if isinstance(request, EngineError)
            else self.finish(next(waves), utterance.speed, request.text.warnings)
            for request, utterance in zip(requests, batch, strict=True)
        ]

    def request(
        self, utterance: Utterance, language: MeloLanguage, text: MeloInput | EngineError
    ) -> SpeechRequest | EngineError:
        if isinstance(text, EngineError):
            return text
        if utterance.speaker not in language.speakers:
            known = ", ".join(language.speakers)
            return UnknownSpeaker(
                f"{utterance.language} has no speaker {utterance.speaker}; there is {known}"
            )
        request = SpeechRequest(
            text=text,
            speaker=language.speakers[utterance.speaker],
            noise=SeededNoise(utterance.seed),
            speed=utterance.speed,
            prosody=self.options.prosody,
        )
        try:
            request.check(language.checkpoint.config)
        except EngineError as error:
            return error
        except ValueError as error:
            return EngineError(f"the text does not fit the network: {error}")
        return request

    def finish(
        self, wave: Tensor | EngineError, speed: float, warnings: tuple[str, ...]
    ) -> Waveform | EngineError:
        """Add the pause, which shrinks with speed as the speech does."""
        if isinstance(wave, EngineError):
            return wave
        if not wave.isfinite().all():
            return EngineError("the network answered with numbers that are not finite")
        pause = torch.zeros(int(self.info.sample_rate * self.options.pause_s / speed))
        return Waveform(torch.cat([wave, pause]).numpy(), self.info.sample_rate, warnings)

    def check(self) -> None:
        """Speak three blanks with one of the languages, about 0.1 s of audio."""
        if not self.synthesizers:
            raise EngineUnavailable("the MeloTTS engine is closed")
        blanks = MeloInput([0] * 3, [0] * 3, [0] * 3)
        synthesizer = next(iter(self.synthesizers.values()))
        try:
            (wave,) = synthesizer.synthesize([SpeechRequest(blanks, 0, NoNoise())])
        except RuntimeError as error:
            raise EngineUnavailable(f"MeloTTS fails its self-check: {error}") from error
        if isinstance(wave, EngineError) or not wave.isfinite().all():
            raise EngineUnavailable("MeloTTS fails its self-check: its audio is not finite")

    def close(self) -> None:
        self.synthesizers.clear()
        self.languages.clear()

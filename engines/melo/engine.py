"""MeloTTS as a speech engine: pieces of text of one language to base audio."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import torch

from engines.base import EngineInfo, Utterance, Waveform
from engines.errors import EngineError, EngineUnavailable, UnknownSpeaker
from engines.melo.network import SpeechModel
from engines.melo.request import MeloInput, Prosody, SpeechRequest
from engines.melo.synthesis import MeloSynthesizer, Spoken, SynthesisLimits
from engines.melo.timing import word_times
from engines.nn.noise import NoNoise, SeededNoise

# Silence MeloTTS puts after every piece, the last too, at normal speed; parity depends on it.
PAUSE_S = 0.05

FrontEnd = Callable[[Sequence[Utterance]], Sequence[MeloInput | EngineError]]
"""Utterances of one language -> the symbols and features of each, or why it cannot be said."""


@dataclass(frozen=True, slots=True)
class MeloOptions:
    prosody: Prosody = field(default_factory=Prosody)
    limits: SynthesisLimits = field(default_factory=SynthesisLimits)


class MeloEngine:
    """A `SpeechEngine` of one checkpoint, and so of one language.

    An utterance's pitch is left to the signal stage behind it.
    """

    def __init__(
        self,
        language: str,
        checkpoint: SpeechModel,
        front_end: FrontEnd,
        options: MeloOptions | None = None,
    ) -> None:
        self.options = options or MeloOptions()
        self.config = checkpoint.config
        self.front_end = front_end
        self.synthesizer: MeloSynthesizer | None = MeloSynthesizer(
            checkpoint.network, self.options.limits
        )
        self.info = EngineInfo(
            name="melotts",
            version=f"{language} {checkpoint.version}",
            backend=checkpoint.network.backend,
            device=str(self.synthesizer.device),
            sample_rate=self.config.data.sampling_rate,
            speakers={language: tuple(self.config.data.spk2id)},
        )

    def synthesize(self, batch: Sequence[Utterance]) -> list[Waveform | EngineError]:
        texts = self.front_end(batch)
        requests = [
            self.request(utterance, text) for utterance, text in zip(batch, texts, strict=True)
        ]
        good = [request for request in requests if isinstance(request, SpeechRequest)]
        spoken = iter(self.running().synthesize(good))
        return [
            request if isinstance(request, EngineError) else self.finish(next(spoken), request)
            for request in requests
        ]

    def request(
        self, utterance: Utterance, text: MeloInput | EngineError
    ) -> SpeechRequest | EngineError:
        if isinstance(text, EngineError):
            return text
        speakers = self.config.data.spk2id
        if utterance.speaker not in speakers:
            known = ", ".join(speakers)
            return UnknownSpeaker(
                f"{utterance.language} has no speaker {utterance.speaker}; there is {known}"
            )
        request = SpeechRequest(
            text=text,
            speaker=speakers[utterance.speaker],
            noise=SeededNoise(utterance.seed),
            speed=utterance.speed,
            prosody=self.options.prosody,
        )
        try:
            request.check(self.config)
        except EngineError as error:
            return error
        except ValueError as error:
            return EngineError(f"the text does not fit the network: {error}")
        return request

    def finish(
        self, spoken: Spoken | EngineError, request: SpeechRequest
    ) -> Waveform | EngineError:
        """Add the pause, which shrinks with speed as the speech does."""
        if isinstance(spoken, EngineError):
            return spoken
        if not spoken.samples.isfinite().all():
            return EngineError("the network answered with numbers that are not finite")
        rate, text = self.info.sample_rate, request.text
        pause = torch.zeros(int(rate * PAUSE_S / request.speed))
        samples = torch.cat([spoken.samples, pause]).numpy()
        frame_s = len(spoken.samples) / int(spoken.durations.sum()) / rate
        words = word_times(text.timed, spoken.durations, frame_s) if text.timed else ()
        return Waveform(samples, rate, text.warnings, words)

    def running(self) -> MeloSynthesizer:
        if self.synthesizer is None:
            raise EngineUnavailable("the MeloTTS engine is closed")
        return self.synthesizer

    def check(self) -> None:
        """Speak three blanks, about 0.1 s of audio."""
        blanks = MeloInput([0] * 3, [0] * 3, [0] * 3)
        synthesizer = self.running()
        try:
            (spoken,) = synthesizer.synthesize([SpeechRequest(blanks, 0, NoNoise())])
        except RuntimeError as error:
            raise EngineUnavailable(f"MeloTTS fails its self-check: {error}") from error
        if isinstance(spoken, EngineError) or not spoken.samples.isfinite().all():
            raise EngineUnavailable("MeloTTS fails its self-check: its audio is not finite")

    def close(self) -> None:
        self.synthesizer = None

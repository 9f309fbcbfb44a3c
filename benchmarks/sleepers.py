"""Phonex with stages that sleep: a batch takes a while, and each piece in it a little more.

The ingress, the queue and the records are the real ones, so that what they do to a stage's
throughput shows on a machine that could not run so many real stages. Ray Serve imports `build`; no
`from __future__ import annotations`, for it reads the annotation as it stands.
"""

import threading
import time
from collections.abc import Sequence

import numpy as np
from ray import serve
from ray.serve import Application

from config.settings import Settings
from deployments.graph import EMBEDDING_EXTRACTION, TEXT_TO_SPEECH, TONE_CONVERSION
from deployments.stage import Stage
from deployments.text_to_speech import TextToSpeech
from engines.base import EngineInfo, Utterance, Waveform
from engines.embedded.voices import VOICES
from engines.errors import EngineError
from engines.reading.rules import ESPEAK
from serve_app.app import compose

BATCH_S = 1.0
PIECE_S = 0.03
SAMPLE_RATE = 16_000
SPOKEN_S = 0.5


class Sleeper:
    """An engine as a device has it: one batch at a time."""

    def __init__(self, _: Settings) -> None:
        speakers = {
            language: tuple(one.name for one in voices) for language, voices in VOICES.items()
        }
        self.info = EngineInfo(
            "sleeping", "1", "sleep", "none", SAMPLE_RATE, speakers, text_rules=ESPEAK
        )
        self._device = threading.Lock()
        tone = np.sin(np.arange(int(SPOKEN_S * SAMPLE_RATE)) * 0.1)
        self._waveform = Waveform((tone / 4).astype(np.float32), SAMPLE_RATE)

    def synthesize(self, batch: Sequence[Utterance]) -> list[Waveform | EngineError]:
        with self._device:
            time.sleep(seconds_of(len(batch)))
        return [self._waveform for _ in batch]

    def check(self) -> None:
        """It never breaks."""

    def close(self) -> None:
        """It holds nothing."""


class SleepingSpeech(TextToSpeech):
    def __init__(self, settings: Settings) -> None:
        Stage.__init__(self, Sleeper, settings)


class SleepingStage(Stage[Sleeper]):
    """Of voices, which nobody clones here."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(Sleeper, settings)


def seconds_of(pieces: int) -> float:
    """That a batch of so many takes."""
    return BATCH_S + PIECE_S * pieces


def build(args: Settings) -> Application:
    """As `serve_app.app.build`, with other stages of the same names."""
    return compose(
        args,
        serve.deployment(name=TEXT_TO_SPEECH)(SleepingSpeech).bind(args),
        serve.deployment(name=EMBEDDING_EXTRACTION)(SleepingStage).bind(args),
        serve.deployment(name=TONE_CONVERSION)(SleepingStage).bind(args),
    )

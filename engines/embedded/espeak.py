"""Speech from eSpeak NG: six languages, no weights, hundreds of times real time."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence

from engines.base import EngineInfo, Utterance, Waveform
from engines.embedded.espeak_library import SAMPLE_RATE
from engines.embedded.to_read import read_by
from engines.embedded.voices import VOICES, find_voice
from engines.errors import EngineError, UnknownLanguage, UnknownSpeaker
from engines.reading.rules import ESPEAK
from engines.reading.words import Reading
from engines.workers.pool import WorkerPool

VERSION = "4"  # of what comes out: raised whenever the audio of a text changes
MAX_SEMITONES = 24
MIN_SPEED, MAX_SPEED = 0.25, 2.6  # what eSpeak's rates reach; the API asks for less

NOTE = "formant synthesis by eSpeak NG: intelligible, and plainly a machine"
NOTE_WITHOUT_JANOME = "Japanese only in kana: pip install janome"


class EspeakSpeech:
    """A `SpeechEngine`. `synthesize` may be called from many threads at once.

    The audio of an utterance is a function of the utterance alone: bit for bit the same in
    whatever batch, order or worker. `seed` is not used, nothing is drawn.
    """

    def __init__(self, workers: int, item_timeout_s: float) -> None:
        note = NOTE
        if importlib.util.find_spec("janome") is None:
            note = f"{NOTE}; {NOTE_WITHOUT_JANOME}"
        self.info = EngineInfo(
            name="embedded",
            version=VERSION,
            backend="eSpeak NG",
            device="cpu",
            sample_rate=SAMPLE_RATE,
            speakers={
                language: tuple(voice.name for voice in voices)
                for language, voices in VOICES.items()
            },
            note=note,
            text_rules=ESPEAK,
        )
        self._pool = WorkerPool("engines.embedded.espeak_worker:work", workers, item_timeout_s)

    def synthesize(self, batch: Sequence[Utterance]) -> list[Waveform | EngineError]:
        """Audio at `info.sample_rate` for each utterance, or the error in its place."""
        return self._pool.map_accepted(batch, refusal)

    def read(self, batch: Sequence[Utterance]) -> list[Reading | EngineError]:
        """What is said for each utterance, and its IPA; the pronunciations are not looked at."""
        return read_by(self._pool, batch, refusal)

    def check(self) -> None:
        self._pool.check()

    def close(self) -> None:
        self._pool.close()


def refusal(utterance: Utterance) -> EngineError | None:
    """Why this utterance cannot be tried at all, if so."""
    if utterance.language not in VOICES:
        return UnknownLanguage(
            f"no voice speaks {utterance.language!r}: choose of {', '.join(VOICES)}"
        )
    if find_voice(utterance.language, utterance.speaker) is None:
        names = ", ".join(voice.name for voice in VOICES[utterance.language])
        return UnknownSpeaker(
            f"{utterance.language} has no speaker {utterance.speaker!r}: choose of {names}"
        )
    if not MIN_SPEED <= utterance.speed <= MAX_SPEED:
        return EngineError(f"speed {utterance.speed:g} is not within {MIN_SPEED} and {MAX_SPEED}")
    if not abs(utterance.pitch) <= MAX_SEMITONES:
        return EngineError(f"pitch {utterance.pitch:g} is beyond {MAX_SEMITONES} semitones")
    return None

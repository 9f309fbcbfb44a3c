"""Natural speech by Kokoro-82M in five languages, and Korean by eSpeak NG beside it."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import numpy as np

from engines.audio.pitch import shift
from engines.audio.resample import resample
from engines.base import EngineInfo, Samples, Utterance, Waveform
from engines.embedded.espeak import MAX_SEMITONES, EspeakSpeech
from engines.embedded.to_read import read_by
from engines.errors import EngineError, UnknownLanguage, UnknownSpeaker
from engines.kokoro.breath import say_between
from engines.kokoro.edges import settle
from engines.kokoro.found import Found
from engines.kokoro.network import SAMPLE_RATE, THREADS, Network, Run
from engines.kokoro.phonemize import Phonemes
from engines.kokoro.styles import LANGUAGES, aliases, speakers
from engines.kokoro.symbols import SILENT, ids, pieces
from engines.kokoro.voiceprints import spoken_by
from engines.mixes import InvalidMix, parse_mix
from engines.reading.rules import NATURAL
from engines.reading.timing import GAP, TimedPhone, WordTime, time_words
from engines.reading.words import Reading
from engines.workers.pool import NICENESS, WorkerPool, cores

VERSION = "3"  # of what comes out: raised whenever the audio of a text changes
MIN_SPEED, MAX_SPEED = 0.25, 4.0
READERS = 1  # processes that turn texts into phones: a hundred times as fast as the network
PAUSE_S = 0.25  # between the runs of a text that is too long for one
KOREAN = "KR"
NOTE = "Kokoro-82M; Korean by eSpeak NG, plainly a machine"
KOREAN_WARNING = "spoken by the embedded engine: Kokoro knows no Korean"


class KokoroSpeech:
    """A `SpeechEngine`. `synthesize` may be called from many threads at once.

    The audio of an utterance is a function of the utterance alone, in whatever batch: each is a run
    of its own, side by side with others. `seed` is not used, nothing is drawn.
    """

    def __init__(
        self, found: Found, workers: int, item_timeout_s: float, device: str = "cpu"
    ) -> None:
        self._network = Network(found.require(), device)
        self._styles = found.load_styles()
        self._names = {language: speakers(language, self._styles) for language in LANGUAGES}
        self._korean = EspeakSpeech(1, item_timeout_s)
        self._readers = WorkerPool("engines.kokoro.phonemize:work", READERS, item_timeout_s)
        side_by_side = workers or max(1, cores() // THREADS)
        self._runs = ThreadPoolExecutor(side_by_side, "kokoro", initializer=yield_to_others)
        korean = self._korean.info.speakers[KOREAN]
        self.info = EngineInfo(
            name="kokoro",
            version=VERSION,
            backend=f"ONNX Runtime, {found.precision}",
            device=self._network.device,
            sample_rate=SAMPLE_RATE,
            speakers={**self._names, KOREAN: korean},
            aliases={language: aliases(language, names) for language, names in self._names.items()},
            mixes=True,
            voiceprints=spoken_by(self._names),
            note=NOTE,
            family="natural",
            text_rules=NATURAL,
        )

    def synthesize(self, batch: Sequence[Utterance]) -> list[Waveform | EngineError]:
        """Audio at `info.sample_rate` for each utterance, or the error in its place."""
        mine = [one for one in batch if one.language != KOREAN]
        others = [one for one in batch if one.language == KOREAN]
        korean = iter(map(_from_korean, self._korean.synthesize(others) if others else []))
        read = self._readers.map_accepted(mine, self._refusal)
        said = iter(list(self._runs.map(self._say, mine, read)))
        return [next(korean) if one.language == KOREAN else next(said) for one in batch]

    def read(self, batch: Sequence[Utterance]) -> list[Reading | EngineError]:
        """What is said for each utterance, and its phones; the pronunciations are not looked at."""
        korean = [one for one in batch if one.language == KOREAN]
        others = [one for one in batch if one.language != KOREAN]
        read = iter(read_by(self._readers, others, self._refusal))
        read_korean = iter(self._korean.read(korean) if korean else [])
        return [next(read_korean if one.language == KOREAN else read) for one in batch]

    def check(self) -> None:
        self._readers.check()
        self._korean.check()

    def close(self) -> None:
        self._runs.shutdown(wait=True, cancel_futures=True)
        self._readers.close()
        self._korean.close()

    def _refusal(self, utterance: Utterance) -> EngineError | None:
        names = self._names.get(utterance.language)
        if names is None:
            return UnknownLanguage(f"no voice speaks {utterance.language!r}")
        try:
            mix = parse_mix(utterance.speaker)
        except InvalidMix as error:
            return UnknownSpeaker(str(error))
        (leader, _), *others = mix
        unknown = [name for name, _ in others if name not in self._styles]
        if leader not in names or unknown:
            return UnknownSpeaker(
                f"{utterance.language} has no speaker {(unknown or [leader])[0]!r}: "
                f"choose of {', '.join(names)}"
            )
        if not MIN_SPEED <= utterance.speed <= MAX_SPEED:
            return EngineError(
                f"speed {utterance.speed:g} is not within {MIN_SPEED} and {MAX_SPEED}"
            )
        if not abs(utterance.pitch) <= MAX_SEMITONES:
            return EngineError(f"pitch {utterance.pitch:g} is beyond {MAX_SEMITONES} semitones")
        return None

    def _style(self, speaker: str) -> Samples:
        """(510, 256) of a speaker, or the mean of those that are mixed, by their shares."""
        mix = parse_mix(speaker)
        if len(mix) == 1:
            return self._styles[speaker]
        style: Samples = np.average(
            [self._styles[name] for name, _ in mix], axis=0, weights=[share for _, share in mix]
        ).astype(np.float32)
        return style

    def _say(self, utterance: Utterance, read: Phonemes | EngineError) -> Waveform | EngineError:
        if isinstance(read, EngineError):
            return read
        style = self._style(utterance.speaker)
        try:
            said = list(pieces(read.phones))
            runs = [
                say_between(
                    lambda phones, wanted: self._network.run(
                        ids(phones), style, utterance.speed, wanted
                    ),
                    piece,
                    read.before if first else "",
                    read.after if last else "",
                )
                for piece, first, last in _with_ends(said)
            ]
            words = _word_times(read, said, runs)
            samples = _joined(runs)
            words = settle(words, samples, SAMPLE_RATE)
            waveform = Waveform(samples, SAMPLE_RATE, read.warnings, words)
            if utterance.pitch:
                waveform = shift(waveform, utterance.pitch)
        except EngineError as error:
            return error
        return waveform


def yield_to_others() -> None:
    """Computing yields to answering, as in the worker processes."""
    with suppress(AttributeError, OSError):  # threads have a niceness of their own on Linux alone
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


def _with_ends(pieces: Sequence[str]) -> Iterator[tuple[str, bool, bool]]:
    """Each with whether it is the first, and the last."""
    for at, piece in enumerate(pieces):
        yield piece, at == 0, at == len(pieces) - 1


def _joined(runs: Sequence[Run]) -> np.ndarray:
    pause = np.zeros(round(PAUSE_S * SAMPLE_RATE), dtype=np.float32)
    parts = [part for run in runs for part in (pause, run.samples)][1:]
    return np.concatenate(parts)


def _word_times(read: Phonemes, said: Sequence[str], runs: Sequence[Run]) -> tuple[WordTime, ...]:
    """When each word is heard, where that is asked for and the graph tells it."""
    if not read.words or not all(run.bounds for run in runs):
        return ()
    heard: list[TimedPhone] = []
    at = 0.0
    for piece, run in zip(said, runs, strict=True):
        bounds = run.later(at)
        heard += [
            TimedPhone(GAP if phone in SILENT else phone, start, end)
            for phone, start, end in zip(piece, bounds[:-1], bounds[1:], strict=True)
        ]
        at += len(run.samples) / SAMPLE_RATE + PAUSE_S
    alone = [[phone for phone in word.phones or "" if phone not in SILENT] for word in read.words]
    return time_words(read.words, alone, heard)


def _from_korean(said: Waveform | EngineError) -> Waveform | EngineError:
    if isinstance(said, EngineError):
        return said
    return replace(resample(said, SAMPLE_RATE), warnings=(*said.warnings, KOREAN_WARNING))

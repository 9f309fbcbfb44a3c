"""MeloTTS in all languages whose checkpoints are found, behind the speech protocol."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import transformers

from config.engine_settings import NeuralSettings
from engines.base import EngineInfo, Utterance, Waveform
from engines.errors import EngineError, EngineUnavailable, UnknownLanguage, UnknownSpeaker
from engines.melo.engine import MeloEngine, MeloOptions
from engines.melo.request import Prosody
from engines.melo.synthesis import SynthesisLimits
from engines.neural.arrange import chunking
from engines.neural.backend import prepare
from engines.neural.found import Checkpoint, Found
from engines.neural.front_end import MeloFrontEnd
from engines.neural.pitch import PitchShifter
from engines.neural.workers import Workers
from engines.nn.grouping import BatchLimits
from engines.reading import FrontEnd, front_end, warm
from engines.reading.bert import BertFeatures
from engines.reading.pipeline import TextPipeline
from engines.reading.rules import MELO, MELO_AS_UPSTREAM
from engines.reading.shown import read_with
from engines.reading.words import Reading

logger = logging.getLogger(__name__)

NAME = "melotts"
FAMILY = "neural"
RANDOM_NOTE = "random weights: this is noise, not speech"


@dataclass(frozen=True, slots=True)
class LanguageParts:
    """What the checkpoints of one language share: its dictionaries and its BERT."""

    front: FrontEnd
    bert: BertFeatures | None
    reading: threading.Lock  # dictionaries and taggers take one text at a time


class NeuralSpeech:
    """A `SpeechEngine`. Its workers bound how much is computed at once, and so the memory.

    A language loads when the replica starts, or with its first request, as `load_at_start` says.
    """

    def __init__(self, found: Found, settings: NeuralSettings) -> None:
        self.found = found
        self.settings = settings
        self.backend = prepare(settings.backend.text_to_speech, settings, found.folder)
        self.options = MeloOptions(prosody=prosody(settings), limits=limits(settings))
        self.checkpoints = speakers_of(found.speech)
        self.parts: dict[str, LanguageParts] = {}
        self.engines: dict[str, MeloEngine] = {}  # by repository
        self.loading = threading.Lock()
        self.workers = Workers(settings, self.backend.device)
        self.pitch = PitchShifter(settings.pitch_workers)
        self.closed = False
        for language in found.speech:
            if settings.load_at_start == "all" or language in settings.load_at_start:
                for checkpoint in found.speech[language]:
                    self.load(language, checkpoint)
        self.info = self.describe()

    def describe(self) -> EngineInfo:
        rates = {one.sample_rate for many in self.found.speech.values() for one in many}
        if len(rates) != 1:
            raise EngineUnavailable(f"the checkpoints differ in sample rate: {sorted(rates)}")
        speakers: dict[str, list[str]] = {language: [] for language in self.found.speech}
        for language, speaker in self.checkpoints:
            speakers[language].append(speaker)
        loaded = [engine.info.version for engine in self.engines.values()]
        return EngineInfo(
            name=NAME,
            version=", ".join(loaded) or "not loaded",
            backend=self.backend.label,
            device=str(self.backend.device),
            sample_rate=rates.pop(),
            speakers={language: tuple(names) for language, names in speakers.items()},
            note=note(self.found, self.settings),
            family=FAMILY,
            seeded=True,
            random_weights=self.found.random,
            text_rules=MELO_AS_UPSTREAM if self.settings.upstream_quirks else MELO,
        )

    def load(self, language: str, checkpoint: Checkpoint) -> MeloEngine:
        """The engine over one checkpoint. Reads it from disk the first time."""
        with self.loading:
            if checkpoint.repo in self.engines:
                return self.engines[checkpoint.repo]
            started = time.perf_counter()
            parts = self.parts.get(language) or self.load_parts(language)
            loaded = self.backend.load_speech(checkpoint)
            data = loaded.config.data
            bert = None if data.disable_bert else parts.bert
            pipeline = TextPipeline(
                parts.front,
                loaded.config.symbols,
                bert.tokenize if bert else None,
                data.add_blank,
            )
            front = MeloFrontEnd(pipeline, bert, parts.reading)
            engine = MeloEngine(language, loaded, front, self.options)
            self.engines[checkpoint.repo] = engine
            seconds = time.perf_counter() - started
            logger.info("%s speaks %s, loaded in %.1f s", checkpoint.repo, language, seconds)
            return engine

    def load_parts(self, language: str) -> LanguageParts:
        quiet: Callable[[], None] = transformers.utils.logging.disable_progress_bar
        quiet()  # a replica's log has no bars
        folder = self.found.berts.get(language)
        bert = BertFeatures(folder, str(self.backend.device)) if folder else None
        tokenizer = bert.tokenize if bert else None
        quirks = self.settings.upstream_quirks
        front = front_end(language, tokenizer, quirks, self.found.folder)
        warm(front)
        self.parts[language] = LanguageParts(front, bert, threading.Lock())
        return self.parts[language]

    def synthesize(self, batch: Sequence[Utterance]) -> list[Waveform | EngineError]:
        answers: dict[int, Waveform | EngineError] = {}
        for repo, places in self.by_checkpoint(batch).items():
            utterances = [batch[place] for place in places]
            spoken = self.speak(repo, utterances) if repo else map(self.refuse, utterances)
            answers.update(zip(places, spoken, strict=True))
        ordered = [answers[place] for place in range(len(batch))]
        return self.pitch.apply(ordered, [utterance.pitch for utterance in batch])

    def read(self, batch: Sequence[Utterance]) -> list[Reading | EngineError]:
        """What is said for each utterance, in the phones of its front end."""
        return [self.read_one(utterance) for utterance in batch]

    def read_one(self, utterance: Utterance) -> Reading | EngineError:
        checkpoint = self.checkpoints.get((utterance.language, utterance.speaker))
        if checkpoint is None:
            return self.refuse(utterance)
        try:
            self.load(utterance.language, checkpoint)
        except EngineError as error:
            return error
        parts = self.parts[utterance.language]
        with parts.reading:
            return read_with(parts.front, utterance.text)

    def by_checkpoint(self, batch: Sequence[Utterance]) -> dict[str, list[int]]:
        """Places in the batch by repository; "" for those whom nobody can speak."""
        groups: dict[str, list[int]] = {}
        for place, utterance in enumerate(batch):
            checkpoint = self.checkpoints.get((utterance.language, utterance.speaker))
            groups.setdefault(checkpoint.repo if checkpoint else "", []).append(place)
        return groups

    def speak(self, repo: str, batch: Sequence[Utterance]) -> list[Waveform | EngineError]:
        """Utterances whose speakers are of one checkpoint."""
        if self.closed:
            raise EngineUnavailable("the neural engine is closed")
        first = batch[0]
        checkpoint = self.checkpoints[first.language, first.speaker]
        try:
            engine = self.engines.get(repo) or self.load(first.language, checkpoint)
        except EngineError as error:
            return [error for _ in batch]
        return self.workers.run(engine.synthesize, batch)

    def refuse(self, utterance: Utterance) -> EngineError:
        known = self.info.speakers.get(utterance.language)
        if known is None:
            return UnknownLanguage(
                f"no such language: {utterance.language}; there is {', '.join(self.info.speakers)}"
            )
        return UnknownSpeaker(
            f"{utterance.language} has no speaker {utterance.speaker}; there is {', '.join(known)}"
        )

    def check(self) -> None:
        """Speak three blanks with a language that is loaded."""
        if self.closed:
            raise EngineUnavailable("the neural engine is closed")
        for engine in list(self.engines.values())[:1]:
            self.workers.call(engine.check)

    def close(self) -> None:
        self.closed = True
        self.workers.close()
        self.pitch.close()
        for engine in self.engines.values():
            engine.close()
        self.engines.clear()
        self.parts.clear()


def speakers_of(
    speech: Mapping[str, Sequence[Checkpoint]],
) -> dict[tuple[str, str], Checkpoint]:
    """(language, speaker) -> the checkpoint who speaks so: the first that knows the name."""
    found: dict[tuple[str, str], Checkpoint] = {}
    for language, checkpoints in speech.items():
        for checkpoint in checkpoints:
            for speaker in checkpoint.speakers:
                found.setdefault((language, speaker), checkpoint)
    return found


def prosody(settings: NeuralSettings) -> Prosody:
    return Prosody(settings.sdp_ratio, settings.noise_scale, settings.noise_scale_w)


def limits(settings: NeuralSettings) -> SynthesisLimits:
    steps = BatchLimits(steps=settings.max_batch_steps)
    return SynthesisLimits(text=steps, flow=steps, decoder=chunking(settings))


def note(found: Found, settings: NeuralSettings) -> str:
    """What a person must know of this engine."""
    said = [RANDOM_NOTE] if found.random else []
    if not settings.bert:
        said.append("BERT is off: flatter prosody")
    return "; ".join(said)

"""The three deployments as plain classes: what they make of a batch, and what they report."""

from __future__ import annotations

import asyncio
import pickle
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest

from config.settings import Settings
from deployments.batching import StageReport, StageResult
from deployments.embedding_extraction import EmbeddingExtraction
from deployments.stage import BusyClock, seconds
from deployments.text_to_speech import TextToSpeech
from deployments.tone_conversion import Target, ToneConversion
from engines import registry
from engines.base import Conversion, EngineInfo, Utterance, VoiceEmbedding, Waveform
from engines.errors import EngineError, EngineUnavailable, UnspeakableText
from engines.nn.grouping import BatchLimits, by_length

RATE = 100  # Hz
VOICE = VoiceEmbedding("fake", "1", {"mean": np.ones(2, np.float32)})
INFO = EngineInfo("fake", "1", "numpy", "cpu", RATE)


def wave(length_s: float, level: float = 0.1) -> Waveform:
    return Waveform(np.full(round(length_s * RATE), level, np.float32), RATE)


@dataclass
class FakeEngine:
    """Speaks a tenth of a second a letter, doubles what it converts; `broken` breaks a batch."""

    info: EngineInfo = INFO
    broken: bool = False
    closed: int = 0
    threads: list[int] = field(default_factory=list)
    converted: list[Sequence[Conversion]] = field(default_factory=list)

    def synthesize(self, batch: Sequence[Utterance]) -> list[Waveform | EngineError]:
        self.threads.append(threading.get_ident())
        if self.broken:
            raise RuntimeError("out of memory")
        return [
            wave(len(item.text) / 10) if item.text.isalpha() else UnspeakableText(item.text)
            for item in batch
        ]

    def convert(self, batch: Sequence[Conversion]) -> list[Waveform | EngineError]:
        self.converted.append(batch)
        return [Waveform(2 * item.source.samples, RATE) for item in batch]

    def embed(self, batch: Sequence[Waveform]) -> list[VoiceEmbedding | EngineError]:
        return [VOICE for _ in batch]

    def mean(self, embeddings: Sequence[VoiceEmbedding]) -> VoiceEmbedding:
        return embeddings[-1]

    def check(self) -> None:
        if self.broken:
            raise EngineUnavailable("its workers keep dying")

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    fake = FakeEngine()
    for name in ("create_speech", "create_embedding", "create_conversion"):
        monkeypatch.setattr(registry, name, lambda _: fake)
    return fake


def utterances(*texts: str) -> list[Utterance]:
    return [Utterance(text, "EN", "EN-US") for text in texts]


def targets(count: int) -> list[Target]:
    return [Target(VOICE, "EN", "EN-US", float(index), 7 + index) for index in range(count)]


def test_speech_keeps_order_and_one_bad_item_fails_alone(engine: FakeEngine) -> None:
    result = asyncio.run(TextToSpeech(Settings()).synthesize(utterances("aaa", "???", "a")))
    lengths = [seconds(item) for item in result.items]
    assert lengths == pytest.approx([0.3, 0.0, 0.1])
    assert isinstance(result.items[1], UnspeakableText)
    (report,) = result.reports
    assert (report.stage, report.items, report.failed) == ("text_to_speech", 3, 1)
    assert report.audio_s == pytest.approx(0.4)
    assert report.compute_s >= 0


def test_the_event_loop_stays_free(engine: FakeEngine) -> None:
    asyncio.run(TextToSpeech(Settings()).synthesize(utterances("a")))
    assert engine.threads != [threading.get_ident()]


def test_a_conversion_keeps_what_stage_one_could_not_speak(engine: FakeEngine) -> None:
    async def scenario() -> None:
        base = await TextToSpeech(Settings()).synthesize(utterances("?1", "aa", "?2", "a"))
        result = await ToneConversion(Settings()).convert(base, targets(4))
        errors = [item.message for item in result.items if isinstance(item, EngineError)]
        assert errors == ["?1", "?2"]
        waves = [item for item in result.items if isinstance(item, Waveform)]
        assert [item.seconds for item in waves] == pytest.approx([0.2, 0.1])
        assert all(np.allclose(item.samples, 0.2) for item in waves)
        (batch,) = engine.converted
        assert [(item.pitch, item.seed) for item in batch] == [(1.0, 8), (3.0, 10)]

    asyncio.run(scenario())


def test_reports_of_all_stages_arrive_in_their_order(engine: FakeEngine) -> None:
    async def scenario() -> None:
        base = await TextToSpeech(Settings()).synthesize(utterances("?", "aa"))
        result = await ToneConversion(Settings()).convert(base, targets(2))
        stages = [(report.stage, report.items, report.failed) for report in result.reports]
        assert stages == [("text_to_speech", 2, 1), ("tone_conversion", 1, 0)]

    asyncio.run(scenario())


def test_a_batch_of_which_nothing_was_spoken_still_has_all_its_errors(engine: FakeEngine) -> None:
    async def scenario() -> None:
        base = await TextToSpeech(Settings()).synthesize(utterances("?1", "?2"))
        result = await ToneConversion(Settings()).convert(base, targets(2))
        assert result.items == base.items

    asyncio.run(scenario())


def test_batches_of_two_sizes_are_not_mixed_up(engine: FakeEngine) -> None:
    base: StageResult[Waveform] = StageResult([wave(0.1)], ())
    with pytest.raises(ValueError, match="shorter"):
        asyncio.run(ToneConversion(Settings()).convert(base, []))


def test_embedding_reports_what_it_heard(engine: FakeEngine) -> None:
    async def scenario() -> None:
        stage = EmbeddingExtraction(Settings())
        result = await stage.embed([wave(1.0), wave(2.0)])
        assert result.items == [VOICE, VOICE]
        assert result.reports[0].audio_s == pytest.approx(3.0)
        assert await stage.mean([VOICE]) is VOICE

    asyncio.run(scenario())


def test_a_lost_batch_is_told_to_the_caller(engine: FakeEngine) -> None:
    engine.broken = True
    with pytest.raises(RuntimeError, match="out of memory"):
        asyncio.run(TextToSpeech(Settings()).synthesize(utterances("a")))


def test_an_engine_that_answers_too_little_loses_the_batch(engine: FakeEngine) -> None:
    def forgetful(batch: Sequence[str]) -> list[Waveform | EngineError]:
        return [wave(0.1)] * (len(batch) - 1)

    stage = TextToSpeech(Settings())
    with pytest.raises(ValueError, match="shorter"):
        asyncio.run(
            stage.compute("stage", forgetful, ["a", "b"], lambda _, result: seconds(result))
        )


@pytest.mark.parametrize("stage", [TextToSpeech, EmbeddingExtraction, ToneConversion])
def test_a_stage_describes_checks_and_closes_its_engine(engine: FakeEngine, stage: type) -> None:
    async def scenario() -> None:
        replica = stage(Settings())
        assert await replica.describe() == INFO
        await replica.check_health()
        engine.broken = True
        with pytest.raises(EngineUnavailable):
            await replica.check_health()

    asyncio.run(scenario())
    assert engine.closed == 1  # with the replica


@pytest.mark.parametrize("stage", [TextToSpeech, EmbeddingExtraction, ToneConversion])
def test_a_stage_whose_engine_cannot_be_made_says_why(
    monkeypatch: pytest.MonkeyPatch, stage: type
) -> None:
    def missing(_: Settings) -> None:
        raise EngineUnavailable("pip install …")

    for name in ("create_speech", "create_embedding", "create_conversion"):
        monkeypatch.setattr(registry, name, missing)
    with pytest.raises(EngineUnavailable, match="pip install"):
        stage(Settings())


def test_what_travels_between_processes_survives_it() -> None:
    report = StageReport("stage", 2, 1, 0.5, 1.0)
    result: StageResult[Waveform] = StageResult([wave(0.1), UnspeakableText("no")], (report,))
    again = pickle.loads(pickle.dumps(result))  # noqa: S301  as Ray does
    assert again.reports == result.reports
    assert isinstance(again.items[1], UnspeakableText)
    assert again.items[1].message == "no"
    np.testing.assert_array_equal(again.items[0].samples, wave(0.1).samples)
    assert pickle.loads(pickle.dumps(targets(1)))[0].seed == 7  # noqa: S301


def test_compute_adds_up_to_the_time_the_engine_was_busy() -> None:
    clock = BusyClock()
    first = clock.finish(arrived=10.0, ended=11.0)
    waited = clock.finish(arrived=10.2, ended=12.5)  # the lock was free at 11
    late = clock.finish(arrived=20.0, ended=20.5)
    assert first == pytest.approx((0.0, 1.0))
    assert waited == pytest.approx((0.8, 1.5))
    assert late == pytest.approx((0.0, 0.5))


def test_padding_is_reported(engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    def synthesize(batch: Sequence[Utterance]) -> list[Waveform | EngineError]:
        by_length([len(item.text) for item in batch], BatchLimits(waste=0.5))
        return [wave(1.0) for _ in batch]

    monkeypatch.setattr(engine, "synthesize", synthesize)
    result = asyncio.run(TextToSpeech(Settings()).synthesize(utterances("aaaa", "aa")))
    assert result.reports[0].padded_share == pytest.approx(2 / 8)


def test_a_replica_tells_its_memory_and_its_workers(engine: FakeEngine) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        vitals = asyncio.run(TextToSpeech(Settings()).vitals())
        child.kill()
    assert vitals.own_bytes > 2**24
    assert vitals.workers_bytes > 2**20

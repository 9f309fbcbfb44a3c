from __future__ import annotations

import os
import pickle
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import soundfile
import soxr

from engines.base import Conversion, Samples, Utterance, VoiceEmbedding, Waveform
from engines.embedded.espeak import EspeakSpeech
from engines.embedded.world import WorldConversion, WorldEmbedding
from engines.errors import EmbeddingMismatch, EngineError, UnusableSpeech
from engines.reading.split import split_text
from tests.conftest import REAL_VOICE
from tests.engines.embedded.measure import RATE, distance_db, learn, quick_f0
from tests.engines.embedded.texts import PARAGRAPHS

# One of each language here; all 26 were measured when the voices were chosen.
SPEAKERS = [("EN", "EN-US"), ("ES", "ES"), ("ZH", "ZH"), ("JP", "JP")]
OTHER_SPEAKERS = [("EN", "EN-AU"), ("KR", "KR"), ("FR", "FR")]


def speak(engine: EspeakSpeech, text: str, language: str, speaker: str) -> list[Waveform]:
    pieces = split_text(text, language, max_chars=80)
    waves = engine.synthesize([Utterance(piece, language, speaker) for piece in pieces])
    return [wave for wave in waves if isinstance(wave, Waveform)]


def joined(waves: list[Waveform]) -> Samples:
    return np.concatenate([wave.samples for wave in waves])


def convert(engine: WorldConversion, *batch: Conversion) -> list[Waveform]:
    results = engine.convert(batch)
    assert all(isinstance(result, Waveform) for result in results), results
    return [result for result in results if isinstance(result, Waveform)]


@pytest.fixture(scope="module")
def sentence(speech: EspeakSpeech) -> Waveform:
    return speak(speech, "Nobody in the village had slept that night.", "EN", "EN-Default")[0]


@pytest.fixture(scope="module")
def woman(speech: EspeakSpeech, embedding: WorldEmbedding) -> VoiceEmbedding:
    return learn(embedding, *speak(speech, PARAGRAPHS["ES"], "ES", "ES-Female"))


@pytest.fixture(scope="module")
def own_conversion() -> Iterator[WorldConversion]:
    engine = WorldConversion(workers=2, item_timeout_s=60.0)
    yield engine
    engine.close()


def test_clones_of_a_real_voice_meet_its_pitch_and_spectrum(
    speech: EspeakSpeech, embedding: WorldEmbedding, conversion: WorldConversion
) -> None:
    recording, rate = soundfile.read(REAL_VOICE, dtype="float32")
    voice = recording.mean(axis=1)
    halves = [Waveform(half, rate) for half in np.array_split(voice, 2)]
    target = learn(embedding, *halves)
    reference = soxr.resample(voice, rate, RATE)
    for language, speaker in SPEAKERS:
        base = speak(speech, PARAGRAPHS[language], language, speaker)
        assert len(base) >= 5
        clone = joined(
            convert(conversion, *(Conversion(wave, target, language, speaker) for wave in base))
        )
        assert quick_f0(clone) == pytest.approx(quick_f0(reference), rel=0.03), speaker
        before = distance_db(joined(base), reference)
        assert distance_db(clone, reference) < 0.75 * before, speaker


@pytest.mark.parametrize(("language", "speaker"), OTHER_SPEAKERS)
def test_clones_of_another_voice_meet_its_pitch_and_spectrum(
    speech: EspeakSpeech,
    conversion: WorldConversion,
    woman: VoiceEmbedding,
    language: str,
    speaker: str,
) -> None:
    """The same without a recording, across languages."""
    reference = joined(speak(speech, PARAGRAPHS["ES"], "ES", "ES-Female"))
    base = speak(speech, PARAGRAPHS[language], language, speaker)
    clone = joined(
        convert(conversion, *(Conversion(wave, woman, language, speaker) for wave in base))
    )
    assert quick_f0(clone) == pytest.approx(quick_f0(reference), rel=0.03)
    assert distance_db(clone, reference) < 0.8 * distance_db(joined(base), reference)


def test_a_clone_is_as_long_and_as_loud_as_its_source(
    conversion: WorldConversion, sentence: Waveform, woman: VoiceEmbedding
) -> None:
    for frames in (0, 1, 100, 2205, 30_001, len(sentence.samples)):
        source = Waveform(sentence.samples[:frames], RATE)
        (clone,) = convert(conversion, Conversion(source, woman, "EN", "EN-Default"))
        assert len(clone.samples) == frames
        assert clone.samples.dtype == np.float32
    assert np.abs(clone.samples).max() < 1.0
    assert abs(float(clone.samples.mean())) < 1e-3
    loudness = float(np.sqrt(np.mean(clone.samples**2) / np.mean(sentence.samples**2)))
    assert loudness == pytest.approx(1.0, abs=0.05)


def test_other_sample_rates_keep_their_seconds(
    conversion: WorldConversion, sentence: Waveform, woman: VoiceEmbedding
) -> None:
    source = Waveform(soxr.resample(sentence.samples, RATE, 44_100), 44_100)
    (clone,) = convert(conversion, Conversion(source, woman, "EN", "EN-Default"))
    assert clone.sample_rate == conversion.info.sample_rate
    assert clone.seconds == pytest.approx(source.seconds, abs=0.001)


def test_semitones_come_on_top_of_the_targets_pitch(
    conversion: WorldConversion, sentence: Waveform, woman: VoiceEmbedding
) -> None:
    plain = Conversion(sentence, woman, "EN", "EN-Default")
    level, up, down = convert(
        conversion, plain, replace(plain, pitch=7.0), replace(plain, pitch=-7.0)
    )
    assert quick_f0(up.samples) / quick_f0(level.samples) == pytest.approx(2 ** (7 / 12), rel=0.03)
    assert quick_f0(level.samples) / quick_f0(down.samples) == pytest.approx(
        2 ** (7 / 12), rel=0.03
    )


def test_a_clone_depends_on_nothing_but_its_own_conversion(
    conversion: WorldConversion, sentence: Waveform, woman: VoiceEmbedding
) -> None:
    one = Conversion(sentence, woman, "EN", "EN-Default")
    other = Conversion(Waveform(sentence.samples[::-1].copy(), RATE), woman, "ES", "ES")
    alone = convert(conversion, one)[0]
    for wave in convert(conversion, other, one, one, other, one)[1::3]:
        assert np.array_equal(wave.samples, alone.samples)


def test_no_clicks_at_the_ends_and_silence_stays_silent(
    conversion: WorldConversion, sentence: Waveform, woman: VoiceEmbedding
) -> None:
    quiet = np.zeros(RATE // 2, dtype=np.float32)
    padded = Waveform(np.concatenate([quiet, sentence.samples, quiet]), RATE)
    (clone,) = convert(conversion, Conversion(padded, woman, "EN", "EN-Default"))
    ends = np.concatenate([clone.samples[: RATE // 3], clone.samples[-RATE // 3 :]])
    assert np.abs(ends).max() < 2e-3


@pytest.mark.parametrize("kind", ["silence", "noise", "click", "square"])
def test_sources_without_a_voice_come_through(
    conversion: WorldConversion, woman: VoiceEmbedding, kind: str
) -> None:
    signal = {
        "silence": np.zeros(RATE),
        "noise": np.random.default_rng(1).normal(0, 0.1, RATE),
        "click": np.eye(1, RATE, RATE // 2)[0],
        "square": np.sign(np.sin(np.arange(RATE) * 0.05)),
    }[kind].astype(np.float32)
    (clone,) = convert(conversion, Conversion(Waveform(signal, RATE), woman, "EN", "stranger"))
    assert len(clone.samples) == RATE
    assert np.isfinite(clone.samples).all()
    assert np.abs(clone.samples).max() <= 1.0


def test_one_bad_item_fails_alone(
    conversion: WorldConversion, sentence: Waveform, woman: VoiceEmbedding
) -> None:
    good = Conversion(sentence, woman, "EN", "EN-Default")
    spoilt = sentence.samples.copy()
    spoilt[5] = np.nan
    tensors = dict(woman.tensors)
    batch = [
        good,
        replace(good, target=replace(woman, engine="openvoice")),
        replace(good, target=replace(woman, version="0")),
        replace(good, target=replace(woman, tensors={"envelope": tensors["envelope"]})),
        replace(
            good, target=replace(woman, tensors={**tensors, "log_f0": np.zeros((1, 2), np.float32)})
        ),
        replace(
            good,
            target=replace(woman, tensors={**tensors, "extent": np.full(2, np.nan, np.float32)}),
        ),
        replace(good, source=Waveform(spoilt, RATE)),
        replace(good, pitch=float("nan")),
        good,
    ]
    results = conversion.convert(batch)
    assert [type(result) for result in results] == [
        Waveform,
        *[EmbeddingMismatch] * 5,
        UnusableSpeech,
        EngineError,
        Waveform,
    ]


def test_workers_killed_in_mid_batch_lose_nothing(
    own_conversion: WorldConversion, sentence: Waveform, woman: VoiceEmbedding
) -> None:
    batch = [Conversion(sentence, woman, "EN", "EN-Default")] * 6
    expected = convert(own_conversion, batch[0])[0]
    results: list[Waveform | EngineError] = []
    run = threading.Thread(target=lambda: results.extend(own_conversion.convert(batch)))
    run.start()
    time.sleep(0.2)
    for process_id in own_conversion._pool.process_ids():
        os.kill(process_id, signal.SIGKILL)
    run.join(timeout=60)
    assert len(results) == len(batch)
    for result in results:
        assert isinstance(result, Waveform)
        assert np.array_equal(result.samples, expected.samples)


def test_an_embedding_does_not_depend_on_the_sample_rate(
    speech: EspeakSpeech, embedding: WorldEmbedding
) -> None:
    voice = joined(speak(speech, PARAGRAPHS["EN"], "EN", "EN-BR"))[: 6 * RATE]
    rates = (RATE, 16_000, 44_100)
    learnt = embedding.embed([Waveform(soxr.resample(voice, RATE, rate), rate) for rate in rates])
    first, *others = (one.tensors for one in learnt if isinstance(one, VoiceEmbedding))
    for other in others:
        assert abs(float(other["log_f0"][16] - first["log_f0"][16])) < 0.01
        low = slice(0, 50)  # of 64, up to 6 kHz, which all three reach
        shape = other["envelope"][low] - other["envelope"][low].mean()
        expected = first["envelope"][low] - first["envelope"][low].mean()
        assert np.abs(shape - expected).max() < 0.25  # 1 dB


def test_a_narrow_recording_does_not_muffle_the_clone(
    speech: EspeakSpeech, embedding: WorldEmbedding, conversion: WorldConversion
) -> None:
    """What a telephone cut away is not part of the voice."""
    voice = joined(speak(speech, PARAGRAPHS["EN"], "EN", "EN-US"))
    phone = learn(embedding, Waveform(soxr.resample(voice, RATE, 8_000), 8_000))
    wide = learn(embedding, Waveform(voice, RATE))
    (source,) = speak(speech, "What could they have done about it?", "EN", "EN-Default")
    by_phone, by_wide = convert(
        conversion,
        Conversion(source, phone, "EN", "EN-Default"),
        Conversion(source, wide, "EN", "EN-Default"),
    )
    assert high_share_db(by_phone) > high_share_db(source) - 6
    assert abs(high_share_db(by_phone) - high_share_db(by_wide)) < 12


def high_share_db(wave: Waveform) -> float:
    """Energy above 5 kHz against the whole."""
    power = np.abs(np.fft.rfft(wave.samples)) ** 2
    above = np.fft.rfftfreq(len(wave.samples), 1 / RATE) > 5000
    return float(10 * np.log10(power[above].sum() / power.sum()))


def test_the_mean_of_stretches_is_the_voice_of_the_whole(
    speech: EspeakSpeech, embedding: WorldEmbedding
) -> None:
    """Also when they differ in length and in pitch."""
    low, high = (
        joined(speak(speech, PARAGRAPHS["EN"], "EN", speaker))[: seconds * RATE]
        for speaker, seconds in (("EN-BR", 6), ("EN-Scotland", 2))
    )
    mean = learn(embedding, Waveform(low, RATE), Waveform(high, RATE))
    whole = learn(embedding, Waveform(np.concatenate([low, high]), RATE))
    assert float(mean.tensors["log_f0"][16]) == pytest.approx(
        float(whole.tensors["log_f0"][16]), abs=0.02
    )


def test_the_mean_refuses_strangers_and_nothing(
    embedding: WorldEmbedding, woman: VoiceEmbedding
) -> None:
    with pytest.raises(EmbeddingMismatch):
        embedding.mean([woman, replace(woman, engine="openvoice")])
    with pytest.raises(ValueError, match="at least one"):
        embedding.mean([])


def test_stretches_without_speech_fail_alone(embedding: WorldEmbedding, sentence: Waveform) -> None:
    noise = np.random.default_rng(2).normal(0, 0.001, RATE // 10).astype(np.float32)
    batch = [
        Waveform(np.zeros(RATE, dtype=np.float32), RATE),
        sentence,
        Waveform(np.zeros(0, dtype=np.float32), RATE),
        Waveform(noise, RATE),
        Waveform(np.full(RATE, np.inf, dtype=np.float32), RATE),
    ]
    results = embedding.embed(batch)
    kinds = [type(result) for result in results]
    assert kinds == [UnusableSpeech, VoiceEmbedding, *[UnusableSpeech] * 3]


def test_embeddings_travel(woman: VoiceEmbedding) -> None:
    again = pickle.loads(pickle.dumps(woman))  # noqa: S301
    assert all(np.array_equal(again.tensors[name], woman.tensors[name]) for name in woman.tensors)
    assert all(tensor.dtype == np.float32 for tensor in woman.tensors.values())

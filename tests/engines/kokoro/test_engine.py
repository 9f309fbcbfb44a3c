"""What Kokoro says: the same in whatever batch, as long as asked, with each item's own error."""

from __future__ import annotations

import numpy as np
import pytest

from engines.base import Utterance, Waveform
from engines.embedded.analysis import analyse, profile, resample
from engines.errors import EngineError, UnknownSpeaker, UnspeakableText
from engines.kokoro.engine import KOREAN_WARNING, KokoroSpeech
from engines.kokoro.network import SAMPLE_RATE

TEXTS = {
    "EN": "The harbour was quiet before dawn.",
    "ES": "El puerto estaba tranquilo antes del alba.",
    "FR": "Le port était calme avant l'aube.",
    "ZH": "黎明前的港口很安静。",
    "JP": "夜明け前の港は静かだった。",
    "KR": "새벽 전의 항구는 조용했다.",
}


def one_of_each(engine: KokoroSpeech) -> list[Utterance]:
    return [
        Utterance(text, language, engine.info.speakers[language][0])
        for language, text in TEXTS.items()
    ]


def heard(result: Waveform | EngineError) -> Waveform:
    assert isinstance(result, Waveform), result
    return result


@pytest.fixture(scope="module")
def together(kokoro: KokoroSpeech) -> list[Waveform]:
    """One of each language, in one batch."""
    return list(map(heard, kokoro.synthesize(one_of_each(kokoro))))


def test_a_batch_says_what_each_text_says_alone(
    kokoro: KokoroSpeech, together: list[Waveform]
) -> None:
    for utterance, result in zip(one_of_each(kokoro), together, strict=True):
        alone = heard(kokoro.synthesize([utterance])[0])
        assert np.array_equal(alone.samples, result.samples)
        assert result.sample_rate == SAMPLE_RATE
        assert 1.0 < result.seconds < 8.0
        assert 0.1 < float(np.abs(result.samples).max()) <= 1.0


def test_korean_is_said_to_be_the_other_engines(together: list[Waveform]) -> None:
    *others, korean = together
    assert KOREAN_WARNING in korean.warnings
    assert not any(KOREAN_WARNING in other.warnings for other in others)


def test_twice_the_speed_takes_half_the_time(kokoro: KokoroSpeech) -> None:
    slow, fast = (
        heard(kokoro.synthesize([Utterance(TEXTS["EN"], "EN", name, speed=speed)])[0])
        for name in kokoro.info.speakers["EN"][:1]
        for speed in (0.8, 1.6)
    )
    assert slow.seconds / fast.seconds == pytest.approx(2.0, rel=0.25)


def test_an_item_that_fails_fails_alone(kokoro: KokoroSpeech) -> None:
    name = kokoro.info.speakers["EN"][0]
    nobody, silent, far, fine = kokoro.synthesize(
        [
            Utterance("Hello.", "EN", "af_nobody"),
            Utterance("...", "EN", name),
            Utterance("Hello.", "EN", name, pitch=99.0),
            Utterance("Hello.", "EN", name),
        ]
    )
    assert isinstance(nobody, UnknownSpeaker)
    assert isinstance(silent, UnspeakableText)
    assert isinstance(far, EngineError)
    assert heard(fine).seconds > 0.2


def test_a_text_too_long_for_one_run_is_said_to_its_end(kokoro: KokoroSpeech) -> None:
    name = kokoro.info.speakers["EN"][0]
    sentence = "The lighthouse keeper counted seventeen ships, and wrote each name in his book. "
    once, often = (
        heard(kokoro.synthesize([Utterance(sentence * times, "EN", name, speed=2.0)])[0]).seconds
        for times in (1, 7)
    )
    assert often == pytest.approx(7 * once, rel=0.25)


def pitch_of(wave: Waveform) -> float:
    """The median F0 in Hz."""
    frames = analyse(resample(wave))
    return float(np.exp(profile(frames).pitch))


def test_a_mix_speaks_between_its_speakers(kokoro: KokoroSpeech) -> None:
    """The highest and the lowest of the voices that are there, and both mixed."""
    said = {
        name: heard(kokoro.synthesize([Utterance(TEXTS["EN"], "EN", name)])[0])
        for name in kokoro.info.speakers["EN"][:7]
    }
    ranked = sorted(said, key=lambda name: pitch_of(said[name]))
    low, high = ranked[0], ranked[-1]
    mixes = (f"{low}(0.5)+{high}(0.5)", f"{high}(0.9)+{low}(0.1)")
    half, most = map(heard, kokoro.synthesize([Utterance(TEXTS["EN"], "EN", mix) for mix in mixes]))
    assert pitch_of(said[low]) < pitch_of(half) < pitch_of(said[high])
    assert pitch_of(half) < pitch_of(most) <= 1.1 * pitch_of(said[high])
    (alone,) = kokoro.synthesize([Utterance(TEXTS["EN"], "EN", mixes[0])])
    assert np.array_equal(heard(alone).samples, half.samples)


def test_a_mix_with_somebody_unknown_fails_alone(kokoro: KokoroSpeech) -> None:
    name = kokoro.info.speakers["EN"][0]
    unknown, unreadable, fine = kokoro.synthesize(
        [
            Utterance("Hello.", "EN", f"{name}(0.5)+af_nobody(0.5)"),
            Utterance("Hello.", "EN", f"{name}+"),
            Utterance("Hello.", "EN", name),
        ]
    )
    assert isinstance(unknown, UnknownSpeaker)
    assert isinstance(unreadable, UnknownSpeaker)
    assert heard(fine).seconds > 0.2

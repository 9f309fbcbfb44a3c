from __future__ import annotations

import pytest

from engines.base import Utterance, Waveform
from engines.embedded.espeak import EspeakSpeech
from engines.reading.duration import estimate_seconds
from tests.engines.embedded.texts import PARAGRAPHS


@pytest.mark.parametrize("language", sorted(PARAGRAPHS))
@pytest.mark.parametrize("speed", [0.5, 1.0, 2.0])
def test_the_estimate_is_near_what_is_spoken(
    speech: EspeakSpeech, language: str, speed: float
) -> None:
    speaker = "EN-Default" if language == "EN" else language
    (wave,) = speech.synthesize([Utterance(PARAGRAPHS[language], language, speaker, speed)])
    assert isinstance(wave, Waveform)
    assert estimate_seconds(PARAGRAPHS[language], language, speed) == pytest.approx(
        wave.seconds, rel=0.25
    )


def test_digits_and_ideographs_cost_more_than_letters() -> None:
    assert estimate_seconds("123456789012", "EN") > 3 * estimate_seconds("abcdefghijkl", "EN")
    assert estimate_seconds("太阳慢慢地从山上升起来", "ZH") > estimate_seconds(
        "the sun rises", "EN"
    )


def test_nothing_costs_something() -> None:
    assert estimate_seconds("", "EN") > 0

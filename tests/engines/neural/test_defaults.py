"""A network used without settings does what the settings say by default."""

from __future__ import annotations

from config.engine_settings import NeuralSettings
from engines.melo.request import Prosody
from engines.neural.speech import limits, prosody
from engines.nn.chunks import Chunking
from engines.nn.grouping import BatchLimits
from engines.openvoice.conversion import DEFAULT_TAU


def test_the_settings_defaults_are_the_networks_own() -> None:
    settings = NeuralSettings()
    assert prosody(settings) == Prosody()
    assert limits(settings).text == BatchLimits()
    assert settings.tau == DEFAULT_TAU
    assert settings.max_decoder_frames == Chunking().batch_frames

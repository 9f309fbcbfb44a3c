"""A clone starts from the base speaker nearest to its voice."""

from __future__ import annotations

import numpy as np
import pytest

from engines.base import VoiceEmbedding
from engines.embedded.base_speakers import base_speakers
from engines.embedded.embedding import from_profile, to_profile
from engines.kokoro.styles import LANGUAGES
from engines.nearest import nearest

LANGUAGES_OF_ALL = ["EN", "ES", "FR", "ZH", "JP", "KR"]


def openvoice(*vector: float) -> VoiceEmbedding:
    return VoiceEmbedding("openvoice", "v2", {"embedding": np.array(vector, np.float32)})


@pytest.mark.parametrize("language", LANGUAGES_OF_ALL)
def test_every_base_speaker_is_nearest_to_itself(language: str) -> None:
    speakers = base_speakers()[language]
    assert len(speakers) >= 3
    for name, voice in speakers.items():
        assert nearest(voice, speakers) == name


def test_a_narrow_recording_of_a_speaker_is_still_that_speaker() -> None:
    """A telephone has nothing above 3.4 kHz, where its profile knows nothing."""
    speakers = base_speakers()["EN"]
    for name, voice in speakers.items():
        wide = to_profile(voice)
        narrow = from_profile(type(wide)(wide.log_f0, wide.envelope, 3400.0, wide.voiced_s))
        assert nearest(narrow, speakers) == name


def test_kokoros_japanese_styles_are_known_in_every_language_that_they_may_have_to_speak() -> None:
    for language in LANGUAGES:
        assert {"jf_alpha", "jm_kumo"} <= set(base_speakers()[language])


def test_openvoices_embeddings_are_told_apart_by_their_direction() -> None:
    speakers = {"far": openvoice(0, 1), "near": openvoice(0.1, 0.01), "opposite": openvoice(-9, 0)}
    assert nearest(openvoice(9, 0), speakers) == "near"


def test_where_no_speaker_is_known_none_is_nearest() -> None:
    assert nearest(openvoice(1, 0), {}) is None
    assert nearest(VoiceEmbedding("another", "1", {}), {"one": openvoice(1)}) is None

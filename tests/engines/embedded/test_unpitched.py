"""Voices without a pitch are learnt from their spectrum."""

from __future__ import annotations

import math

import numpy as np
import pytest

from config.settings import LimitSettings
from engines.audio.decode import decode
from engines.base import VoiceEmbedding, Waveform
from engines.embedded.analysis import GRID
from engines.embedded.base_speakers import base_speakers
from engines.embedded.embedding import to_profile
from engines.embedded.unpitched import WARNING
from engines.embedded.world import WorldEmbedding
from tests.engines.audio.performers import whispered
from tests.engines.audio.signals import SPEAKERS as RECORDINGS
from tests.engines.embedded.measure import learn


def readers() -> dict[str, list[Waveform]]:
    """Two sentences of each of ten people."""
    clips: dict[str, list[Waveform]] = {}
    for path in sorted(RECORDINGS.iterdir())[::2]:
        clips.setdefault(path.name.partition("-")[0], []).append(decode(path, LimitSettings()))
    return clips


def unlike_db(one: VoiceEmbedding, other: VoiceEmbedding) -> float:
    a, b = to_profile(one), to_profile(other)
    difference = (a.envelope - b.envelope)[min(a.band, b.band) >= GRID]
    return float(np.std(difference)) * 10 / math.log(10)


def test_people_are_learnt_who_whisper(embedding: WorldEmbedding) -> None:
    """Their spectrum is nearer to their own aloud than a base speaker's is on average, and their
    pitch is no further off than one of another sex."""
    speakers = base_speakers()["EN"].values()
    nearer = []
    for said, again in readers().values():
        whispering, aloud = embedding.embed([whispered(said), again])
        assert isinstance(whispering, VoiceEmbedding)
        assert isinstance(aloud, VoiceEmbedding)
        assert (whispering.warnings, aloud.warnings) == ((WARNING,), ())
        strangers = np.mean([unlike_db(one, aloud) for one in speakers])
        nearer.append(strangers - unlike_db(whispering, aloud))
        octaves = (to_profile(whispering).pitch - to_profile(aloud).pitch) / np.log(2)
        assert abs(octaves) < 0.9
    assert np.mean(nearer) > 2


def test_a_whisper_among_speech_hardly_moves_the_pitch(embedding: WorldEmbedding) -> None:
    (said, again), *_ = readers().values()
    aloud = learn(embedding, said, again)
    mixed = learn(embedding, said, whispered(again), again)
    assert mixed.warnings == (WARNING,)
    assert to_profile(mixed).pitch == pytest.approx(to_profile(aloud).pitch, abs=0.03)

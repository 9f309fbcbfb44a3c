"""Scores of clones and voices, and what is said where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from config.settings import QualitySettings, Settings
from engines.base import VoiceEmbedding, Waveform
from engines.speaker.encoder import SpeakerEncoder
from engines.speaker.published import TENSORS
from serve_app.likeness import NO_ENCODER, NO_VOICEPRINT, OFF, TOO_SHORT, Likeness
from serve_app.store.embeddings import embedding_from_bytes, embedding_to_bytes
from serve_app.store.voiceprints import voiceprint_from_bytes, voiceprint_metadata
from serve_app.threads import Threads
from telemetry.meter import Meter
from tests.engines.audio.signals import clip, silence
from tests.serve_app.fakes import run

CLIP = clip()


@pytest.fixture
def threads() -> Iterator[Threads]:
    pools = Threads()
    yield pools
    pools.close()


@pytest.fixture
def likeness(threads: Threads) -> Likeness:
    chance = np.random.default_rng(3)
    tensors = {
        name: chance.normal(0, 0.1, shape).astype(np.float32)
        for name, (_, shape) in TENSORS.items()
    }
    return Likeness(SpeakerEncoder(tensors), threads, Meter(export_to_ray=False))


def score(likeness: Likeness, target: Any, clips: list[Waveform]) -> dict[str, Any]:
    return run(likeness.score(target, clips, "", "embedded"))


def test_a_clone_is_scored_against_the_voice_it_should_have(likeness: Likeness) -> None:
    target = run(likeness.learn([CLIP], ""))
    found = score(likeness, target, [CLIP] * 30)
    assert found["cosine"] == pytest.approx(1.0, abs=1e-3)
    assert found["verdict"] == "same"
    assert found["model"] == "GE2E"


def test_what_cannot_be_scored_says_why(likeness: Likeness, threads: Threads) -> None:
    target = run(likeness.learn([CLIP], ""))
    meter = Meter(export_to_ray=False)
    off = Likeness.open(Settings(quality=QualitySettings(similarity=False)), threads, meter)
    assert score(likeness, None, [CLIP]) == {"missing": NO_VOICEPRINT}
    assert score(likeness, target, [silence(3.0)]) == {"missing": TOO_SHORT}
    assert score(Likeness(None, threads, meter), target, [CLIP]) == {"missing": NO_ENCODER}
    assert score(off, target, [CLIP]) == {"missing": OFF}


@pytest.mark.parametrize("recordings", [1, 3])
def test_a_voice_says_how_alike_its_recordings_are(likeness: Likeness, recordings: int) -> None:
    found = run(likeness.agreement([CLIP] * recordings, ""))
    assert 0.5 < found["cosine"] <= 1.0 + 1e-6


def test_a_voiceprint_goes_where_the_embedding_goes() -> None:
    embedding = VoiceEmbedding("embedded", "1", {"mean": np.ones(4, np.float32)})
    voiceprint = np.linspace(-1, 1, 256, dtype=np.float32)
    data = embedding_to_bytes(embedding, voiceprint_metadata(voiceprint))
    kept = voiceprint_from_bytes(data)
    assert kept is not None
    np.testing.assert_array_equal(kept, voiceprint)
    assert embedding_from_bytes(data).engine == "embedded"
    assert voiceprint_from_bytes(embedding_to_bytes(embedding)) is None

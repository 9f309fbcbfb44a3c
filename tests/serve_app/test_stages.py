"""Which base speaker a clone starts from, by what is known of its voice."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from deployments.graph import TEXT_TO_SPEECH, TONE_CONVERSION
from engines.base import EngineInfo, Samples, VoiceEmbedding
from serve_app.stages import Stages
from serve_app.store.embeddings import embedding_to_bytes
from serve_app.store.voiceprints import voiceprint_metadata

NAMES = ("af_one", "am_two")
MIX = "af_one(0.6)+am_two(0.4)"


def info(
    name: str,
    voiceprints: Mapping[str, Mapping[str, Samples]] | None = None,
    known: Mapping[str, VoiceEmbedding] | None = None,
) -> EngineInfo:
    return EngineInfo(
        name, "1", "test", "cpu", 24_000, {"EN": NAMES, "KR": ("KR",)}, mixes=True,
        voiceprints=voiceprints or {}, base_speakers={"EN": known or {}},
    )  # fmt: skip


def direction(*numbers: float) -> Samples:
    made = np.zeros(256, np.float32)
    made[: len(numbers)] = numbers
    return made / np.linalg.norm(made)


def learnt(*numbers: float) -> VoiceEmbedding:
    return VoiceEmbedding("openvoice", "1", {"mean": np.array(numbers, np.float32)})


def stages(voiceprints: Mapping[str, Mapping[str, Samples]]) -> Stages:
    converter = info("openvoice", known={"af_one": learnt(1, 0), "am_two": learnt(0, 1)})
    return Stages({TEXT_TO_SPEECH: info("kokoro", voiceprints), TONE_CONVERSION: converter})


HEARD = {"EN": {"af_one": direction(1, 0), "am_two": direction(0, 1), MIX: direction(1, 1)}}


def test_by_how_the_speaker_encoder_hears_it_whatever_the_converter_measures() -> None:
    for heard, nearest in (((1, 0.1), "af_one"), ((0.1, 1), "am_two"), ((1, 0.9), MIX)):
        voice = embedding_to_bytes(learnt(0, 1), voiceprint_metadata(direction(*heard)))
        assert stages(HEARD).nearest_speaker("EN", voice) == nearest


def test_as_the_converter_measures_where_the_encoder_heard_only_one_of_them() -> None:
    unheard = embedding_to_bytes(learnt(0, 1))
    assert stages(HEARD).nearest_speaker("EN", unheard) == "am_two"
    heard = embedding_to_bytes(learnt(0, 1), voiceprint_metadata(direction(1, 0)))
    assert stages({}).nearest_speaker("EN", heard) == "am_two"


def test_by_nothing_where_nothing_is_known() -> None:
    heard = embedding_to_bytes(learnt(0, 1), voiceprint_metadata(direction(1, 0)))
    assert stages(HEARD).nearest_speaker("KR", heard) is None

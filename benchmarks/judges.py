"""Judges of speech that are other people's: read as data where they are installed, never imported.

DNSMOS says how good it sounds (Reddy et al. 2022; the graph in `speechmos`); GE2E how alike two
voices are (Wan et al. 2018; what `phonex models pull speaker` brought, or else `Resemblyzer`'s
weights). `recognizer.py` hears the words.
"""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from config.settings import Settings
from engines.audio.resample import resample
from engines.base import Waveform
from engines.speaker.encoder import SpeakerEncoder, Voiceprint, cosine, find_encoder
from serve_app.checkpoints.speaker import read_tensors

RATE = 16_000  # Hz, of all three
DNSMOS_SAMPLES = 144_160  # of one look
DNSMOS_OVERALL = (-0.06766283, 1.11546468, 0.04602535)  # the authors' fit of the last output


class Missing(Exception):
    """A judge is not installed; the message says which."""


def mean_opinion(waves: Sequence[Waveform]) -> float:
    """DNSMOS, overall: 1 is bad and 5 excellent.

    Raises:
        Missing
    """
    return float(np.mean([_opinion(wave) for wave in waves]))


def similarity(one: Sequence[Waveform], other: Sequence[Waveform]) -> float:
    """Cosine of the mean GE2E embeddings: about 0.5 for two people, 0.95 and more for one.

    Raises:
        Missing
    """
    return cosine(_voice(one), _voice(other))


def package(name: str, *inside: str) -> Path:
    """Where an installed package has a file.

    Raises:
        Missing
    """
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise Missing(name)
    return Path(spec.submodule_search_locations[0]).joinpath(*inside)


@functools.cache
def _dnsmos() -> Any:
    import onnxruntime

    graph = package("speechmos", "dnsmos_models", "sig_bak_ovr.onnx")
    return onnxruntime.InferenceSession(str(graph), providers=["CPUExecutionProvider"])


def _opinion(wave: Waveform) -> float:
    samples = resample(wave, RATE).samples
    while len(samples) < DNSMOS_SAMPLES:
        samples = np.concatenate([samples, samples])
    starts = range(0, len(samples) - DNSMOS_SAMPLES + 1, RATE)
    looks = [samples[start : start + DNSMOS_SAMPLES] for start in starts]
    session = _dnsmos()
    name = session.get_inputs()[0].name
    raw = [session.run(None, {name: look[np.newaxis]})[0][0][2] for look in looks]
    return float(np.mean(np.polyval(DNSMOS_OVERALL, raw)))


@functools.cache
def speaker_encoder() -> SpeakerEncoder:
    """GE2E, from the models' folder or out of the package that has it.

    Raises:
        Missing
    """
    if found := find_encoder(Settings().natural_folders):
        return found
    data = package("resemblyzer", "pretrained.pt").read_bytes()
    return SpeakerEncoder(read_tensors(data))


def _voice(waves: Sequence[Waveform]) -> Voiceprint:
    voice = speaker_encoder().encode(waves)
    return np.zeros(1, np.float32) if voice is None else voice

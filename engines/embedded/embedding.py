"""A voice as tensors, and back: the form in which it is stored and sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from engines.base import VoiceEmbedding
from engines.embedded.analysis import GRID, GRID_SIZE, LEVELS, QUANTILES, Doubles, Profile
from engines.errors import EmbeddingMismatch

ENGINE = "embedded"
VERSION = "1"  # of the tensors' meaning: raised whenever analysis.py measures differently

# Of a difference in log F0 beside one in the log envelope: from 1 to 8 it hardly matters
# (docs/performance.md).
PITCH_WEIGHT = 2.0

SHAPES = {
    "log_f0": (QUANTILES,),  # quantiles
    "envelope": (GRID_SIZE,),  # mean log envelope of voiced frames, on a mel grid
    "extent": (2,),  # Hz of the recording's band, voiced seconds measured
}


def from_profile(profile: Profile) -> VoiceEmbedding:
    return VoiceEmbedding(
        ENGINE,
        VERSION,
        {
            "log_f0": profile.log_f0.astype(np.float32),
            "envelope": profile.envelope.astype(np.float32),
            "extent": np.array([profile.band, profile.voiced_s], dtype=np.float32),
        },
    )


def to_profile(embedding: VoiceEmbedding) -> Profile:
    """Raises `EmbeddingMismatch` when the tensors are not this engine's."""
    check(embedding)
    log_f0 = embedding.tensors["log_f0"].astype(np.float64)
    band, voiced_s = map(float, embedding.tensors["extent"])
    envelope = embedding.tensors["envelope"].astype(np.float64)
    return Profile(log_f0, envelope, band, voiced_s)


def check(embedding: VoiceEmbedding) -> None:
    """Raises `EmbeddingMismatch` for another engine, version, shape, or for NaN."""
    if (embedding.engine, embedding.version) != (ENGINE, VERSION):
        raise EmbeddingMismatch(
            f"the voice was learnt by {embedding.engine} {embedding.version}, and this is "
            f"{ENGINE} {VERSION}: register the voice again"
        )
    shapes = {name: np.shape(tensor) for name, tensor in embedding.tensors.items()}
    if shapes != SHAPES:
        raise EmbeddingMismatch(f"the voice's tensors have shapes {shapes}, not {SHAPES}")
    if not all(np.isfinite(tensor).all() for tensor in embedding.tensors.values()):
        raise EmbeddingMismatch("the voice's tensors hold numbers that are not finite")


def distance(one: VoiceEmbedding, other: VoiceEmbedding) -> float:
    """How unlike two voices are, in the band that both recordings have: 0 for the same."""
    a, b = to_profile(one), to_profile(other)
    inside = min(a.band, b.band) >= GRID
    envelopes = (a.envelope - b.envelope)[inside]
    pitch = (a.pitch - b.pitch) * PITCH_WEIGHT
    return float(np.sqrt(np.var(envelopes) + pitch**2))


def mean(embeddings: Sequence[VoiceEmbedding]) -> VoiceEmbedding:
    """One voice out of its stretches, each weighted by the voiced seconds in it.

    The envelope at a frequency is averaged over the stretches that reach it, so that one narrow
    recording among wide ones does not dull the voice. Raises `EmbeddingMismatch`, and
    `ValueError` when there is none.
    """
    if not embeddings:
        raise ValueError("a mean needs at least one embedding")
    profiles = [to_profile(embedding) for embedding in embeddings]
    seconds = np.array([each.voiced_s for each in profiles])
    weights = seconds / seconds.sum()  # (K,)
    band = max(each.band for each in profiles)
    bands = np.array([max(each.band, GRID[0]) for each in profiles])
    reach = weights[:, None] * (bands[:, None] >= np.minimum(GRID, band))  # (K, GRID_SIZE)
    envelopes = np.stack([each.envelope for each in profiles])
    envelope = (reach * envelopes).sum(axis=0) / reach.sum(axis=0)
    voice = from_profile(
        Profile(
            log_f0=pooled_quantiles(profiles, weights),
            envelope=envelope - envelope[band >= GRID].mean(),
            band=band,
            voiced_s=float(seconds.sum()),
        )
    )
    told = dict.fromkeys(warning for one in embeddings for warning in one.warnings)
    return replace(voice, warnings=tuple(told))


def blend(embeddings: Sequence[VoiceEmbedding], shares: Sequence[float]) -> VoiceEmbedding:
    """What somebody between several speakers is like: the mean of their logarithms, where `mean`
    is of one person's stretches. The shares are 1 together. Raises `EmbeddingMismatch`."""
    profiles = [to_profile(embedding) for embedding in embeddings]
    return from_profile(
        Profile(
            log_f0=np.average([one.log_f0 for one in profiles], axis=0, weights=shares),
            envelope=np.average([one.envelope for one in profiles], axis=0, weights=shares),
            band=min(one.band for one in profiles),
            voiced_s=min(one.voiced_s for one in profiles),
        )
    )


def pooled_quantiles(profiles: Sequence[Profile], weights: Doubles) -> Doubles:
    """Quantiles (QUANTILES,) of log F0 over all stretches together."""
    values = np.concatenate([each.log_f0 for each in profiles])
    shares = np.repeat(weights, QUANTILES) / QUANTILES
    order = np.argsort(values, kind="stable")
    share = shares[order]
    quantiles: Doubles = np.interp(LEVELS, np.cumsum(share) - share / 2, values[order])
    return quantiles

"""Which base speaker a clone starts from: the one nearest to its voice.

No conversion moves all of a voice. What it leaves behind is the base speaker's, so that the nearer
one is the better start; docs/performance.md has what that is worth.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from engines.base import Samples, VoiceEmbedding
from engines.embedded.embedding import ENGINE as WORLD
from engines.embedded.embedding import distance as world_distance
from engines.speaker.encoder import cosine

OPENVOICE = "openvoice"


def nearest(voice: VoiceEmbedding, speakers: Mapping[str, VoiceEmbedding]) -> str | None:
    """The name of the speaker nearest to a voice, the first of equals; None where there is none.

    All of them were measured by one engine.
    """
    distance = DISTANCES.get(voice.engine)
    if not speakers or distance is None:
        return None
    return min(speakers, key=lambda name: distance(voice, speakers[name]))


def nearest_heard(voiceprint: Samples, speakers: Mapping[str, Samples]) -> str | None:
    """The same by how the speaker encoder hears a voice and the speakers: (N,), of length one."""
    if not speakers:
        return None
    return max(speakers, key=lambda name: cosine(voiceprint, speakers[name]))


def angle(one: VoiceEmbedding, other: VoiceEmbedding) -> float:
    """One less the cosine between two embeddings of one tensor: 0 to 2."""
    (a,), (b,) = one.tensors.values(), other.tensors.values()
    lengths = float(np.linalg.norm(a) * np.linalg.norm(b))
    return 1.0 - float(np.dot(a, b)) / max(lengths, 1e-12)


DISTANCES: Mapping[str, Callable[[VoiceEmbedding, VoiceEmbedding], float]] = {
    WORLD: world_distance,
    OPENVOICE: angle,
}

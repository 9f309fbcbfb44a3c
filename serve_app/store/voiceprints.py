"""A voice as the speaker encoder hears it, kept in its embedding's metadata.

Releases that know none pass it over. It goes where the embedding goes, into a queued clone too, and
is deleted with it.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping

import numpy as np

from engines.base import Samples
from serve_app.store.embeddings import read_metadata
from serve_app.store.errors import UnreadableEmbedding

SIZE = 256  # numbers
LENGTH_OFF = 0.01  # of 1, that a voiceprint's length may be
KEY = "ge2e"  # by the model that makes it: a voiceprint of another would mean nothing to it


def voiceprint_metadata(voiceprint: Samples | None) -> Mapping[str, str]:
    """What `embedding_to_bytes` keeps of float32 (N,); nothing where there is none."""
    if voiceprint is None:
        return {}
    return {KEY: base64.b64encode(np.asarray(voiceprint, "<f4").tobytes()).decode("ascii")}


def voiceprint_from_bytes(data: bytes) -> Samples | None:
    """Of an embedding that can be read; None where its voice was learnt without the encoder."""
    kept = read_metadata(data).get(KEY)
    return None if kept is None else np.frombuffer(base64.b64decode(kept), "<f4")


def kept_voiceprint(metadata: Mapping[str, str]) -> Mapping[str, str]:
    """The part of metadata that holds it; nothing where there is none."""
    return {name: value for name, value in metadata.items() if name == KEY}


def read_voiceprint(metadata: Mapping[str, str]) -> Samples | None:
    """The same of metadata that came from elsewhere.

    Raises:
        UnreadableEmbedding: it is none.
    """
    if KEY not in metadata:
        return None
    try:
        data = base64.b64decode(metadata[KEY], validate=True)
        voiceprint = np.frombuffer(data, "<f4")
    except ValueError as error:
        raise UnreadableEmbedding("its voiceprint cannot be read") from error
    if voiceprint.shape != (SIZE,) or not abs(np.linalg.norm(voiceprint) - 1) <= LENGTH_OFF:
        raise UnreadableEmbedding(f"its voiceprint is not {SIZE} numbers of length 1")
    return voiceprint

"""Voice embeddings as safetensors: numbers and two names, nothing that could be executed."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import safetensors.numpy
from safetensors import SafetensorError

from engines.base import Samples, VoiceEmbedding
from serve_app.store.errors import UnreadableEmbedding

MAX_BYTES = 16 * 1024 * 1024  # real ones have kilobytes
VOICEPRINT = "ge2e"  # the key of its metadata, by the model that makes it
LENGTH_BYTES = 8  # safetensors: the header's length, the header as JSON, the tensors


def embedding_to_bytes(embedding: VoiceEmbedding, voiceprint: Samples | None = None) -> bytes:
    """Args:
    voiceprint: the same voice as the speaker encoder hears it, by which clones are judged;
        float32 (N,). It travels in the metadata, which releases that know none pass over.
    """
    tensors = {
        name: np.ascontiguousarray(tensor, dtype=np.float32)
        for name, tensor in embedding.tensors.items()
    }
    _check_tensors(tensors)  # what could not be read back is not worth keeping
    metadata = {"engine": embedding.engine, "version": embedding.version}
    if voiceprint is not None:
        numbers = np.asarray(voiceprint, "<f4").tobytes()
        metadata[VOICEPRINT] = base64.b64encode(numbers).decode("ascii")
    return safetensors.numpy.save(tensors, metadata=metadata)


def voiceprint_from_bytes(data: bytes) -> Samples | None:
    """The voiceprint that came with an embedding which can be read; None where none did, as of
    voices that were registered without a speaker encoder."""
    kept = _read_metadata(data).get(VOICEPRINT)
    return None if kept is None else np.frombuffer(base64.b64decode(kept), "<f4")


def embedding_from_bytes(data: bytes) -> VoiceEmbedding:
    """Whether this engine may use it is for the engine to say; here it only must be readable."""
    if len(data) > MAX_BYTES:
        raise UnreadableEmbedding(f"an embedding of {len(data)} bytes is none of ours")
    try:
        tensors = safetensors.numpy.load(data)
        metadata = _read_metadata(data)
        engine, version = metadata["engine"], metadata["version"]
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        raise UnreadableEmbedding("not an embedding, or a truncated one") from error
    _check_tensors(tensors)
    return VoiceEmbedding(engine=engine, version=version, tensors=tensors)


def _check_tensors(tensors: Mapping[str, Samples]) -> None:
    if not tensors:
        raise UnreadableEmbedding("the embedding has no tensors")
    for name, tensor in tensors.items():
        if tensor.dtype != np.float32 or not np.isfinite(tensor).all():
            raise UnreadableEmbedding(f"tensor {name!r} of the embedding is not finite float32")


def _read_metadata(data: bytes) -> dict[str, Any]:
    """The metadata, which the library reads from files only. It has checked the header."""
    length = int.from_bytes(data[:LENGTH_BYTES], "little")
    header = json.loads(data[LENGTH_BYTES : LENGTH_BYTES + length])
    return dict(header["__metadata__"])

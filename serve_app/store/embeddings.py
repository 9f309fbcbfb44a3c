"""Voice embeddings as safetensors: numbers and two names, nothing that could be executed."""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np
import safetensors.numpy
from safetensors import SafetensorError

from engines.base import Samples, VoiceEmbedding
from serve_app.store.errors import UnreadableEmbedding

MAX_BYTES = 16 * 1024 * 1024  # real ones have kilobytes
MAX_HEADER_BYTES = 2**20  # names, and a voice's card: a file of nothing but names takes seconds
LENGTH_BYTES = 8  # safetensors: the header's length, the header as JSON, the tensors


def embedding_to_bytes(embedding: VoiceEmbedding, about: Mapping[str, str] | None = None) -> bytes:
    """Safetensors; `about` stands in its metadata beside the engine's name and version."""
    tensors = {
        name: np.ascontiguousarray(tensor, dtype=np.float32)
        for name, tensor in embedding.tensors.items()
    }
    _check_tensors(tensors)  # what could not be read back is not worth keeping
    return safetensors.numpy.save(
        tensors,
        metadata={**(about or {}), "engine": embedding.engine, "version": embedding.version},
    )


def embedding_from_bytes(data: bytes) -> VoiceEmbedding:
    """Whether this engine may use it is for the engine to say; here it only must be readable."""
    if len(data) > MAX_BYTES:
        raise UnreadableEmbedding(f"an embedding of {len(data)} bytes is none of ours")
    if _header_length(data) > MAX_HEADER_BYTES:
        raise UnreadableEmbedding("not an embedding: it is all header")
    try:
        tensors = safetensors.numpy.load(data)
        metadata = read_metadata(data)
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


def read_metadata(data: bytes) -> dict[str, str]:
    """The metadata of what `embedding_from_bytes` has read: the library, which checks the header,
    reads them from files only."""
    header = json.loads(data[LENGTH_BYTES : LENGTH_BYTES + _header_length(data)])
    return dict(header["__metadata__"])


def _header_length(data: bytes) -> int:
    return int.from_bytes(data[:LENGTH_BYTES], "little")

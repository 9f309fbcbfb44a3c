from __future__ import annotations

import json
import pickle
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from engines.base import VoiceEmbedding
from serve_app.store.embeddings import MAX_BYTES, embedding_from_bytes, embedding_to_bytes
from serve_app.store.errors import StoreError, UnreadableEmbedding

FINITE = st.floats(width=32, allow_nan=False, allow_infinity=False)
TENSORS = st.dictionaries(
    st.text("abc_.é", min_size=1, max_size=8),
    hnp.arrays(np.float32, hnp.array_shapes(max_dims=3, max_side=5), elements=FINITE),
    min_size=1,
    max_size=3,
)


def make_embedding() -> VoiceEmbedding:
    tensors = {
        "mean": np.arange(6, dtype=np.float32).reshape(2, 3),
        "f0": np.array([5.2, 0.1], dtype=np.float32),
    }
    return VoiceEmbedding(engine="embedded", version="1", tensors=tensors)


def header(data: bytes, text: bytes) -> bytes:
    """The same tensors behind another header."""
    length = int.from_bytes(data[:8], "little")
    return len(text).to_bytes(8, "little") + text + data[8 + length :]


@given(tensors=TENSORS, engine=st.text(max_size=10), version=st.text(max_size=10))
@settings(max_examples=80, deadline=None)
def test_embedding_comes_back_as_it_was(
    tensors: dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float32]]], engine: str, version: str
) -> None:
    data = embedding_to_bytes(VoiceEmbedding(engine, version, tensors))
    back = embedding_from_bytes(data)

    assert (back.engine, back.version) == (engine, version)
    assert back.tensors.keys() == tensors.keys()
    for name, tensor in tensors.items():
        assert back.tensors[name].dtype == np.float32
        np.testing.assert_array_equal(back.tensors[name], tensor)


def test_bytes_are_plain_safetensors(tmp_path: Path) -> None:
    path = tmp_path / "voice.safetensors"
    path.write_bytes(embedding_to_bytes(make_embedding()))
    with safetensors.safe_open(path, framework="numpy") as file:
        assert file.metadata() == {"engine": "embedded", "version": "1"}
        assert set(file.keys()) == {"mean", "f0"}


def test_tensor_that_is_a_view_is_written_as_it_looks() -> None:
    transposed = np.arange(6, dtype=np.float32).reshape(2, 3).T
    back = embedding_from_bytes(embedding_to_bytes(VoiceEmbedding("e", "1", {"t": transposed})))
    np.testing.assert_array_equal(back.tensors["t"], transposed)


def test_every_truncation_is_refused() -> None:
    data = embedding_to_bytes(make_embedding())
    for end in range(len(data)):
        with pytest.raises(UnreadableEmbedding):
            embedding_from_bytes(data[:end])
    with pytest.raises(UnreadableEmbedding):
        embedding_from_bytes(data + b"\x00")


@given(data=st.binary(max_size=400))
@settings(max_examples=300, deadline=None)
def test_random_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(UnreadableEmbedding):
        embedding_from_bytes(data)


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_altered_bytes_are_refused_or_still_an_embedding(data: st.DataObject) -> None:
    altered = bytearray(embedding_to_bytes(make_embedding()))
    for _ in range(data.draw(st.integers(1, 4))):
        altered[data.draw(st.integers(0, len(altered) - 1))] = data.draw(st.integers(0, 255))
    try:
        embedding = embedding_from_bytes(bytes(altered))
    except UnreadableEmbedding:
        return
    assert isinstance(embedding.engine, str)
    assert all(np.isfinite(tensor).all() for tensor in embedding.tensors.values())


class Explosive:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (pytest.fail, ("a pickle was executed",))


TENSOR = {"dtype": "F32", "shape": [8], "data_offsets": [0, 32]}
NAMES = {"engine": "e", "version": "1"}


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"{}",
        b"[]",
        b"[" * 100_000,
        json.dumps({"t": TENSOR}).encode(),
        json.dumps({"__metadata__": {"engine": "e"}, "t": TENSOR}).encode(),
        json.dumps({"__metadata__": NAMES}).encode(),
        json.dumps({"__metadata__": {**NAMES, "engine": 5}, "t": TENSOR}).encode(),
        json.dumps({"__metadata__": NAMES, "t": {**TENSOR, "dtype": "F64"}}).encode(),
        json.dumps({"__metadata__": NAMES, "t": {**TENSOR, "dtype": "BF16"}}).encode(),
        json.dumps({"__metadata__": NAMES, "t": {**TENSOR, "shape": [2**62, 2**62]}}).encode(),
        json.dumps({"__metadata__": NAMES, "t": {**TENSOR, "data_offsets": [0, 2**60]}}).encode(),
        json.dumps({"__metadata__": NAMES, "t": {**TENSOR, "data_offsets": [-8, 24]}}).encode(),
    ],
    ids=lambda head: head[:40].decode(),
)
def test_hostile_headers_are_refused(head: bytes) -> None:
    data = embedding_to_bytes(make_embedding())
    with pytest.raises(UnreadableEmbedding):
        embedding_from_bytes(header(data, head))


def test_length_beyond_the_bytes_is_refused() -> None:
    for length in (2**63, 2**64 - 1, 10**9):
        with pytest.raises(UnreadableEmbedding):
            embedding_from_bytes(length.to_bytes(8, "little") + b"{}")


def test_pickle_is_not_opened() -> None:
    with pytest.raises(UnreadableEmbedding):
        embedding_from_bytes(pickle.dumps(Explosive()))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_not_finite_is_neither_read_nor_written(value: float) -> None:
    tensors = {"t": np.array([1.0, value], dtype=np.float32)}
    with pytest.raises(UnreadableEmbedding, match="'t'"):
        embedding_to_bytes(VoiceEmbedding("e", "1", tensors))
    data = safetensors.numpy.save(tensors, metadata=NAMES)
    with pytest.raises(UnreadableEmbedding, match="'t'"):
        embedding_from_bytes(data)


def test_other_types_and_sizes_are_refused() -> None:
    for tensor in (np.zeros(3), np.zeros(3, dtype=np.int32), np.zeros(3, dtype=np.float16)):
        with pytest.raises(UnreadableEmbedding):
            embedding_from_bytes(safetensors.numpy.save({"t": tensor}, metadata=NAMES))
    with pytest.raises(StoreError, match="none of ours"):
        embedding_from_bytes(bytes(MAX_BYTES + 1))
    with pytest.raises(UnreadableEmbedding, match="no tensors"):
        embedding_to_bytes(VoiceEmbedding("e", "1", {}))


def test_a_file_of_nothing_but_names_is_not_read() -> None:
    tensors = {f"t{number}": np.zeros(0, np.float32) for number in range(20_000)}
    with pytest.raises(UnreadableEmbedding, match="all header"):
        embedding_from_bytes(safetensors.numpy.save(tensors, metadata=NAMES))

"""A graph's file: what it says of itself, and the seal that shows whether it is whole.

The last bytes of a file are one more entry of its ONNX metadata: the SHA-256 of everything before
them. Protocol buffers let a repeated field go on at the end, so every reader of ONNX takes the file
as it is. The seal covers the graph, its weights and the rest of the metadata. It shows damage and
changes; it is no signature, since whoever changes a file with intent can seal it again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal

from engines.errors import EngineUnavailable

FORMAT = "phonex-onnx-1"
Precision = Literal["fp32", "fp16", "int8"]
PREFIX = "phonex."
SEAL = b"phonex.sha256"
METADATA_FIELD = 0x72  # number 14, of bytes with a length, in ONNX's ModelProto
HEX = 64  # digits of a SHA-256


class UnusableModel(EngineUnavailable):
    """An ONNX file is missing, damaged, changed, or not the one that belongs there."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What every exported file says of itself."""

    engine: str  # melotts or openvoice
    stage: str
    precision: str
    version: str  # of the weights: the same as the checkpoint's
    checkpoint: str  # name of the file that was exported
    checkpoint_sha256: str  # of that file
    sample_rate: int  # Hz
    hop: int  # samples a frame
    opset: int
    licence: str  # of the weights
    config: str  # upstream's config.json, as far as inference uses it
    format: str = FORMAT

    def to_properties(self) -> dict[str, str]:
        return {PREFIX + name: str(value) for name, value in asdict(self).items()}

    @classmethod
    def from_properties(cls, properties: Mapping[str, str]) -> Metadata:
        """Raises `ValueError` or `KeyError` where an entry is missing or no number."""
        said: dict[str, Any] = {one.name: properties[PREFIX + one.name] for one in fields(cls)}
        numbers = {name: int(said[name]) for name in ("sample_rate", "hop", "opset")}
        return cls(**said | numbers)


def file_name(stage: str, precision: Precision) -> str:
    return f"{stage}.onnx" if precision == "fp32" else f"{stage}.{precision}.onnx"


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def entry(digest: bytes) -> bytes:
    """One `metadata_props` entry, as protocol buffers write it. Its length never changes."""
    pair = bytes([0x0A, len(SEAL)]) + SEAL + bytes([0x12, HEX]) + digest
    return bytes([METADATA_FIELD, len(pair)]) + pair


LENGTH = len(entry(b"0" * HEX))  # bytes of a seal


def seal(model: bytes) -> bytes:
    """A serialized model with its seal behind it."""
    return model + entry(hashlib.sha256(model).hexdigest().encode())


def read_sealed(path: Path) -> bytes:
    """The whole file, once its seal is found to fit.

    Raises:
        UnusableModel: there is no such file, or it is not as `phonex export` wrote it.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise UnusableModel(f"there is no {path}: phonex export makes it") from error
    except OSError as error:
        raise UnusableModel(f"{path} cannot be read: {error.strerror}") from error
    body, last = content[:-LENGTH], content[-LENGTH:]
    if last == entry(hashlib.sha256(body).hexdigest().encode()):
        return content
    if len(last) == LENGTH and last[:-HEX] == entry(b"0" * HEX)[:-HEX]:
        raise UnusableModel(f"{path} was changed after its export: its checksum differs. {AGAIN}")
    raise UnusableModel(f"{path} is cut short, or was not made by phonex export. {AGAIN}")


AGAIN = "Delete it, and export again."


def check(found: Metadata, wanted: Mapping[str, object], path: Path) -> None:
    """Raise `UnusableModel`, naming the first thing that is not as wanted."""
    for name, value in ({"format": FORMAT} | dict(wanted)).items():
        said = getattr(found, name)
        if said != value:
            raise UnusableModel(
                f"{path} does not belong here: its {name} is {shown(said)}, not {shown(value)}. "
                f"{AGAIN}"
            )


def shown(value: object) -> str:
    """For a sentence: a config is long."""
    text = str(value)
    return text if len(text) <= 64 else f"{text[:60]}…"

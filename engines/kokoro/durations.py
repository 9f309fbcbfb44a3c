"""The durations inside Kokoro's graph, made an output of it.

No publisher of the graph gives them out. An ONNX file is a protocol buffer, and two of those in a
row are read as one whose repeated fields are joined: so one more output is a few bytes behind the
file, and neither the file nor a package that edits it is needed.
"""

from __future__ import annotations

DURATIONS = "/encoder/Clip_output_0"  # (1, phones + 2) frames of each phone and of both ends
GRAPH, OUTPUT, NAME = 7, 12, 1  # fields of ModelProto, GraphProto and ValueInfoProto
LENGTH_DELIMITED = 2


def with_durations(model: bytes) -> bytes | None:
    """The same graph with `DURATIONS` as its last output; None where it has nothing of this name,
    as that of another exporter."""
    name = DURATIONS.encode()
    if name not in model:
        return None
    return model + _field(GRAPH, _field(OUTPUT, _field(NAME, name)))


def _field(number: int, content: bytes) -> bytes:
    """A field of less than 128 bytes."""
    return bytes([number << 3 | LENGTH_DELIMITED, len(content)]) + content

"""Protocol buffers' text format, which Triton's configurations are written in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any


class Word(str):
    """The name of a constant: written without quotes."""

    __slots__ = ()


def to_text(message: Mapping[str, Any]) -> str:
    """Fields in their order; a list repeats its field, a mapping is a message."""
    return "".join(f"{line}\n" for line in lines(message, ""))


def lines(message: Mapping[str, Any], indent: str) -> Iterator[str]:
    for name, value in message.items():
        if isinstance(value, list | tuple):
            yield from repeated(name, value, indent)
        elif isinstance(value, Mapping):
            yield f"{indent}{name} {{"
            yield from lines(value, indent + "  ")
            yield f"{indent}}}"
        else:
            yield f"{indent}{name}: {scalar(value)}"


def repeated(name: str, values: Sequence[Any], indent: str) -> Iterator[str]:
    if values and isinstance(values[0], Mapping):
        for value in values:
            yield from lines({name: value}, indent)
    else:
        yield f"{indent}{name}: [ {', '.join(map(scalar, values))} ]"


def scalar(value: object) -> str:
    if isinstance(value, Word):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value) if isinstance(value, str) else str(value)

"""JSON to dataclasses, by their types. Members that this release does not know are left alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
RAW = "raw"  # a field for the whole document


def decode(kind: type[T], document: object) -> T:
    """
    Args:
        kind: a dataclass.

    Raises:
        ValueError: the document is none of this kind; the message says where.
    """
    value: T = _decode(kind, document, kind.__name__)
    return value


def _decode(kind: Any, value: object, where: str) -> Any:
    if is_dataclass(kind):
        return _decode_members(kind, value, where)
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        if value is None and NoneType in get_args(kind):
            return None
        (inner,) = (one for one in get_args(kind) if one is not NoneType)
        return _decode(inner, value, where)
    if origin is tuple:
        inner = get_args(kind)[0]
        return tuple(_decode(inner, item, where) for item in _checked(list, value, where))
    if origin is dict:
        inner = get_args(kind)[1]
        members = _checked(dict, value, where)
        return {name: _decode(inner, item, f"{where}.{name}") for name, item in members.items()}
    if origin is Literal:  # a newer service may know more words
        return _checked(str, value, where)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return _checked(kind, value, where)


def _decode_members(kind: Any, value: object, where: str) -> Any:
    members: Mapping[str, object] = _checked(dict, value, where)
    found: dict[str, object] = {}
    for field, hint in _fields_of(kind):
        if field.name == RAW:
            found[RAW] = members
        elif field.name in members:
            found[field.name] = _decode(hint, members[field.name], f"{where}.{field.name}")
        elif field.default is MISSING and field.default_factory is MISSING:
            raise ValueError(f"{where} has no {field.name!r}")
    make: Callable[..., Any] = kind
    return make(**found)


@cache
def _fields_of(kind: Any) -> tuple[tuple[Field[Any], Any], ...]:
    hints = get_type_hints(kind)
    return tuple((field, hints[field.name]) for field in fields(kind))


def _checked(kind: Any, value: object, where: str) -> Any:
    right = isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
    if not right:
        raise ValueError(f"{where} is {type(value).__name__}, not {kind.__name__}")
    return value

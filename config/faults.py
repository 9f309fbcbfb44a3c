"""What pydantic found wrong, in words for whoever wrote it, and nothing of what was written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

OURS = "value_error"  # the type of a fault that a validator of ours raised
BEFORE_OURS = "Value error, "  # which says who found it, and not what it is

# The library's words for what people who send JSON call by other names.
WORDS = {
    "model_attributes_type": "Input should be an object",
    "string_unicode": "Input should be text: half of a surrogate pair is none",
    "extra_forbidden": "This field is not known",
}


def told(item: Mapping[str, Any]) -> str:
    """One of `ValidationError.errors()`, or of FastAPI's, as what is wrong."""
    message: str = WORDS.get(item["type"], item["msg"])
    return message.removeprefix(BEFORE_OURS) if item["type"] == OURS else message


def faults_of(error: ValidationError, whole: str, *, skip: int = 0) -> list[str]:
    """Each fault with where it lies: `speed: Input should be a valid number`.

    Args:
        whole: what a fault lies in that is of no field.
        skip: names at the beginning of a place that are the models', and not the writer's.
    """
    return [
        f"{'.'.join(str(part) for part in item['loc'][skip:]) or whole}: {told(item)}"
        for item in error.errors(include_url=False, include_input=False)
    ]

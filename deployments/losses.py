"""Whether a lost batch says something about what was in it."""

from __future__ import annotations

from ray.serve.exceptions import (
    BackPressureError,
    DeploymentUnavailableError,
    RequestCancelledError,
)

from engines.errors import EngineUnavailable

AWAY = (EngineUnavailable, DeploymentUnavailableError, BackPressureError, RequestCancelledError)


def speaks_against_items(error: Exception) -> bool:
    """A replica that died with the items, threw on them or never came back with them may have them
    to thank. That there was none, or that it could not work, has nothing to do with them."""
    return not isinstance(error, AWAY)

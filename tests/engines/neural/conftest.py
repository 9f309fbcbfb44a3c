"""Fixtures that tests of the command share."""

from tests.neural_models import models_dir, settings

__all__ = ["models_dir", "settings"]

"""Where the networks run."""

from __future__ import annotations

import torch

from config.settings import NeuralSettings
from engines.errors import EngineUnavailable


def prepare_device(settings: NeuralSettings) -> torch.device:
    """The device of this replica, and its threads.

    Raises:
        EngineUnavailable: a GPU is asked for, and PyTorch sees none.
    """
    torch.set_num_threads(settings.threads)
    there = torch.cuda.is_available()
    if settings.device == "cuda" and not there:
        raise EngineUnavailable("neural.device is cuda, and PyTorch sees no GPU here")
    return torch.device("cuda" if there and settings.device != "cpu" else "cpu")

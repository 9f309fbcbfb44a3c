"""Batches of mixed lengths: padding at the end of time, and the masks that undo it."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional


def length_mask(lengths: Tensor, steps: int) -> Tensor:
    """One where an item has a step, zero where it is padded.

    lengths (B,) int -> (B, 1, steps) float32
    """
    step = torch.arange(steps, device=lengths.device)  # (T,)
    return (step < lengths.unsqueeze(1)).unsqueeze(1).to(torch.float32)  # (B, 1, T)


def lengths_of(items: Sequence[Tensor]) -> Tensor:
    """How many steps each item has: the size of its last dimension, on the items' device."""
    return torch.tensor([item.shape[-1] for item in items], device=items[0].device)  # (B,)


def round_up(steps: int, multiple: int) -> int:
    """The next multiple."""
    return -(-steps // multiple) * multiple


def pad_stack(items: Sequence[Tensor], multiple: int = 1) -> Tensor:
    """Stack items (..., T_i) to (B, ..., T), zeros at the end of the shorter ones.

    T is the longest item's length, rounded up to a multiple.
    """
    steps = round_up(max(item.shape[-1] for item in items), multiple)
    padded = [functional.pad(item, (0, steps - item.shape[-1])) for item in items]
    return torch.stack(padded)  # (B, ..., T)


def unstack(batch: Tensor, lengths: Sequence[int]) -> list[Tensor]:
    """The inverse of `pad_stack`: (B, ..., T) -> items (..., T_i), as views."""
    return [item[..., :length] for item, length in zip(batch, lengths, strict=True)]

"""Which items share a padded batch: those of similar length, within a bound on the padded whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engines import padding


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """How large one padded batch of a network may be."""

    items: int = 16
    steps: int = 4096  # items times the longest item's length; bounds memory
    waste: float = 0.2  # at most this share of a batch is padding
    # Lengths are rounded up to a multiple: kernels are made anew for every length they meet.
    multiple: int = 32

    def allow(self, lengths: Sequence[int]) -> bool:
        padded = len(lengths) * max(lengths)
        return (
            len(lengths) <= self.items
            and padded <= self.steps
            and padded - sum(lengths) <= self.waste * padded
        )


def by_length(lengths: Sequence[int], limits: BatchLimits) -> list[list[int]]:
    """Places of the items of each batch, longest items first. An item always gets a batch."""
    groups: list[list[int]] = []
    for place in sorted(range(len(lengths)), key=lambda place: -lengths[place]):
        if groups and limits.allow([lengths[other] for other in (*groups[-1], place)]):
            groups[-1].append(place)
        else:
            groups.append([place])
    for group in groups:
        padding.count([lengths[place] for place in group])
    return groups

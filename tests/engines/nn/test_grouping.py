from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engines.nn.grouping import BatchLimits, by_length


@given(
    st.lists(st.integers(1, 500), max_size=40),
    st.integers(1, 8),
    st.integers(1, 2000),
    st.floats(0, 0.9),
)
def test_every_item_once_and_every_batch_within_limits(
    lengths: list[int], items: int, steps: int, waste: float
) -> None:
    limits = BatchLimits(items, steps, waste)
    groups = by_length(lengths, limits)
    assert sorted(place for group in groups for place in group) == list(range(len(lengths)))
    for group in groups:
        assert len(group) == 1 or limits.allow([lengths[place] for place in group])


def test_similar_lengths_share_a_batch() -> None:
    assert by_length([100, 10, 95, 9], BatchLimits()) == [[0, 2], [1, 3]]

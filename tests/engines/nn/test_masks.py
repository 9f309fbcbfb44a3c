from __future__ import annotations

import torch

from engines.nn.masks import length_mask, lengths_of, pad_stack, unstack


def test_mask_covers_each_length() -> None:
    mask = length_mask(torch.tensor([1, 3]), 4)
    assert mask.tolist() == [[[1, 0, 0, 0]], [[1, 1, 1, 0]]]


def test_unstack_undoes_pad_stack() -> None:
    items = [torch.randn(2, 5), torch.randn(2, 1), torch.randn(2, 3)]
    batch = pad_stack(items)
    assert batch.shape == (3, 2, 5)
    assert not batch[1, :, 1:].any()
    lengths = lengths_of(items).tolist()
    assert lengths == [5, 1, 3]
    assert all(torch.equal(a, b) for a, b in zip(unstack(batch, lengths), items, strict=True))

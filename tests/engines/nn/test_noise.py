from __future__ import annotations

import pytest
import torch

from engines.nn.noise import NoNoise, RecordedNoise, SeededNoise


def test_a_seed_repeats_itself() -> None:
    first, second, other = SeededNoise(5), SeededNoise(5), SeededNoise(6)
    for steps in (3, 8):
        draw = first.draw(2, steps)
        assert torch.equal(draw, second.draw(2, steps))
        assert not torch.equal(draw, other.draw(2, steps))


@pytest.mark.parametrize("seed", [-1, 2**64 + 3])
def test_any_whole_number_is_a_seed(seed: int) -> None:
    assert SeededNoise(seed).draw(2, 3).isfinite().all()


def test_leaves_the_global_generator_alone() -> None:
    torch.manual_seed(0)
    expected = torch.rand(1)
    torch.manual_seed(0)
    SeededNoise(1).draw(2, 100)
    assert torch.equal(torch.rand(1), expected)


def test_recorded_noise_comes_in_order_and_ends() -> None:
    draws = [torch.randn(2, 3), torch.randn(4, 5)]
    noise = RecordedNoise(draws)
    assert torch.equal(noise.draw(2, 3), draws[0])
    with pytest.raises(ValueError, match=r"\(4, 5\), not \(4, 6\)"):
        noise.draw(4, 6)
    assert torch.equal(noise.draw(4, 5), draws[1])
    with pytest.raises(ValueError, match="used up"):
        noise.draw(4, 5)


def test_no_noise_is_zero() -> None:
    assert not NoNoise().draw(2, 3).any()

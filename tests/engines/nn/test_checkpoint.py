"""Weights load exactly or not at all, and loading runs no code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import nn

from engines.nn import checkpoint
from engines.nn.checkpoint import (
    UnusableCheckpoint,
    fold_weight_norm,
    load_exactly,
    read_upstream,
    unfilled,
)


class Malicious:
    """Opens a file for writing when unpickled the ordinary way."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str, str]]:
        return open, (str(self.path), "w")


def test_a_malicious_pickle_is_refused_and_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The variable makes torch unpickle where a caller leaves the choice to it.
    monkeypatch.setenv("TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD", "1")
    trap, path = tmp_path / "trap", tmp_path / "checkpoint.pth"
    torch.save({"model": {"a": torch.zeros(1)}, "extra": Malicious(trap)}, path)
    with pytest.raises(UnusableCheckpoint, match=r"checkpoint\.pth is refused.*could run code"):
        read_upstream(path)
    assert not trap.exists()
    torch.load(path, weights_only=False)
    assert trap.exists(), "the trap does not work, so the test proves nothing"


def test_an_old_torch_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.save({"model": {}}, tmp_path / "a.pth")
    monkeypatch.setattr(torch, "__version__", "2.9.1+cpu")
    with pytest.raises(UnusableCheckpoint, match=r"2\.9\.1\+cpu cannot read a\.pth safely"):
        read_upstream(tmp_path / "a.pth")


@pytest.mark.parametrize("content", [b"", b"not a checkpoint", b"PK\x03\x04 cut off", b"broken"])
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "checkpoint.pth"
    path.write_bytes(content)
    with pytest.raises(UnusableCheckpoint, match=r"checkpoint\.pth"):
        read_upstream(path)


def test_a_truncated_checkpoint_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pth"
    torch.save({"model": {"a": torch.zeros(1000)}}, path)
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(UnusableCheckpoint, match=r"checkpoint\.pth"):
        read_upstream(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnusableCheckpoint, match="no such file"):
        read_upstream(tmp_path / "checkpoint.pth")
    with pytest.raises(UnusableCheckpoint, match="no such file"):
        checkpoint.read_own(tmp_path / "model.safetensors")


@pytest.mark.parametrize("content", [{"weights": {}}, [torch.zeros(1)], {"model": {"a": 1.0}}])
def test_a_pickle_of_something_else_is_refused(tmp_path: Path, content: object) -> None:
    torch.save(content, tmp_path / "a.pth")
    with pytest.raises(UnusableCheckpoint):
        read_upstream(tmp_path / "a.pth")


@pytest.mark.parametrize(
    "layer",
    [nn.Conv1d(3, 5, 7), nn.ConvTranspose1d(6, 2, 4), nn.Conv2d(2, 3, 3)],
    ids=lambda layer: type(layer).__name__,
)
def test_weight_norm_folds_to_what_torch_computes(layer: nn.Module) -> None:
    weight = layer.get_parameter("weight").detach()
    gain = torch.rand(weight.shape[0], *[1] * (weight.dim() - 1)) + 0.5
    stored = {"a.weight_v": weight, "a.weight_g": gain, "a.bias": torch.ones(1)}
    folded = fold_weight_norm(stored)
    assert set(folded) == {"a.weight", "a.bias"}
    expected = torch._weight_norm(weight, gain, 0)
    assert torch.allclose(folded["a.weight"], expected, atol=1e-7)


def test_half_a_weight_norm_is_an_error() -> None:
    with pytest.raises(UnusableCheckpoint, match=r"a\.weight_g lacks the other half"):
        fold_weight_norm({"a.weight_g": torch.ones(2, 1)})


def empty() -> nn.Linear:
    return nn.Linear(2, 3, device="meta")


def test_loading_names_what_is_missing_unexpected_or_misshapen() -> None:
    good = {"weight": torch.zeros(3, 2), "bias": torch.zeros(3)}
    assert load_exactly(empty(), good, "x").weight.shape == (3, 2)
    with pytest.raises(UnusableCheckpoint, match=r"x does not fit the network: missing: bias$"):
        load_exactly(empty(), {"weight": good["weight"]}, "x")
    with pytest.raises(UnusableCheckpoint, match=r"unexpected: enc_q\.stray$"):
        load_exactly(empty(), good | {"enc_q.stray": torch.zeros(1)}, "x")
    with pytest.raises(UnusableCheckpoint, match=r"shape: bias \(4,\) instead of \(3,\)$"):
        load_exactly(empty(), good | {"bias": torch.zeros(4)}, "x")


def test_half_precision_becomes_single() -> None:
    stored = {"weight": torch.ones(3, 2).half(), "bias": torch.ones(3).double()}
    network = load_exactly(empty(), stored, "x")
    assert {tensor.dtype for tensor in network.state_dict().values()} == {torch.float32}
    assert not network.weight.requires_grad


ALIGNED = 64  # bytes: where PyTorch's allocator puts a tensor, and where vectors are loaded whole


@pytest.mark.parametrize("said", range(0, ALIGNED, 8))
def test_weights_lie_alike_whatever_the_file_says_before_them(tmp_path: Path, said: int) -> None:
    """From another address kernels add up in another order, to other bits."""
    path = tmp_path / "model.safetensors"
    checkpoint.write_own(path, nn.Linear(2, 3), {"said": "x" * said})
    tensors, _ = checkpoint.read_own(path)
    places = {tensor.data_ptr() % ALIGNED for tensor in tensors.values()}
    assert places != {0}, "the file's tensors are aligned, so the test proves nothing"
    weights = load_exactly(empty(), tensors, "x").state_dict().values()
    assert {tensor.data_ptr() % ALIGNED for tensor in weights} == {0}


def test_a_file_may_change_under_a_network_that_runs(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    stored = nn.Linear(2, 3)
    checkpoint.write_own(path, stored, {})
    network = load_exactly(empty(), checkpoint.read_own(path)[0], "x")
    size = path.stat().st_size
    with path.open("r+b") as file:  # in place: a file moved here would be another one
        file.write(b"\0" * size)
    assert torch.equal(network.weight, stored.weight)


def test_a_fingerprint_follows_names_and_values() -> None:
    a, b = torch.zeros(2), torch.ones(2)
    first = checkpoint.fingerprint({"a": a, "b": b})
    assert first == checkpoint.fingerprint({"b": b.clone(), "a": a.clone()})
    assert first != checkpoint.fingerprint({"a": b, "b": a})
    assert first != checkpoint.fingerprint({"a": a, "c": b})


def test_a_network_to_be_filled_draws_no_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    def draw(*_: object) -> None:
        pytest.fail("this imports PyTorch's compiler where there is no memory")

    for name in ("_no_grad_normal_", "_no_grad_uniform_"):
        monkeypatch.setattr(nn.init, name, draw)
    with unfilled():
        network = nn.Sequential(nn.Embedding(3, 4), nn.Conv1d(4, 4, 3), nn.Linear(4, 4))
    assert all(weight.is_meta for weight in network.parameters())

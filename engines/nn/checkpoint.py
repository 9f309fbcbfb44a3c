"""Weights from files, exactly or not at all.

Two forms are read. Upstream's `checkpoint.pth` is a pickle, which could run code when loaded: it
goes through PyTorch's weights-only reader, and what that refuses is refused for good. Ours is
safetensors, which holds nothing but tensors, under our names, with its config in the metadata.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from engines.errors import EngineUnavailable

Tensors = dict[str, Tensor]
Network = TypeVar("Network", bound=nn.Module)

NAMED_PROBLEMS = 8  # names listed of each kind of problem, so that a message stays readable
# Earlier releases had ways around the weights-only reader (CVE-2025-32434, CVE-2026-24747).
LEAST_TORCH = (2, 10)
READER_ERROR = "WeightsUnpickler error:"


class UnusableCheckpoint(EngineUnavailable):
    """The weights are missing, damaged, unsafe, or not of this network."""


def read_pickle(path: Path) -> object:
    """What a `.pth` file holds, if it holds nothing but tensors and plain containers."""
    release = tuple(int(part) for part in torch.__version__.split(".")[:2])
    if release < LEAST_TORCH:
        raise UnusableCheckpoint(f"torch {torch.__version__} cannot read {path.name} safely")
    try:
        content: object = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise UnusableCheckpoint(f"no such file: {path}") from error
    except pickle.UnpicklingError as error:
        # The rest of PyTorch's message explains how to run that code.
        reason = str(error).partition(READER_ERROR)[2].strip().partition("\n")[0]
        raise UnusableCheckpoint(
            f"{path.name} is refused: it holds more than tensors, and could run code ({reason})"
        ) from error
    except MemoryError:
        raise
    except Exception as error:
        # Its interpreter stumbles over damaged bytes in every way: IndexError, TypeError, ...
        raise UnusableCheckpoint(f"{path.name} is damaged: {error!r}") from error
    return content


def read_upstream(path: Path) -> Tensors:
    """The network's tensors in upstream's `{model, iteration, optimizer, learning_rate}`."""
    content = read_pickle(path)
    tensors = content.get("model") if isinstance(content, Mapping) else None
    if not isinstance(tensors, Mapping):
        raise UnusableCheckpoint(f"{path.name} has no entry named 'model'")
    for name, tensor in tensors.items():
        if not isinstance(name, str) or not isinstance(tensor, Tensor):
            raise UnusableCheckpoint(f"{path.name}: {name!r} is no tensor")
    return dict(tensors)


def read_own(path: Path) -> tuple[Tensors, dict[str, str]]:
    """Tensors and metadata of a safetensors file."""
    try:
        with safe_open(path, framework="pt") as file:
            return {name: file.get_tensor(name) for name in file.keys()}, file.metadata() or {}  # noqa: SIM118
    except FileNotFoundError as error:
        raise UnusableCheckpoint(f"no such file: {path}") from error
    except (SafetensorError, OSError) as error:
        raise UnusableCheckpoint(f"{path.name} is damaged: {error}") from error


def write_own(path: Path, network: nn.Module, metadata: Mapping[str, str]) -> None:
    """Save a network's weights under our names. The caller moves the file into place."""
    tensors = {name: tensor.contiguous() for name, tensor in network.state_dict().items()}
    save_file(tensors, path, metadata=dict(metadata))


def fingerprint(tensors: Mapping[str, Tensor]) -> str:
    """A short name for exactly these weights, the same on every machine."""
    digest = hashlib.sha256()
    for name in sorted(tensors):
        tensor = tensors[name].contiguous()
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        digest.update(tensor.flatten().view(torch.uint8).numpy().data)
    return digest.hexdigest()[:16]


def fold_weight_norm(tensors: Mapping[str, Tensor]) -> Tensors:
    """Join each `weight_g`, `weight_v` pair into the weight it stands for, g · v / |v|.

    The length is taken over all dimensions but the first, for transposed convolutions too, where
    the first counts the channels that come in.
    """
    folded = {name: tensor for name, tensor in tensors.items() if not is_half_weight(name)}
    for name in filter(is_half_weight, tensors):
        stem = name.removesuffix("_g").removesuffix("_v")
        gain, direction = tensors.get(f"{stem}_g"), tensors.get(f"{stem}_v")
        if gain is None or direction is None:
            raise UnusableCheckpoint(f"{name} lacks the other half of its weight norm")
        length = direction.flatten(1).norm(dim=1)  # (first,)
        folded[stem] = direction * (gain / length.view_as(gain))
    return folded


def is_half_weight(name: str) -> bool:
    return name.endswith((".weight_g", ".weight_v"))


class _DrawNothing(TorchFunctionMode):
    """Leaves out the weights that layers draw for themselves."""

    def __torch_function__(
        self,
        function: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        if getattr(function, "__module__", "") == nn.init.__name__:
            return None
        return function(*args, **(kwargs or {}))


@contextmanager
def unfilled() -> Iterator[None]:
    """A network made here has shapes and no weights, for `load_exactly`. It draws none either:
    without memory PyTorch does so in Python, and imports its compiler first, for over a second."""
    with torch.device("meta"), _DrawNothing():
        yield


def load_exactly(network: Network, tensors: Mapping[str, Tensor], source: str) -> Network:
    """Fill a network made `unfilled`. Every tensor must be there, fit, and be wanted."""
    wanted = network.state_dict()
    problems = [
        *listed("missing", [name for name in wanted if name not in tensors]),
        *listed("unexpected", [name for name in tensors if name not in wanted]),
        *listed(
            "of another shape",
            [
                f"{name} {tuple(tensor.shape)} instead of {tuple(wanted[name].shape)}"
                for name, tensor in tensors.items()
                if name in wanted and tensor.shape != wanted[name].shape
            ],
        ),
    ]
    if problems:
        raise UnusableCheckpoint(f"{source} does not fit the network: {'; '.join(problems)}")
    network.load_state_dict(lay_out(tensors), strict=True, assign=True)
    return network.requires_grad_(False).eval()


def lay_out(tensors: Mapping[str, Tensor]) -> Tensors:
    """Copies in float32, each where PyTorch's allocator puts it: at a multiple of 64 bytes.

    Tensors of a safetensors file are parts of the mapped file, at whatever address its header
    leaves them. From another address a product of a matrix and a vector is added up in another
    order, and the last bits of a voice differ. Copied, equal weights compute equal bits, whichever
    file they came from.
    """
    return {
        name: tensor.to(torch.float32, copy=True, memory_format=torch.contiguous_format)
        for name, tensor in tensors.items()
    }


def listed(problem: str, names: list[str]) -> list[str]:
    if not names:
        return []
    more = f" and {len(names) - NAMED_PROBLEMS} more" if len(names) > NAMED_PROBLEMS else ""
    return [f"{problem}: {', '.join(names[:NAMED_PROBLEMS])}{more}"]

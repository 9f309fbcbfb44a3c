"""Turns one downloaded checkpoint into safetensors: `python -m engines.neural.convert`.

A downloaded pickle is a stranger's. It goes through PyTorch's weights-only reader, and that in a
process of its own, which `phonex models convert` starts with an empty environment. Before the file
is opened, this process gives up what it does not need: it may start no process and open no
connection, and write no more than the result takes.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from engines.errors import EngineError
from engines.melo import checkpoint as melo
from engines.neural.published import Kind
from engines.nn.checkpoint import UnusableCheckpoint, read_pickle
from engines.openvoice import checkpoint as openvoice

FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "pty.")
LARGEST_FILE = 2**33  # bytes
OPEN_FILES = 256
UNUSED_BERT = "cls."  # the heads that BERT was trained with


def refuse(event: str, _: tuple[Any, ...]) -> None:
    if event.startswith(FORBIDDEN):
        raise PermissionError(f"{event} is not for a conversion")


def give_up_rights() -> None:
    """For good: an audit hook cannot be removed, and a limit not be raised."""
    for limit, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, LARGEST_FILE),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
    ):
        resource.setrlimit(limit, (value, value))
    sys.addaudithook(refuse)


def convert(kind: Kind, source: Path, target: Path) -> None:
    """`source` is a folder of upstream's for a network, and a file for a BERT."""
    if kind == "speech":
        melo.save_own(melo.load_upstream(source), target)
    elif kind == "converter":
        openvoice.save_own(openvoice.load_upstream(source), target)
    else:
        convert_bert(source, target)


def convert_bert(source: Path, target: Path) -> None:
    content = read_pickle(source)
    if not isinstance(content, dict):
        raise UnusableCheckpoint(f"{source.name} holds no tensors by name")
    tensors = {
        name: tensor.clone().contiguous()  # tied weights become two
        for name, tensor in content.items()
        if isinstance(tensor, torch.Tensor) and not name.startswith(UNUSED_BERT)
    }
    save_file(tensors, target, metadata={"format": "pt"})


def main(kind: Kind, source: str, target: str) -> int:
    torch.set_num_threads(1)
    give_up_rights()
    try:
        convert(kind, Path(source), Path(target))
    except EngineError as error:
        sys.stderr.write(error.message)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3]))  # type: ignore[arg-type]

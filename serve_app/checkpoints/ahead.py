"""What a pull has yet to bring, and how big it is: asked before anything is fetched.

`huggingface_hub` may not be installed yet at that point, so this is one plain HTTP request for each
repository. It honours the same `HF_ENDPOINT`, `HF_TOKEN` and `HF_HUB_OFFLINE`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from rich.filesize import decimal

from engines.kokoro.published import GRAPHS, VOICES
from engines.neural.published import (
    BASE_SPEAKERS,
    BERT_WEIGHTS,
    CHECKPOINT,
    CONFIG,
    CONVERTER_FOLDER,
    OLD_BERT_WEIGHTS,
    OWN,
    PATTERNS,
    VOCABULARIES,
    Kind,
    Published,
    about_bytes,
)
from serve_app.checkpoints.errors import ModelsError
from serve_app.checkpoints.manifest import read_manifest
from serve_app.checkpoints.pull import NEWEST, PARTIAL, is_random

HUB = "https://huggingface.co"
ANSWER_S = 20.0
# One of each, where somebody copied a folder that has no manifest.
ENOUGH: dict[Kind, tuple[tuple[str, ...], ...]] = {
    "speech": ((CONFIG,), (CHECKPOINT, OWN)),
    "converter": (
        (f"{CONVERTER_FOLDER}/{CONFIG}",),
        (f"{CONVERTER_FOLDER}/{CHECKPOINT}", f"{CONVERTER_FOLDER}/{OWN}"),
        (BASE_SPEAKERS,),
    ),
    "natural": (tuple(GRAPHS.values()), (VOICES,)),
    "bert": ((CONFIG,), (BERT_WEIGHTS, OLD_BERT_WEIGHTS), VOCABULARIES),
}


@dataclass(frozen=True, slots=True)
class Ahead:
    """A repository that is not whole here."""

    published: Published
    size: int  # bytes yet to come


def survey(wanted: Iterable[Published], models_dir: Path) -> list[Ahead]:
    """Those that a pull would bring.

    Raises:
        ModelsError: the hub cannot be asked, or random weights are in the way.
    """
    absent = missing(wanted, models_dir)
    try:
        return [Ahead(one, remaining(one, models_dir / one.repo)) for one in absent]
    except httpx.HTTPError as error:
        reason = f"{hub()} cannot be asked for the checkpoints ({error}), so nothing was installed"
        raise ModelsError(f"{reason}: {what_to_copy(absent, models_dir)}") from error


def missing(wanted: Iterable[Published], models_dir: Path) -> list[Published]:
    return [one for one in wanted if not is_here(one, models_dir / one.repo)]


def is_here(published: Published, folder: Path) -> bool:
    """Whether all of it is there, pulled or copied. Reads no weights."""
    if is_random(folder, published):
        raise ModelsError(f"{folder} holds random weights. Delete it, and run this again.")
    if manifest := read_manifest(folder):
        return manifest.complete(folder)
    return not (folder / PARTIAL).exists() and all(
        any((folder / name).exists() for name in names) for names in ENOUGH[published.kind]
    )


def remaining(published: Published, folder: Path) -> int:
    """Bytes that the hub announces, less those that are here."""
    if os.environ.get("HF_HUB_OFFLINE", "").upper() in ("1", "ON", "YES", "TRUE"):
        raise httpx.ConnectError("HF_HUB_OFFLINE is set")
    manifest = read_manifest(folder)
    files = announced(published.repo, manifest.revision if manifest else NEWEST)
    total = 0
    for name in published.wanted(list(files)):
        size = int(files[name].get("size") or 0)
        here = folder / name
        if not here.is_file() or here.stat().st_size != size:
            total += max(0, size - arrived(folder, files[name]))
    return total


def announced(repo: str, revision: str) -> dict[str, Any]:
    """What the hub says of each file. Raises `httpx.HTTPError`."""
    token = os.environ.get("HF_TOKEN")
    answer = httpx.get(
        f"{hub()}/api/models/{repo}/revision/{revision}",
        params={"blobs": "true"},
        headers={"Authorization": f"Bearer {token}"} if token else {},
        timeout=ANSWER_S,
        follow_redirects=True,
    ).raise_for_status()
    try:
        return {one["rfilename"]: one for one in answer.json()["siblings"]}
    except (KeyError, TypeError, ValueError) as error:
        raise httpx.DecodingError(f"{hub()} says nothing of the files of {repo}") from error


def arrived(folder: Path, file: dict[str, Any]) -> int:
    """Bytes of a file that a pull before this one was stopped in."""
    partial = folder / PARTIAL / str((file.get("lfs") or {}).get("sha256") or file.get("blobId"))
    return partial.stat().st_size if partial.is_file() else 0


def hub() -> str:
    return (os.environ.get("HF_ENDPOINT") or HUB).rstrip("/")


def what_to_copy(absent: list[Published], models_dir: Path) -> str:
    """What to do without the hub: which files come from elsewhere, and how big they are."""
    folders = "\n".join(
        f"  {one.repo}: {', '.join(PATTERNS[one.kind])}"
        + (f", {BERT_WEIGHTS} or {OLD_BERT_WEIGHTS}" if one.kind == "bert" else "")
        + f" (about {decimal(about_bytes(one))})"
        for one in absent
    )
    return (
        "set HF_ENDPOINT to a mirror that answers, or copy these folders from a machine that has "
        f"them into {models_dir}, and run this again.\n{folders}"
    )

"""Downloads repositories of the Hugging Face hub into the models' folder.

`huggingface_hub` speaks to the hub and moves the bytes, with progress; it reads `HF_ENDPOINT`,
`HF_TOKEN` and `HF_HUB_OFFLINE`. Ours is which files, at which commit, that they are whole, and that
a pull goes on where another one was stopped: its own downloads begin anew with each process.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from config.installing import command_hint
from engines.kokoro.published import GRAPHS
from engines.neural.published import CONFIG, CONVERTER_FOLDER, RANDOM_KEY, Published
from serve_app.checkpoints.errors import HubAway, ModelsError
from serve_app.checkpoints.manifest import (
    Manifest,
    read_manifest,
    record,
    sha256_of,
    write_manifest,
)

NEWEST = "main"
ResultT = TypeVar("ResultT")
PARTIAL = ".partial"  # folder of files that have not arrived whole


@dataclass(frozen=True, slots=True)
class Announced:
    """What the hub says of a file before it is fetched."""

    size: int
    sha256: str | None  # of a large file
    blob_id: str  # of a small one: git's checksum

    def matches(self, path: Path) -> bool:
        if not path.is_file() or path.stat().st_size != self.size:
            return False
        if self.sha256:
            return sha256_of(path) == self.sha256
        return blob_id_of(path) == self.blob_id


@dataclass(frozen=True, slots=True)
class Remote:
    """A repository at one commit."""

    revision: str
    files: Mapping[str, Announced]


def pull(
    published: Published,
    models_dir: Path,
    revision: str | None = None,
    update: bool = False,
) -> Manifest:
    """Bring one repository here, or see that it is whole.

    Args:
        revision: a commit, tag or branch; the commit that is here already where none is given.
        update: take the newest commit instead.
    Raises:
        ModelsError: it cannot be had, or what arrived is not what the hub announced.
    """
    folder = models_dir / published.repo
    if is_random(folder, published):
        raise ModelsError(f"{folder} holds random weights. Delete it, and pull again.")
    present = read_manifest(folder)
    wanted = revision or (present.revision if present and not update else NEWEST)
    if offline():
        return require_present(published, folder, present, revision)
    if present and wanted == present.revision and whole(published, folder, present):
        return present
    remote = reach(published, lambda: look_up(published, wanted))
    for name, announced in remote.files.items():
        fetch(published, remote.revision, name, announced, folder)
    shutil.rmtree(folder / PARTIAL, ignore_errors=True)
    # Another precision of the same commit stays, and stays recorded.
    kept = present.files if present and present.revision == remote.revision else {}
    manifest = Manifest(
        repo=published.repo,
        revision=remote.revision,
        files=kept | record(folder, remote.files),
    )
    write_manifest(folder, manifest)
    return manifest


def whole(published: Published, folder: Path, present: Manifest) -> bool:
    """Whether all that is recorded is here, and of Kokoro the model that is meant."""
    lacking = published.kind == "natural" and GRAPHS[published.precision] not in present.files
    return not lacking and present.complete(folder)


def is_random(folder: Path, published: Published) -> bool:
    """Whether `phonex models random` made what is in the folder."""
    inner = folder / CONVERTER_FOLDER if published.kind == "converter" else folder
    try:
        config = json.loads((inner / CONFIG).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(config, dict) and bool(config.get(RANDOM_KEY))


def offline() -> bool:
    try:
        from huggingface_hub import constants
    except ImportError as error:
        raise ModelsError(
            f"huggingface_hub is not installed: {command_hint('setup neural')}"
        ) from error
    return bool(constants.HF_HUB_OFFLINE)


def require_present(
    published: Published, folder: Path, present: Manifest | None, revision: str | None
) -> Manifest:
    if present is None or not whole(published, folder, present):
        raise HubAway(f"{published.repo} is not here, and HF_HUB_OFFLINE is set.")
    if revision not in (None, present.revision):
        raise ModelsError(
            f"{published.repo} is here at {present.revision}, and HF_HUB_OFFLINE is set."
        )
    return present


def look_up(published: Published, revision: str) -> Remote:
    from huggingface_hub import HfApi

    info = HfApi().model_info(published.repo, revision=revision, files_metadata=True)
    siblings = {one.rfilename: one for one in info.siblings or []}
    names = published.wanted(list(siblings))
    if not info.sha or not names:
        raise ModelsError(f"{published.repo} at {revision} has none of the files Phonex reads.")
    files: dict[str, Announced] = {}
    for name in names:
        one = siblings[name]
        if one.size is None or one.blob_id is None:
            raise ModelsError(f"{published.repo}: the hub announces no size of {name}.")
        files[name] = Announced(one.size, one.lfs.sha256 if one.lfs else None, one.blob_id)
    return Remote(info.sha, files)


def fetch(
    published: Published, revision: str, name: str, announced: Announced, folder: Path
) -> None:
    """Bring one file, unless it is here; what was stopped half-way goes on."""
    target = folder / name
    if announced.matches(target):
        return
    partial = folder / PARTIAL / (announced.sha256 or announced.blob_id)
    partial.parent.mkdir(parents=True, exist_ok=True)
    reach(published, lambda: download(published.repo, revision, name, announced.size, partial))
    if not announced.matches(partial):
        partial.unlink(missing_ok=True)
        raise ModelsError(
            f"{published.repo}: {name} arrived with another checksum than the hub announced, and "
            "is deleted. Pull again."
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    partial.replace(target)


def download(repo: str, revision: str, name: str, size: int, partial: Path) -> None:
    from huggingface_hub import hf_hub_url
    from huggingface_hub.file_download import http_get
    from huggingface_hub.utils._headers import build_hf_headers

    with partial.open("ab") as file:
        if file.tell() > size:
            file.truncate(0)
        http_get(
            hf_hub_url(repo, name, revision=revision),
            file,
            resume_size=file.tell(),
            headers=build_hf_headers(),
            expected_size=size,
            displayed_filename=f"{repo.split('/')[-1]}/{name}",
        )


def blob_id_of(path: Path) -> str:
    content = path.read_bytes()
    return hashlib.sha1(
        f"blob {len(content)}\0".encode() + content, usedforsecurity=False
    ).hexdigest()


def reach(published: Published, call: Callable[[], ResultT]) -> ResultT:
    """What the hub, the network and the disk have to say, in one sentence.

    Raises:
        ModelsError: whatever went wrong.
    """
    from huggingface_hub import constants
    from huggingface_hub.errors import (
        GatedRepoError,
        HfHubHTTPError,
        LocalEntryNotFoundError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    hub, repo = constants.ENDPOINT, published.repo
    transport = HfHubHTTPError.__bases__[0]  # every error of the HTTP library that the hub's uses
    try:
        return call()
    except GatedRepoError as error:
        raise ModelsError(f"{hub} gives {repo} to known users only: set HF_TOKEN.") from error
    except RevisionNotFoundError as error:
        raise ModelsError(f"{hub} has no such revision of {repo}.") from error
    except RepositoryNotFoundError as error:
        raise ModelsError(f"{hub} has no {repo}, or not for everyone.") from error
    except LocalEntryNotFoundError as error:
        raise HubAway(f"{hub} cannot be reached for {repo}.") from error
    except HfHubHTTPError as error:
        raise ModelsError(f"{hub} does not give {repo}: {error}") from error
    except OSError as error:
        raise ModelsError(f"{repo} cannot be fetched or stored: {error}") from error
    except Exception as error:
        if not isinstance(error, transport):
            raise
        raise HubAway(f"{hub} cannot be reached for {repo}: {error}") from error

from __future__ import annotations

import multiprocessing
import os
import shutil
import stat
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from serve_app.store.errors import BlobNotFound, InvalidBlobKey, StorageFull, StoreUnavailable
from serve_app.store.folder import FolderBlobs
from serve_app.store.opening import open_blobs
from tests.serve_app.store.workers import put_with_limited_files

KEY = "audio/3fa9c1d2.wav"
OUTSIDE = b"not for you"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "data" / "blobs"


@pytest.fixture
def blobs(root: Path) -> FolderBlobs:
    return FolderBlobs(root)


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "3fa9c1d2.wav").write_bytes(OUTSIDE)
    return folder


def test_blobs_lie_in_private_shards_under_the_data_folder(tmp_path: Path) -> None:
    umask = os.umask(0)
    try:
        open_blobs(None, tmp_path).put(KEY, b"data")
    finally:
        os.umask(umask)
    path = tmp_path / "blobs" / "audio" / "+3f" / "3fa9c1d2.wav"
    assert path.read_bytes() == b"data"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for folder in (path.parent, path.parent.parent, tmp_path / "blobs"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("linked", ["audio", "audio/+3f"])
def test_link_to_a_folder_outside_is_refused(
    blobs: FolderBlobs, root: Path, outside: Path, linked: str
) -> None:
    (outside / "+3f").mkdir()
    (outside / "+3f" / "3fa9c1d2.wav").write_bytes(OUTSIDE)
    (root / linked).parent.mkdir(exist_ok=True)
    (root / linked).symlink_to(outside)

    for operate in (blobs.size, blobs.read, blobs.stream, blobs.delete):
        with pytest.raises(InvalidBlobKey):
            operate(KEY)
    with pytest.raises(InvalidBlobKey):
        blobs.put(KEY, b"data")
    assert list(blobs.list("audio/")) == list(blobs.list()) == []
    assert (outside / "3fa9c1d2.wav").read_bytes() == OUTSIDE
    assert sorted(path.name for path in outside.iterdir()) == ["+3f", "3fa9c1d2.wav"]


def test_link_to_a_file_is_not_read_and_is_replaced_by_a_put(
    blobs: FolderBlobs, root: Path, outside: Path
) -> None:
    path = root / "audio" / "+3f" / "3fa9c1d2.wav"
    path.parent.mkdir(parents=True)
    path.symlink_to(outside / "3fa9c1d2.wav")

    for operate in (blobs.size, blobs.read, blobs.stream):
        with pytest.raises(InvalidBlobKey):
            operate(KEY)
    blobs.put(KEY, b"data")

    assert blobs.read(KEY) == b"data"
    assert (outside / "3fa9c1d2.wav").read_bytes() == OUTSIDE


def test_fifo_is_no_blob_and_blocks_nobody(blobs: FolderBlobs, root: Path) -> None:
    path = root / "audio" / "+3f" / "3fa9c1d2.wav"
    path.parent.mkdir(parents=True)
    os.mkfifo(path)
    with pytest.raises(BlobNotFound):
        blobs.read(KEY)
    assert list(blobs.list()) == []


def test_bytes_are_on_the_disk_before_the_name_and_the_name_before_the_return(
    blobs: FolderBlobs, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    fsync, rename = os.fsync, os.rename

    def seen_fsync(descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        name = path.relative_to(root.parent).as_posix()
        steps.append("upload" if path.name.startswith(".upload-") else name)
        fsync(descriptor)

    def seen_rename(source: str | Path, target: str | Path) -> None:
        steps.append("rename")
        rename(source, target)

    monkeypatch.setattr(os, "fsync", seen_fsync)
    monkeypatch.setattr(os, "rename", seen_rename)
    blobs.put(KEY, b"data")
    blobs.put(KEY, b"more")

    new_folders = ["blobs", "blobs/audio"]
    put = ["upload", "rename", "blobs/audio/+3f"]
    assert steps == new_folders + put + put


def fail_with_no_space(*_: object) -> int:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("call", ["write", "fsync", "rename"])
def test_failed_put_leaves_the_old_blob_and_nothing_else(
    blobs: FolderBlobs, root: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    blobs.put(KEY, b"old")
    with monkeypatch.context() as patch:
        patch.setattr(os, call, fail_with_no_space)
        with pytest.raises(StorageFull):
            blobs.put(KEY, b"new")
    assert blobs.read(KEY) == b"old"
    assert [path.name for path in root.rglob("*") if path.is_file()] == ["3fa9c1d2.wav"]


def test_full_disk_is_named_and_keeps_what_was_there(small_disk: Path) -> None:
    blobs = open_blobs(None, small_disk)
    blobs.put(KEY, b"old")
    with pytest.raises(StorageFull, match="no room left"):
        blobs.put(KEY, bytes(4 * 1024 * 1024))
    assert blobs.read(KEY) == b"old"
    free = blobs.free_bytes()
    assert free is not None
    assert 1024 * 1024 < free < 2 * 1024 * 1024  # the failed upload was removed


def test_file_size_limit_is_a_full_disk(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        assert pool.submit(put_with_limited_files, tmp_path).result() == "full"
    assert list(open_blobs(None, tmp_path).list()) == []


def test_uploads_that_died_are_not_listed_and_are_swept(blobs: FolderBlobs, root: Path) -> None:
    blobs.put(KEY, b"data")
    shard = root / "audio" / "+3f"
    old, fresh = shard / ".upload-old", shard / ".upload-fresh"
    for upload in (old, fresh):
        upload.write_bytes(b"half of")
    hour_ago = time.time() - 3600
    os.utime(old, (hour_ago, hour_ago))

    assert [info.key for info in blobs.list()] == [KEY]
    assert blobs.remove_stale_uploads(older_than_s=600) == 1

    assert [path.name for path in sorted(shard.iterdir())] == [".upload-fresh", "3fa9c1d2.wav"]


def test_shard_that_was_removed_is_made_again(blobs: FolderBlobs, root: Path) -> None:
    blobs.put(KEY, b"data")
    shutil.rmtree(root / "audio")
    blobs.put(KEY, b"again")
    assert blobs.read(KEY) == b"again"


def test_missing_root_is_told_and_not_made_again(blobs: FolderBlobs, root: Path) -> None:
    """The root of an unmounted volume is an empty folder of the wrong disk."""
    blobs.put(KEY, b"data")
    shutil.rmtree(root)
    uses: list[Callable[[], object]] = [
        blobs.ping,
        blobs.free_bytes,
        lambda: blobs.put(KEY, b""),
    ]
    for use in uses:
        with pytest.raises(StoreUnavailable):
            use()
    assert not root.exists()


def test_root_below_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable):
        open_blobs(None, tmp_path / "file")


def test_folder_that_is_reached_by_a_link_may_be_the_root(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "data").symlink_to(tmp_path / "disk")
    blobs = open_blobs(None, tmp_path / "data")
    blobs.put(KEY, b"data")
    assert blobs.read(KEY) == b"data"
    assert [info.key for info in blobs.list()] == [KEY]

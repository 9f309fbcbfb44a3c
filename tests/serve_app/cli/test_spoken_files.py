"""Whatever a program calls a file: it lies in the folder, and nothing that was there is lost."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from serve_app.cli.client import ClientError
from serve_app.cli.spoken_files import SpokenFiles

PARTS = (
    "..",
    ".",
    "",
    "a",
    "link",
    "linked.wav",
    "there.wav",
    "new.wav",
    ".x",
    "~",
    "\\",
    "\0",
    "C:",
)
NAMES = st.lists(st.sampled_from(PARTS) | st.text(max_size=8), min_size=1, max_size=6).map("/".join)


@example(name="link/new/a.wav", overwrite=False)
@given(name=NAMES | st.text(max_size=40), overwrite=st.booleans())
def test_a_name_stays_in_its_folder(name: str, overwrite: bool) -> None:
    with tempfile.TemporaryDirectory() as root:
        folder, outside = Path(root) / "folder", Path(root) / "outside"
        folder.mkdir()
        outside.mkdir()
        (outside / "there.wav").write_bytes(b"secret")
        (folder / "there.wav").write_bytes(b"mine")
        (folder / "link").symlink_to(outside)
        (folder / "linked.wav").symlink_to(outside / "there.wav")
        try:
            with SpokenFiles(folder).new(name, overwrite=overwrite) as (target, part):
                part.write_bytes(b"audio")
        except ClientError:
            pass
        else:
            assert target.resolve().is_relative_to(folder.resolve())
            assert target.read_bytes() == b"audio"
        try:
            found = SpokenFiles(folder).read_recording(name)
        except ClientError:
            pass
        else:
            assert found in (b"mine", b"audio")
        assert {path.name for path in outside.iterdir()} == {"there.wav"}
        assert (outside / "there.wav").read_bytes() == b"secret"
        assert {path.name for path in Path(root).iterdir()} == {"folder", "outside"}
        if not overwrite:
            assert (folder / "there.wav").read_bytes() == b"mine"


@pytest.mark.parametrize("overwrite", [False, True])
def test_what_fails_leaves_things_as_they_were(tmp_path: Path, overwrite: bool) -> None:
    files = SpokenFiles(tmp_path)
    if overwrite:
        (tmp_path / "a.wav").write_bytes(b"mine")
    with pytest.raises(RuntimeError):
        break_off(files, overwrite=overwrite)
    assert [path.name for path in tmp_path.iterdir()] == ["a.wav"] * overwrite
    assert not overwrite or (tmp_path / "a.wav").read_bytes() == b"mine"


def break_off(files: SpokenFiles, *, overwrite: bool) -> None:
    with files.new("a.wav", overwrite=overwrite) as (_, part):
        part.write_bytes(b"half")
        raise RuntimeError


def test_who_fails_takes_nothing_that_another_has_written(tmp_path: Path) -> None:
    files = SpokenFiles(tmp_path)

    def fail_late() -> None:
        with files.new("a.wav", overwrite=False):
            with files.new("a.wav", overwrite=True) as (_, part):
                part.write_bytes(b"audio")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_late()
    assert (tmp_path / "a.wav").read_bytes() == b"audio"


def test_a_name_is_taken_while_its_audio_is_made(tmp_path: Path) -> None:
    files = SpokenFiles(tmp_path)
    with files.new("a.wav", overwrite=False) as (_, part):
        with (
            pytest.raises(ClientError, match="there already"),
            files.new("a.wav", overwrite=False),
        ):
            raise AssertionError("it was given twice")
        part.write_bytes(b"audio")
    assert (tmp_path / "a.wav").read_bytes() == b"audio"


def test_a_recording_is_a_file_of_a_size_that_is_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    with (tmp_path / "large.wav").open("wb") as file:
        file.truncate(2**25)
    (tmp_path / "folder.wav").mkdir()
    for name in ("pipe.wav", "large.wav", "folder.wav", "none.wav"):
        with pytest.raises(ClientError, match=name):
            SpokenFiles(tmp_path).read_recording(name)


def test_a_name_as_long_as_may_be_is_written_or_leaves_nothing(tmp_path: Path) -> None:
    for chars in (1, 50, 100, 115, 120, 123, 124, 130, 195):
        files = SpokenFiles(tmp_path / str(chars))
        name = "é" * chars + ".wav"
        try:
            with files.new(name, overwrite=False) as (_, part):
                part.write_bytes(b"audio")
        except ClientError:
            assert list(files.folder.iterdir()) == []
        else:
            assert [path.name for path in files.folder.iterdir()] == [name]


def test_two_that_replace_a_file_at_once_each_write_a_whole_one(tmp_path: Path) -> None:
    files = SpokenFiles(tmp_path)
    with files.new("a.wav", overwrite=True) as (_, one):
        one.write_bytes(b"one")
        with files.new("a.wav", overwrite=True) as (target, other):
            other.write_bytes(b"other")
        assert target.read_bytes() == b"other"
    assert target.read_bytes() == b"one"
    assert [path.name for path in tmp_path.iterdir()] == ["a.wav"]


@pytest.mark.parametrize("swapped", ["sub", "sub/deeper"])
def test_a_folder_that_is_swapped_for_a_link_meanwhile_leads_nowhere(
    tmp_path: Path, swapped: str
) -> None:
    """Between any two steps of a call, by whoever may write in the folder."""
    folder, outside = tmp_path / "folder", tmp_path / "outside"
    (folder / "sub" / "deeper").mkdir(parents=True)
    (outside / "deeper").mkdir(parents=True)
    for place in (outside, outside / "deeper"):
        (place / "there.wav").write_bytes(b"secret")

    def swap() -> None:
        (folder / swapped).rename(tmp_path / "moved")
        (folder / swapped).symlink_to(outside)

    with SpokenFiles(folder).new("sub/deeper/there.wav", overwrite=True) as (_, part):
        swap()
        part.write_bytes(b"audio")
    for place in (outside, outside / "deeper"):
        assert [one.name for one in place.iterdir() if one.is_file()] == ["there.wav"]
        assert (place / "there.wav").read_bytes() == b"secret"


@pytest.mark.parametrize("when", [1, 2, 3])
def test_a_folder_is_swapped_while_its_name_is_looked_at(
    tmp_path: Path, when: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, outside = tmp_path / "folder", tmp_path / "outside"
    (folder / "sub").mkdir(parents=True)
    outside.mkdir()
    (folder / "sub" / "there.wav").write_bytes(b"mine")
    (outside / "there.wav").write_bytes(b"secret")
    opened, ordinary = 0, os.open

    def opens(*arguments: Any, **options: Any) -> int:
        nonlocal opened
        opened += 1
        if opened == when:
            (folder / "sub").rename(tmp_path / "moved")
            (folder / "sub").symlink_to(outside)
        return ordinary(*arguments, **options)

    monkeypatch.setattr(os, "open", opens)
    found = None
    with suppress(ClientError):
        found = SpokenFiles(folder).read_recording("sub/there.wav")
    assert found in (None, b"mine")

"""The speaker encoder's weights come out of the one file that was pinned."""

from __future__ import annotations

from pathlib import Path

import pytest

from engines.speaker.published import FILE, FOLDER
from serve_app.checkpoints import speaker
from serve_app.checkpoints.errors import ModelsError


def test_another_file_is_refused() -> None:
    with pytest.raises(ModelsError, match="not the one that was pinned"):
        speaker.read_tensors(b"\x80\x02another pickle")


def test_what_is_there_is_not_brought_again(tmp_path: Path) -> None:
    target = tmp_path / FOLDER / FILE
    target.parent.mkdir(parents=True)
    target.write_bytes(b"there")
    assert speaker.pull_speaker_encoder(tmp_path) == target
    assert target.read_bytes() == b"there"

"""The command that says how many texts are read as a person reads them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.engines.reading.support import front
from tests.reading.__main__ import main


def written(path: Path, *cases: tuple[str, str | list[str]]) -> str:
    entries = [{"language": "EN", "text": text, "said": said} for text, said in cases]
    path.write_text(json.dumps(entries), "utf-8")
    return str(path)


def test_what_is_wrong_is_shown_with_the_share_that_is_right(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    front("EN")
    path = written(tmp_path / "a.json", ("3 cats", "three cats"), ("4 cats", "five cats"))
    assert main([path]) == 1
    shown = capsys.readouterr().out
    assert "'4 cats'" in shown
    assert "five cats" in shown
    assert "'3 cats'" not in shown
    assert "1 of 2 right (50.0%)" in shown


@pytest.mark.parametrize(
    "said", ["Twenty one cats.", "twenty-one  cats", "21 cats", ["a dog", "Twenty-One cats!"]]
)
def test_case_spacing_and_punctuation_do_not_count(tmp_path: Path, said: str | list[str]) -> None:
    front("EN")
    assert main([written(tmp_path / "a.json", ("21 cats", said))]) == 0

"""Importing is light, loading is late, and neither goes out to the network."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from engines.errors import EngineUnavailable, UnknownLanguage
from engines.reading import front_end, missing_packages, warm
from engines.reading.en.dictionary import Dictionary, package_file
from tests.engines.reading.support import WESTERN, front

LIGHT = """
import sys
import engines.reading
heavy = {"torch", "transformers", "gruut", "nltk", "numpy", "num2words"} & set(sys.modules)
sys.exit(" ".join(heavy) or 0)
"""


def test_importing_loads_nothing_heavy() -> None:
    command = [sys.executable, "-c", LIGHT]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("language", WESTERN)
def test_loading_opens_no_socket(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    front(language)
    monkeypatch.setattr(socket, "socket", lambda *_args, **_kw: pytest.fail("a socket was opened"))
    warm(front_end(language))


def test_what_is_missing_is_named() -> None:
    with pytest.raises(EngineUnavailable, match="no_such_package"):
        package_file("no_such_package", "words.txt")
    with pytest.raises(UnknownLanguage, match="EN, ES, FR"):
        front_end("XX")
    assert missing_packages("XX") == []


def test_upstreams_own_dictionary_is_used_where_it_is_given(tmp_path: Path) -> None:
    front("EN")
    path = tmp_path / "cmudict.rep"
    path.write_text("## comment\n" * 48 + "WORD  W ER1 D\nWORDS  W ER1 - D Z\n", "utf-8")
    dictionary = Dictionary(path)
    assert dictionary.first("words") == ["W", "ER1", "D", "Z"]
    assert dictionary.first("and") is None
    assert dictionary.second("and") is not None

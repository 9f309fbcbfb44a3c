"""What is in the models' folder is found, and what is damaged or missing is told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engines.errors import EngineUnavailable
from engines.kokoro.found import find, read_style
from engines.kokoro.published import FOLDER, GRAPHS, VOICES
from engines.kokoro.styles import STYLE_ROWS, STYLE_SIZE, aliases, speakers

NAMES = ("af_bella", "af_heart", "bf_emma", "ef_dora", "jf_alpha")


def put(models_dir: Path, precision: str = "int8", names: tuple[str, ...] = NAMES) -> Path:
    graph = models_dir / FOLDER / GRAPHS[precision]
    graph.parent.mkdir(parents=True, exist_ok=True)
    graph.write_bytes(b"model")
    voices = models_dir / FOLDER / VOICES
    voices.mkdir(exist_ok=True)
    for name in names:
        np.zeros(STYLE_ROWS * STYLE_SIZE, "<f4").tofile(voices / f"{name}.bin")
    return models_dir


def test_the_first_folder_that_has_a_model_counts(tmp_path: Path) -> None:
    here = put(tmp_path / "here")
    found = find([tmp_path / "nowhere", here])
    assert found.usable
    assert (found.precision, tuple(found.styles)) == ("int8", NAMES)
    assert found.require().is_relative_to(here)


def test_another_precision_than_is_there_is_missing(tmp_path: Path) -> None:
    put(tmp_path, "fp32")
    assert find([tmp_path]).precision == "fp32"
    lacking = find([tmp_path], "fp16")
    assert lacking.missing == ("its fp16 model",)
    with pytest.raises(EngineUnavailable, match="fp16"):
        lacking.require()


def test_a_model_without_styles_cannot_speak(tmp_path: Path) -> None:
    assert find([put(tmp_path, names=())]).missing == ("its styles",)
    assert find([tmp_path / "nowhere"]).missing == ("its model", "its styles")


@pytest.mark.parametrize("values", [[0.0], [np.nan] * STYLE_ROWS * STYLE_SIZE])
def test_a_damaged_style_is_told(tmp_path: Path, values: list[float]) -> None:
    path = tmp_path / "af_heart.bin"
    np.array(values, "<f4").tofile(path)
    with pytest.raises(EngineUnavailable, match="af_heart"):
        read_style(path)


def test_a_language_has_its_own_speakers_the_best_first() -> None:
    assert speakers("EN", NAMES) == ("af_heart", "af_bella", "bf_emma")
    assert speakers("ES", NAMES) == ("ef_dora",)


def test_where_a_language_has_none_any_of_them_speaks() -> None:
    assert speakers("EN", ("jm_kumo", "jf_alpha")) == ("jf_alpha", "jm_kumo")


def test_other_names_lead_to_speakers_that_are_there() -> None:
    names = aliases("EN", speakers("EN", NAMES))
    assert names["heart"] == names["EN-US"] == "af_heart"
    assert names["EN-BR"] == "bf_emma"
    assert set(names.values()) <= set(NAMES)
    assert "EN-BR" not in aliases("EN", ("jf_alpha",))

"""Our networks give upstream's numbers, and the comparison notices when they do not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from tests.parity import models
from tests.parity.__main__ import main
from tests.parity._rows import Row, difference

GOLDEN = Path(__file__).parents[1] / "data" / "golden"


def over(folder: Path) -> list[Row]:
    return [row for row in models.compare(folder) if not row.ok]


@pytest.mark.parametrize("kind", ["tiny_melotts", "tiny_openvoice"])
def test_every_stage_of_every_case_is_within_tolerance(kind: str) -> None:
    rows = list(models.compare(GOLDEN / kind))
    assert len(rows) > 30
    assert [row for row in rows if not row.ok] == []


def spoiled(folder: Path, tmp_path: Path, name: str, tensor: str, by: float) -> Path:
    """A copy of one case, with one of upstream's tensors changed."""
    copy = tmp_path / folder.name
    copy.mkdir()
    for file in ("config.json", "checkpoint.pth"):
        shutil.copy(folder / file, copy / file)
    tensors = load_file(folder / f"{name}.safetensors")
    tensors[tensor] = tensors[tensor] + by
    save_file(tensors, copy / f"{name}.safetensors")
    (copy / "cases.json").write_text(
        f'[{{"name": "{name}", "length_scale": 1.0, "sdp_ratio": 0.2, "noise_scale": 0.0, '
        '"noise_scale_w": 0.8}]'
    )
    return copy


@pytest.mark.parametrize(
    ("tensor", "by", "stage"),
    [
        ("out.durations", 1, "durations"),
        ("out.z", 2e-4, "z"),
        ("out.audio", 4e-5, "audio"),
        ("out.audio", float("nan"), "audio"),
        ("in.tone", 1, "enc_x"),
    ],
)
def test_a_speech_difference_is_noticed(tmp_path: Path, tensor: str, by: float, stage: str) -> None:
    folder = spoiled(GOLDEN / "tiny_melotts", tmp_path, "t3_shortest", tensor, by)
    assert stage in {row.stage for row in over(folder)}


@pytest.mark.parametrize(
    ("name", "tensor", "stage"),
    [
        ("register", "ref1.se", "embedding"),
        ("register", "mean_se", "mean"),
        ("c_short", "tau0.3.z_hat", "z_hat"),
        ("c_short", "noise", "z"),
        ("c_short", "src_se", "z_p"),
    ],
)
def test_a_conversion_difference_is_noticed(
    tmp_path: Path, name: str, tensor: str, stage: str
) -> None:
    folder = spoiled(GOLDEN / "tiny_openvoice", tmp_path, name, tensor, 2e-3)
    assert stage in {row.stage for row in over(folder)}


def test_another_shape_is_infinitely_far() -> None:
    row = difference("case", "stage", torch.zeros(3), torch.zeros(4), 1.0)
    assert not row.ok


def test_the_command_prints_a_table_and_answers_by_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = spoiled(GOLDEN / "tiny_melotts", tmp_path, "t3_shortest", "out.audio", 0)
    assert main(["models", "--data", str(tmp_path)]) == 0
    assert "t3_shortest" in capsys.readouterr().out
    spoiled_again = tmp_path / "again"
    spoiled_again.mkdir()
    spoiled(folder, spoiled_again, "t3_shortest", "out.audio", 1)
    assert main(["models", "--data", str(spoiled_again)]) == 1
    assert "OVER" in capsys.readouterr().out


def test_nothing_to_compare_is_an_error(tmp_path: Path) -> None:
    assert main(["models", "--data", str(tmp_path)]) == 2
    assert main(["models", "--data", str(tmp_path / "none")]) == 2
    assert main(["nonsense"]) == 2
    assert main([]) == 2

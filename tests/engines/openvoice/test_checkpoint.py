"""Converter checkpoints of any size load strictly, in upstream's form and in ours."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from engines.nn.checkpoint import UnusableCheckpoint
from engines.nn.names import translate_name
from engines.nn.noise import SeededNoise
from engines.openvoice import checkpoint
from engines.openvoice.checkpoint import ConverterCheckpoint
from engines.openvoice.config import ConverterConfig
from engines.openvoice.conversion import ConversionRequest, ToneConverter
from tests.engines.openvoice.conftest import GOLDEN


def full_size() -> tuple[ConverterConfig, dict[str, torch.Tensor]]:
    """The published converter's config, and its tensors without their values."""
    folder = GOLDEN / "fullsize"
    listed = json.loads((folder / "openvoice_v2_converter.json").read_text())["state_dict"]
    text = (folder / "openvoice_v2_converter.config.json").read_text()
    tensors = {name: torch.empty(entry["shape"], device="meta") for name, entry in listed.items()}
    return ConverterConfig.model_validate_json(text), tensors


def test_the_full_size_key_list_loads_strictly() -> None:
    config, tensors = full_size()
    network = checkpoint.build(config, tensors, "full size")
    assert len(tensors) == 486
    pairs = sum(name.endswith("weight_g") for name in tensors)
    assert len(network.state_dict()) == len(tensors) - pairs
    assert config.version == "v2"
    assert network.zero_speaker


@pytest.mark.parametrize(
    "name",
    [
        "enc_q.pre.weight",
        "enc_q.enc.in_layers.15.bias",
        "flow.flows.6.enc.res_skip_layers.3.bias",
        "flow.flows.0.enc.cond_layer.bias",
        "ref_enc.gru.weight_hh_l0",
        "ref_enc.layernorm.weight",
        "ref_enc.convs.5.bias",
        "dec.resblocks.11.convs2.2.bias",
    ],
)
def test_a_missing_tensor_is_named(name: str) -> None:
    config, tensors = full_size()
    ours = translate_name(name, checkpoint.upstream_names(config.model))
    assert ours != name
    del tensors[name]
    with pytest.raises(UnusableCheckpoint, match=f"missing: {ours}$"):
        checkpoint.build(config, tensors, "full size")


def test_an_unexpected_tensor_is_named() -> None:
    config, tensors = full_size()
    tensors["emb_g.weight"] = torch.empty(1, device="meta")
    with pytest.raises(UnusableCheckpoint, match=r"unexpected: emb_g\.weight$"):
        checkpoint.build(config, tensors, "full size")


def test_a_synthesizer_of_v1_is_no_converter(tmp_path: Path) -> None:
    config = json.loads((GOLDEN / "tiny_openvoice" / "config.json").read_text())
    config["data"]["n_speakers"] = 10
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(UnusableCheckpoint, match="n_speakers"):
        checkpoint.load_upstream(tmp_path)


def test_ours_holds_the_same_network(tiny: ConverterCheckpoint, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    checkpoint.save_own(tiny, path)
    again = checkpoint.load(path)
    assert again.config == tiny.config
    assert again.version == tiny.version
    weights = again.network.state_dict()
    assert list(weights) == list(tiny.network.state_dict())
    assert all(torch.equal(weights[k], v) for k, v in tiny.network.state_dict().items())


@pytest.mark.parametrize("longer", [0, 1, 12, 40])
def test_a_clone_is_the_same_to_the_bit_from_either_file(
    tiny: ConverterCheckpoint, tmp_path: Path, longer: int
) -> None:
    """A longer header moves every weight in the file, and must move no bit of the audio."""
    path = tmp_path / "model.safetensors"
    checkpoint.save_own(replace(tiny, version="v" * longer), path)
    recording = 0.3 * torch.randn(12_000, generator=torch.Generator().manual_seed(1))

    def clone(loaded: ConverterCheckpoint) -> tuple[torch.Tensor, torch.Tensor]:
        converter = ToneConverter(loaded.network, loaded.config.data.spectrogram)
        (voice,) = converter.embed([recording])
        request = ConversionRequest(recording, voice, -voice, SeededNoise(5))
        return voice, converter.convert([request])[0]

    for theirs, ours in zip(clone(tiny), clone(checkpoint.load(path)), strict=True):
        assert torch.equal(theirs, ours)


def test_a_speech_checkpoint_is_not_a_converter(tmp_path: Path) -> None:
    with pytest.raises(UnusableCheckpoint, match=r"config\.json"):
        checkpoint.load_upstream(GOLDEN / "tiny_melotts")


def test_base_embeddings_come_by_name(tmp_path: Path) -> None:
    stored = {name: torch.randn(1, 16, 1) for name in ("en-us", "zh")}
    for name, tensor in stored.items():
        torch.save(tensor, tmp_path / f"{name}.pth")
    read = checkpoint.read_base_speakers(tmp_path, 16)
    assert {name: tuple(tensor.shape) for name, tensor in read.items()} == {
        "en-us": (16,),
        "zh": (16,),
    }
    assert torch.equal(read["zh"], stored["zh"].flatten())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (torch.zeros(1, 15, 1), r"no embedding of shape \(1, 16, 1\)"),
        (torch.full((1, 16, 1), float("nan")), "not finite"),
        ({"se": torch.zeros(1, 16, 1)}, "no embedding"),
    ],
)
def test_a_bad_embedding_is_named(tmp_path: Path, content: object, message: str) -> None:
    torch.save(content, tmp_path / "en-us.pth")
    with pytest.raises(UnusableCheckpoint, match=rf"en-us\.pth.*{message}"):
        checkpoint.read_base_speakers(tmp_path, 16)

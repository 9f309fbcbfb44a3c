"""MeloTTS checkpoints of any size load strictly, in upstream's form and in ours."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from engines.melo import checkpoint
from engines.melo.checkpoint import MeloCheckpoint
from engines.melo.config import MeloConfig
from engines.melo.request import MeloInput, SpeechRequest
from engines.melo.synthesis import MeloSynthesizer, Spoken
from engines.nn.checkpoint import UnusableCheckpoint, fingerprint, read_upstream
from engines.nn.names import translate_name
from engines.nn.noise import SeededNoise
from tests.engines.melo.conftest import GOLDEN

UNUSED_PARAMETERS = 9_683_477  # upstream's parameters that inference never uses


def full_size() -> tuple[MeloConfig, dict[str, torch.Tensor]]:
    """The published model's config, and its tensors without their values."""
    listed = json.loads((GOLDEN / "fullsize" / "melotts.json").read_text())["state_dict"]
    text = (GOLDEN / "fullsize" / "melotts.config.json").read_text()
    tensors = {name: torch.empty(entry["shape"], device="meta") for name, entry in listed.items()}
    return MeloConfig.model_validate_json(text), tensors


def count(tensors: dict[str, torch.Tensor]) -> int:
    return sum(tensor.numel() for tensor in tensors.values())


def test_the_full_size_key_list_loads_strictly() -> None:
    config, tensors = full_size()
    network = checkpoint.build(config, tensors, "full size")
    assert len(tensors) == 1051
    gains = sum(tensor.numel() for name, tensor in tensors.items() if name.endswith("weight_g"))
    unused = {k: v for k, v in tensors.items() if k.startswith(checkpoint.UNUSED)}
    assert count(unused) == UNUSED_PARAMETERS
    unused_gains = sum(v.numel() for k, v in unused.items() if k.endswith("weight_g"))
    folded = count(tensors) - UNUSED_PARAMETERS - (gains - unused_gains)
    assert count(network.state_dict()) == folded


@pytest.mark.parametrize(
    "name",
    [
        "emb_g.weight",
        "enc_p.encoder.attn_layers.5.emb_rel_k",
        "enc_p.encoder.norm_layers_2.0.gamma",
        "flow.flows.6.enc.ffn_layers.2.conv_2.bias",
        "sdp.flows.7.convs.norms_1.2.beta",
        "dp.cond.weight",
        "dec.conv_post.weight",
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
    tensors["dec.extra.weight"] = torch.empty(1, device="meta")
    with pytest.raises(UnusableCheckpoint, match=r"unexpected: dec\.extra\.weight$"):
        checkpoint.build(config, tensors, "full size")


def test_another_table_of_symbols_is_noticed() -> None:
    config, tensors = full_size()
    shorter = config.model_copy(update={"symbols": config.symbols[:-1]})
    with pytest.raises(UnusableCheckpoint, match=r"text_encoder\.phones\.weight \(219, 192\)"):
        checkpoint.build(shorter, tensors, "full size")


def test_ours_holds_the_same_network(tiny: MeloCheckpoint, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    checkpoint.save_own(tiny, path)
    again = checkpoint.load(path)
    assert again.config == tiny.config
    assert again.version == tiny.version
    weights = again.network.state_dict()
    assert list(weights) == list(tiny.network.state_dict())
    assert all(torch.equal(weights[k], v) for k, v in tiny.network.state_dict().items())
    assert not again.network.training


@pytest.mark.parametrize("longer", [0, 1, 12, 40])
def test_a_seed_gives_the_same_bits_from_either_file(
    tiny: MeloCheckpoint, tmp_path: Path, longer: int
) -> None:
    """A longer header moves every weight in the file, and must move no bit of the audio."""
    path = tmp_path / "model.safetensors"
    checkpoint.save_own(replace(tiny, version="v" * longer), path)
    phones = list(range(40))
    bert = torch.randn(768, len(phones), generator=torch.Generator().manual_seed(1))
    text = MeloInput(phones, [1] * len(phones), [2] * len(phones), bert)

    def speak(loaded: MeloCheckpoint) -> torch.Tensor:
        request = SpeechRequest(text, speaker=1, noise=SeededNoise(5))
        (spoken,) = MeloSynthesizer(loaded.network).synthesize([request])
        assert isinstance(spoken, Spoken)
        return spoken.samples

    assert torch.equal(speak(tiny), speak(checkpoint.load(path)))


def test_another_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.safetensors"
    shutil.copy(GOLDEN / "tiny_melotts" / "t3_shortest.safetensors", path)
    with pytest.raises(UnusableCheckpoint, match="not of the format phonex-melotts-1"):
        checkpoint.load_own(path)


def test_the_version_is_the_published_weights_fingerprint(tiny: MeloCheckpoint) -> None:
    tensors = read_upstream(GOLDEN / "tiny_melotts" / "checkpoint.pth")
    assert tiny.version == fingerprint(tensors)


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("model", {"resblock": "2"}),
        ("model", {"use_transformer_flow": False}),
        ("model", {"flow_share_parameter": True}),
        ("model", {"n_heads": 0}),
        ("data", {"n_speakers": 0}),
        ("data", {"spk2id": None}),
    ],
)
def test_what_we_do_not_build_is_refused(tmp_path: Path, part: str, change: dict[str, Any]) -> None:
    config = json.loads((GOLDEN / "tiny_melotts" / "config.json").read_text())
    config[part] |= change
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(UnusableCheckpoint, match=rf"(?s)config\.json.*\.{next(iter(change))}: "):
        checkpoint.load_upstream(tmp_path)


def test_the_published_config_lacks_some_keys() -> None:
    """The English one has no win_length, n_mel_channels or disable_bert."""
    config = json.loads((GOLDEN / "tiny_melotts" / "config.json").read_text())
    for key in ("win_length", "n_mel_channels", "disable_bert"):
        del config["data"][key]
    assert not MeloConfig.model_validate(config).data.disable_bert


@pytest.mark.parametrize("text", ["", "{", "[]", "{}"])
def test_an_unreadable_config_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "config.json").write_text(text)
    with pytest.raises(UnusableCheckpoint, match=r"config\.json"):
        checkpoint.load_upstream(tmp_path)

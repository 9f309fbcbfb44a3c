"""Random checkpoints in upstream's format: for load tests and benchmarks, never for listening.

Every tensor that upstream stores is there, in its shape, so they load wherever the published ones
do. Only one number is not left to chance: the mean duration of a symbol, which makes a text last as
long as a trained checkpoint would make it.
"""

from __future__ import annotations

import json
import math
import re
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from engines.melo.checkpoint import SAMPLED_SPLINES
from engines.melo.checkpoint import upstream_names as melo_names
from engines.melo.config import MeloConfig
from engines.melo.network import MeloNetwork
from engines.neural.published import (
    BASE_SPEAKERS,
    CHECKPOINT,
    CONFIG,
    CONVERTER_FOLDER,
    RANDOM_KEY,
    Published,
)
from engines.neural.untrained_configs import (
    BERT_SHAPES,
    SPEAKERS,
    Size,
    converter_config,
    speech_config,
)
from engines.nn import names
from engines.nn.norm import ChannelNorm
from engines.openvoice.checkpoint import upstream_names as openvoice_names
from engines.openvoice.config import ConverterConfig
from engines.openvoice.config import ModelConfig as ConverterModelConfig
from engines.openvoice.engine import base_speaker_key
from engines.openvoice.network import ENCODER_LAYERS, ConverterNetwork, PosteriorEncoder

Tensors = dict[str, Tensor]

# Where upstream keeps a weight as length and direction.
WEIGHT_NORM = re.compile(
    r"dec\.(ups|resblocks\.\d+\.convs[12])\.\d+"
    r"|(enc_q|flow\.flows\.\d+)\.enc\.(cond_layer|in_layers\.\d+|res_skip_layers\.\d+)"
    r"|ref_enc\.convs\.\d+"
)
SYMBOL_FRAMES = 1.8  # before rounding up; a blank counts as a symbol
SDP_REST = 0.8  # share of the expected durations, in which it is set
NOTE = "RANDOM_WEIGHTS.txt"
NOTE_TEXT = """\
Made by `phonex models random`: numbers drawn at random, in the format of the published model.
They speak noise. Phonex serves them only with `neural.allow_random_weights: true`, and says so.
`phonex models pull` replaces them, once this folder is deleted.
"""


def write_random(published: Published, folder: Path, size: Size) -> None:
    """All that the engine takes of one repository."""
    if published.kind == "speech":
        write_speech(folder, published.repo, size)
    elif published.kind == "converter":
        write_converter(folder, published.repo, size)
    else:
        write_bert(folder, published.repo, published.languages[0], size)


def write_speech(folder: Path, repo: str, size: Size) -> None:
    """A MeloTTS checkpoint: `config.json` and `checkpoint.pth`."""
    raw = speech_config(repo, size)
    config = MeloConfig.model_validate(raw)
    seed(repo)
    tensors = to_upstream(MeloNetwork(config), melo_names(config.model))
    tensors["dp.proj.bias"].fill_(math.log(SYMBOL_FRAMES) / SDP_REST)
    tensors |= unused_in_speech(tensors, raw)
    write(folder, raw, tensors)


def write_converter(folder: Path, repo: str, size: Size) -> None:
    """An OpenVoice V2 converter, and the embeddings of all base speakers."""
    raw = converter_config(size)
    config = ConverterConfig.model_validate(raw)
    seed(repo)
    tensors = to_upstream(ConverterNetwork(config), openvoice_names(config.model))
    write(folder / CONVERTER_FOLDER, raw, tensors)
    speakers = folder / BASE_SPEAKERS
    speakers.mkdir(parents=True, exist_ok=True)
    for speaker in (name for many in SPEAKERS.values() for name in many):
        embedding = 0.1 * torch.randn(1, config.model.gin_channels, 1)
        torch.save(embedding, speakers / f"{base_speaker_key(speaker)}.pth")


def write_bert(folder: Path, repo: str, language: str, size: Size) -> None:
    """A BERT whose word pieces are single characters."""
    from transformers import BertConfig, BertModel

    layers, heads, wide = BERT_SHAPES[size]
    pieces = vocabulary(language)
    seed(repo)
    config = BertConfig(
        vocab_size=len(pieces),
        num_hidden_layers=layers,
        num_attention_heads=heads,
        intermediate_size=wide,
    )
    setattr(config, RANDOM_KEY, True)  # saved with the rest
    folder.mkdir(parents=True, exist_ok=True)
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    (folder / "vocab.txt").write_text("".join(f"{piece}\n" for piece in pieces), "utf-8")
    tokenizer = {
        "tokenizer_class": "BertTokenizer",
        "do_lower_case": language not in ("JP", "KR"),
        "strip_accents": False,
        "model_max_length": 512,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(tokenizer), "utf-8")
    (folder / NOTE).write_text(NOTE_TEXT, "utf-8")


def vocabulary(language: str) -> list[str]:
    """Characters, at the start of words and within."""
    ranges = [(0x21, 0x7F), (0xA1, 0x180), (0x2010, 0x2040)]
    ranges += [(0x3041, 0x3100)] if language == "JP" else []
    ranges += [(0xAC00, 0xD7A4)] if language == "KR" else []
    spelled = [chr(code) for start, stop in ranges for code in range(start, stop)]
    # Ideographs are words of one character; nothing continues them.
    han = [chr(code) for code in range(0x4E00, 0xA000)] if language in ("ZH", "JP") else []
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    return [*special, *spelled, *(f"##{char}" for char in spelled), *han]


def seed(repo: str) -> None:
    """Each repository has numbers of its own, the same wherever they are made."""
    torch.manual_seed(zlib.crc32(repo.encode()))


def write(folder: Path, config: Mapping[str, Any], tensors: Tensors) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    stored = {"model": tensors, "iteration": 0, "optimizer": None, "learning_rate": 0.0}
    torch.save(stored, folder / CHECKPOINT)
    (folder / CONFIG).write_text(json.dumps({RANDOM_KEY: True, **config}, ensure_ascii=False))
    (folder / NOTE).write_text(NOTE_TEXT, "utf-8")


def to_upstream(network: nn.Module, table: names.Names) -> Tensors:
    """A network's tensors under upstream's names, weights with weight norm in two halves."""
    theirs = {ours: upstream for upstream, ours in table.items()}
    norms = {path for path, part in network.named_modules() if isinstance(part, ChannelNorm)}
    tensors: Tensors = {}
    for name, tensor in network.state_dict().items():
        module, _, role = name.rpartition(".")
        if module in norms:
            role = {"weight": "gamma", "bias": "beta"}[role]
        upstream = theirs.get(name) or f"{theirs[module]}.{role}"
        tensors |= halves(upstream, tensor)
    return tensors


def halves(name: str, tensor: Tensor) -> Tensors:
    module, _, role = name.rpartition(".")
    if role != "weight" or not WEIGHT_NORM.fullmatch(module):
        return {name: tensor}
    length = tensor.flatten(1).norm(dim=1).view(-1, *[1] * (tensor.dim() - 1))  # (first, 1, ...)
    return {f"{name}_g": length, f"{name}_v": tensor}


def unused_in_speech(tensors: Tensors, config: Mapping[str, Any]) -> Tensors:
    """What upstream stores beside, and inference never touches."""
    bins = config["data"]["filter_length"] // 2 + 1
    encoder = PosteriorEncoder(bins, ConverterModelConfig.model_validate(config["model"]))
    table = {"pre": "enter", "proj": "leave"} | names.under(
        "enc", "wavenet", names.wavenet_names(ENCODER_LAYERS)
    )
    unused = to_upstream(encoder, {f"enc_q.{theirs}": ours for theirs, ours in table.items()})
    width = len(tensors["sdp.pre.bias"])
    unused["sdp.post_pre.weight"] = torch.randn(width, 1, 1)
    unused["sdp.post_pre.bias"] = torch.zeros(width)
    spline, affine = f"sdp.flows.{SAMPLED_SPLINES[0]}.", "sdp.flows.0."
    copies = [("sdp.proj.", "sdp.post_proj."), ("sdp.convs.", "sdp.post_convs.")]
    copies += [(spline, "sdp.flows.1."), (affine, "sdp.post_flows.0.")]
    copies += [(spline, f"sdp.post_flows.{place}.") for place in (1, *SAMPLED_SPLINES)]
    for source, target in copies:
        for name, tensor in tensors.items():
            if name.startswith(source):
                unused[target + name.removeprefix(source)] = torch.randn_like(tensor)
    return unused

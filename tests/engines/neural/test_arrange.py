"""However the networks are arranged, they say the same; what cannot work is an error at start."""

from __future__ import annotations

import shutil

import pytest
import torch

from config.engine_settings import NeuralSettings
from engines.errors import EngineUnavailable
from engines.neural.arrange import Arrangement, CompiledDecoder, arrange, chunking
from engines.neural.device import prepare_device
from engines.nn.chunks import Chunking, decode
from engines.nn.hifigan import CutTail, HifiGan, MaskTail
from engines.nn.wide import WideHifiGan
from tests.engines.nn.shapes import FULL_MELO, lively, narrow_decoder

CPU = torch.device("cpu")
BF16 = bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def pieces() -> tuple[list[torch.Tensor], list[torch.Tensor]]:
    torch.manual_seed(2)
    return [torch.randn(3, length) for length in (5, 40, 90)], [torch.randn(2, 1)] * 3


def noise_db(exact: torch.Tensor, other: torch.Tensor) -> float:
    """Signal to noise of `other`."""
    return float(10 * torch.log10(exact.square().mean() / (exact - other).square().mean()))


def test_channels_last_is_exact() -> None:
    latents, speakers = pieces()
    plain = decode(narrow_decoder(), latents, speakers, Chunking(50, 200, 16))
    wide = decode(WideHifiGan(narrow_decoder()), latents, speakers, Chunking(50, 200, 16))
    for one, other in zip(plain, wide, strict=True):
        assert (one - other).abs().max() <= 2e-5


@pytest.mark.skipif(not BF16, reason="the processor has no bfloat16")
def test_bfloat16_keeps_35_db() -> None:
    """With as many channels as the published decoders have: fewer would average less noise out."""
    torch.manual_seed(1)
    decoder = lively(HifiGan(FULL_MELO))
    latent, speaker = torch.randn(1, 192, 16), torch.randn(1, 256, 1)
    exact = decoder(latent, speaker)
    half = WideHifiGan(decoder, torch.bfloat16)(latent, speaker)
    assert half.dtype == torch.float32
    assert noise_db(exact, half) >= 35


def test_both_tails_say_the_same() -> None:
    decoder = narrow_decoder()
    latents = torch.randn(2, 3, 20)
    latents[0, :, 7:] = 0
    speakers = torch.randn(2, 2, 1)
    mask = torch.ones(2, 1, 20)
    mask[0, :, 7:] = 0
    cut = decoder(latents, speakers, CutTail([7, 20], 20))
    masked = decoder(latents, speakers, MaskTail(mask))
    bare = decoder(latents, speakers)
    kept = 7 * decoder.shape.hop
    assert (cut - masked)[0, :kept].abs().max() <= 1e-6
    assert (cut - masked)[1].abs().max() <= 1e-6
    assert (cut - bare)[0, :kept].abs().max() > 1e-3  # without a tail it sees biases


def test_a_network_is_arranged_once() -> None:
    network = torch.nn.Module()
    network.decoder = narrow_decoder()
    arranged = arrange(network, Arrangement(CPU), Chunking())
    assert isinstance(arranged.decoder, WideHifiGan)
    compiled = torch.nn.Module()
    compiled.decoder = CompiledDecoder(narrow_decoder(), "inductor")
    with pytest.raises(TypeError, match="arranged before"):
        arrange(compiled, Arrangement(CPU), Chunking())


def test_compiled_decoders_have_one_width() -> None:
    settings = NeuralSettings(compile="inductor")
    limits = chunking(settings)
    assert limits.step == limits.frames + 2 * HifiGan(narrow_decoder().shape).shape.context


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (NeuralSettings(device="cpu", compile="cuda-graphs"), "cuda-graphs"),
        (NeuralSettings(device="cpu", compile="inductor"), "C\\+\\+ compiler"),
        (NeuralSettings(device="cpu", precision="bf16"), "precision is bf16"),
        (NeuralSettings(device="cpu", precision="fp16"), "precision is fp16"),
    ],
)
def test_what_cannot_work_here_is_an_error_at_start(
    wrong: NeuralSettings, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", lambda: False)
    monkeypatch.setattr(torch.ops.mkldnn, "_is_mkldnn_fp16_supported", lambda: False)
    with pytest.raises(EngineUnavailable, match=said):
        prepare_device(wrong)

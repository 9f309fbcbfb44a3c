"""What each lever of the decoder gives, and how far it is from fp32 as written.

Full-size decoders of one thread, over windows of one width. Their weights are drawn so that signals
keep their size from layer to layer; error and signal-to-noise ratio are against the plain fp32
network. Rounds alternate, and the median of the rounds is the speed.
`python -m benchmarks.precision --compile` adds the compiled forms.
"""

from __future__ import annotations

import copy
import shutil
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from benchmarks.__main__ import show
from engines.neural.arrange import CompiledDecoder
from engines.neural.device import keep_freed_memory
from engines.nn.hifigan import HifiGan
from engines.nn.wide import WideHifiGan
from tests.engines.nn.shapes import FULL_MELO, lively

FRAMES, ROUNDS, SEED = 192, 5, 1
SAMPLE_RATE = 44_100


def measure(compiled: bool = False) -> list[dict[str, Any]]:
    """`compiled`: the compiled forms, too, which takes minutes to make."""
    torch.set_num_threads(1)
    keep_freed_memory()
    torch.manual_seed(SEED)
    plain = lively(HifiGan(FULL_MELO))
    latent = torch.randn(1, FULL_MELO.latent, FRAMES)
    speaker = torch.randn(1, FULL_MELO.speaker, 1)
    levers = make_levers(plain, compiled)
    audio_s = FRAMES * FULL_MELO.hop / SAMPLE_RATE
    with torch.inference_mode():
        waves = {name: decoder(latent, speaker).float() for name, decoder in levers.items()}
        taken: dict[str, list[float]] = {name: [] for name in levers}
        for _ in range(ROUNDS):
            for name, decoder in levers.items():
                taken[name].append(seconds(lambda: decoder(latent, speaker)))  # noqa: B023  called here
    exact = waves["as written, fp32"]
    rows = []
    for name, times in taken.items():
        gains = [first / own for first, own in zip(taken["as written, fp32"], times, strict=True)]
        rows.append(
            {
                "decoder": name,
                "s per s of audio, median": statistics.median(times) / audio_s,
                "best": min(times) / audio_s,
                "gain, median": statistics.median(gains),
                "greatest error": float((waves[name] - exact).abs().max()),
                "SNR, dB": snr(exact, waves[name]),
            }
        )
    return rows


def make_levers(plain: HifiGan, compiled: bool) -> dict[str, Callable[..., Tensor]]:
    def autocast(latent: Tensor, speaker: Tensor) -> Tensor:
        with torch.autocast("cpu", torch.bfloat16):
            wave: Tensor = plain(latent, speaker)
            return wave

    levers: dict[str, Callable[..., Tensor]] = {
        "as written, fp32": plain,
        "channels last, fp32": WideHifiGan(copy.deepcopy(plain)),
    }
    if torch.ops.mkldnn._is_mkldnn_bf16_supported():
        levers["as written, bf16 autocast"] = autocast
        levers["channels last, bf16"] = WideHifiGan(copy.deepcopy(plain), torch.bfloat16)
    if torch.ops.mkldnn._is_mkldnn_fp16_supported():
        levers["channels last, fp16"] = WideHifiGan(copy.deepcopy(plain), torch.float16)
    if compiled and shutil.which("g++"):
        levers["channels last, fp32, inductor"] = CompiledDecoder(
            WideHifiGan(copy.deepcopy(plain)), "inductor"
        )
        if torch.ops.mkldnn._is_mkldnn_bf16_supported():
            levers["channels last, bf16, inductor"] = CompiledDecoder(
                WideHifiGan(copy.deepcopy(plain), torch.bfloat16), "inductor"
            )
    return levers


def seconds(run: Callable[[], Any]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def snr(exact: Tensor, other: Tensor) -> float:
    error = (exact - other).double().square().mean().clamp_min(1e-30)
    return float(10 * torch.log10(exact.double().square().mean() / error))


if __name__ == "__main__":
    show("precision", measure("--compile" in sys.argv))

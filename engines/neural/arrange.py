"""How loaded networks are arranged for the device and the precision that the settings name.

Symbols become durations in float32 always, so that a text lasts equally long in any precision. What
comes after, flows, posterior encoder and decoder, may run in 16 bits. The decoder, which is nine
tenths of the work, has its channels last on a CPU and in 16 bits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import torch
from torch import Tensor, nn

from config.engine_settings import NeuralSettings
from engines.nn.chunks import Chunking
from engines.nn.hifigan import CutTail, HifiGan, MaskTail, Tail, no_tail
from engines.nn.masks import length_mask, round_up
from engines.nn.wide import WideHifiGan

Compile = Literal["off", "inductor", "cuda-graphs"]
DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
# How `torch.compile` is told: the second one records a graph for each shape.
MODES: dict[Compile, str] = {"inductor": "default", "cuda-graphs": "reduce-overhead"}
MOST_GRAPHS = 64  # shapes compiled before PyTorch gives up on compiling

NetworkT = TypeVar("NetworkT", bound=nn.Module)


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Where networks run, and how."""

    device: torch.device
    dtype: torch.dtype = torch.float32
    compile: Compile = "off"

    @property
    def backend(self) -> str:
        """For `/health`."""
        said = [f"torch {torch.__version__}"]
        said += [name for name, dtype in DTYPES.items() if dtype is self.dtype != torch.float32]
        said += [self.compile] if self.compile != "off" else []
        return " ".join(said)


class Autocast(nn.Module):
    """A part that computes in 16 bits where that is safe, and answers in float32."""

    def __init__(self, part: nn.Module, arrangement: Arrangement) -> None:
        super().__init__()
        self.part = part
        self.arrangement = arrangement

    def forward(self, *inputs: Any, **options: Any) -> Tensor:
        with torch.autocast(self.arrangement.device.type, self.arrangement.dtype):
            answer: Tensor = self.part(*inputs, **options)
        return answer.float()


class CompiledDecoder(nn.Module):
    """A decoder as a compiled graph for each shape: batches are filled up to a power of two, so
    that there are few."""

    takes_tail = True

    def __init__(self, decoder: HifiGan, how: Compile) -> None:
        super().__init__()
        self.shape = decoder.shape
        torch._dynamo.config.recompile_limit = MOST_GRAPHS

        def masked(latent: Tensor, speaker: Tensor, mask: Tensor) -> Tensor:
            wave: Tensor = decoder(latent, speaker, MaskTail(mask))
            return wave

        self.compiled = torch.compile(masked, dynamic=False, mode=MODES[how])

    def forward(self, latent: Tensor, speaker: Tensor, tail: Tail = no_tail) -> Tensor:
        """As `HifiGan.forward`. Of the tails it takes `CutTail`, or none."""
        items, _, frames = latent.shape
        lengths = list(tail.lengths) if isinstance(tail, CutTail) else [frames] * items
        more = (1 << (items - 1).bit_length()) - items
        latent = torch.cat([latent, latent.new_zeros(more, *latent.shape[1:])])
        speaker = torch.cat([speaker, speaker.new_zeros(more, *speaker.shape[1:])])
        mask = length_mask(torch.tensor(lengths + [0] * more, device=latent.device), frames)
        # A recorded graph writes its answer to the same place the next time.
        answer: Tensor = self.compiled(latent, speaker, mask)[:items].clone()
        return answer


def arrange(network: NetworkT, arrangement: Arrangement, chunking: Chunking) -> NetworkT:
    """Move a MeloTTS network or a converter, and replace the parts that have a faster form.

    Kernels that take seconds to make are made here, before the first request.
    """
    on_device: nn.Module = network.to(arrangement.device)
    half = arrangement.dtype != torch.float32
    decoder = on_device.get_submodule("decoder")
    if not isinstance(decoder, HifiGan):
        raise TypeError(f"the decoder is a {type(decoder).__name__}, arranged before")
    if half or arrangement.device.type == "cpu":
        decoder = WideHifiGan(decoder, arrangement.dtype)
    compiled = arrangement.compile != "off"
    network.decoder = CompiledDecoder(decoder, arrangement.compile) if compiled else decoder
    for name in ("flow", "encoder"):
        if half and hasattr(network, name):
            setattr(network, name, Autocast(network.get_submodule(name), arrangement))
    if half or compiled:
        warm(network.decoder, arrangement.device, chunking)
    return network


@torch.inference_mode()
def warm(decoder: HifiGan | CompiledDecoder, device: torch.device, chunking: Chunking) -> None:
    """Decode silence at every width that there is."""
    shape = decoder.shape
    widest = chunking.frames + 2 * shape.context
    for width in range(chunking.step, round_up(widest, chunking.step) + 1, chunking.step):
        latent = torch.zeros(1, shape.latent, width, device=device)
        decoder(latent, torch.zeros(1, shape.speaker, 1, device=device), CutTail([width], width))


def chunking(settings: NeuralSettings) -> Chunking:
    """What a decoder takes at once. A compiled one takes windows of one width."""
    usual = Chunking(batch_frames=settings.max_decoder_frames)
    if settings.compile == "off":
        return usual
    return Chunking(usual.frames, usual.batch_frames, step=7 * usual.step)

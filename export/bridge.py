"""Between speaking and converting: base audio at the converter's rate, and noise as long."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from engines.openvoice.checkpoint import ConverterCheckpoint
from export.inputs import Draw, Values
from export.stages import Stage

REACH = 32  # samples of the lower rate to either side that a sample is made of
PASSED = 0.94  # of the lower rate's band; the rest is the filter's slope
KAISER_BETA = 9.0  # 90 dB


class Bridge(nn.Module):
    """Keeps every `ratio`-th sample behind a low-pass filter (a windowed sinc)."""

    def __init__(self, ratio: int, hop: int) -> None:
        super().__init__()
        self.ratio, self.hop = ratio, hop
        self.reach = REACH * ratio
        place = torch.arange(-self.reach, self.reach + 1, dtype=torch.float64)
        window = torch.kaiser_window(
            len(place), periodic=False, beta=KAISER_BETA, dtype=torch.float64
        )
        taps = torch.sinc(place * PASSED / ratio) * window
        self.taps = nn.Buffer((taps / taps.sum()).float().view(1, 1, -1))

    def forward(self, wide_samples: Tensor, latent_noise: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """wide_samples (B, n), latent_noise (B, C, N), N at least the frames that come out ->
        samples (B, n / ratio), noise (B, C, frames), frame_counts (B,) int64"""
        padded = functional.pad(wide_samples.unsqueeze(1), (self.reach, self.reach))
        samples = functional.conv1d(padded, self.taps, stride=self.ratio).squeeze(1)
        frames = samples.shape[-1] // self.hop
        counts = torch.full_like(samples[:, 0], frames, dtype=torch.long)  # (B,)
        return samples, latent_noise[:, :, :frames], counts


def bridge_stage(checkpoint: ConverterCheckpoint, speech_rate: int) -> tuple[Stage, ...]:
    """None where the rates have no whole ratio."""
    ratio, rest = divmod(speech_rate, checkpoint.config.data.sampling_rate)
    if rest or not ratio:
        return ()
    module = Bridge(ratio, checkpoint.config.data.hop_length)
    return (Stage("bridge", module, ("samples", "noise", "frame_counts"), exact=True),)


def bridge_values(draw: Draw) -> Draw:
    """A converter's inputs, and those of a bridge."""

    def with_base(batch: int, length: int) -> Values:
        values = draw(batch, length)
        samples = values["samples"]  # at some rate: it shall only be more than one frame
        return values | {
            "wide_samples": samples.repeat(1, 2),
            "latent_noise": torch.randn(batch, values["noise"].shape[1], 2 * length),
        }

    return with_base

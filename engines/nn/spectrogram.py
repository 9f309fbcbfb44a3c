"""The magnitude spectrogram both upstream projects use, by the operations that they use."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

FLOOR = 1e-6  # added to the power, so that the root has a slope at silence


@dataclass(frozen=True, slots=True)
class SpectrogramShape:
    """A short-time Fourier transform. All in samples."""

    fft: int
    hop: int
    window: int

    @property
    def bins(self) -> int:
        return self.fft // 2 + 1

    @property
    def margin(self) -> int:
        """Samples mirrored at each end, so that there is one frame for every hop."""
        return (self.fft - self.hop) // 2

    @property
    def least_samples(self) -> int:
        """The shortest audio that can be mirrored, and that fills one frame."""
        return max(self.margin + 1, self.hop)


def magnitude(samples: Tensor, shape: SpectrogramShape) -> Tensor:
    """samples (n,) -> (bins, n // hop)"""
    margin = shape.margin
    mirrored = functional.pad(samples.unsqueeze(0), (margin, margin), mode="reflect")
    spectrum = torch.stft(
        mirrored.squeeze(0),
        shape.fft,
        hop_length=shape.hop,
        win_length=shape.window,
        window=torch.hann_window(shape.window, device=samples.device),
        center=False,
        return_complex=True,
    )  # complex (bins, n // hop)
    power = torch.view_as_real(spectrum).square().sum(-1)  # (bins, n // hop)
    return (power + FLOOR).sqrt()

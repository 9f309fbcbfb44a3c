"""GE2E on NumPy: speech to a direction in which one speaker lies, whatever is said.

Three LSTM layers over 1.6 s of mel bands, a linear layer, ReLU, and length one; the mean over
windows of the speech stands for its speaker (Wan et al. 2018).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Self

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file

from engines.audio.resample import resample
from engines.base import Samples, Waveform
from engines.errors import EngineUnavailable
from engines.speaker.mel import BANDS, HOP, RATE, Mels, mel
from engines.speaker.published import FILE, FOLDER, TENSORS

MODEL = "GE2E"
LAYERS, HIDDEN = 3, 256
WINDOW = 160  # frames, 1.6 s: the length it was trained with
MOST_WINDOWS = 2  # of a clip, spread over it: more cost time and tell people apart no better
SILENT = 1e-4  # of the loudest frame's power, 40 dB: such frames are no speech
LONGEST_PAUSE = 8  # frames of silence in a row that are heard; the rest of a pause is left out
SHORTEST = 40  # frames of speech, 0.4 s, below which there is no telling
LONGEST_S = 60.0  # of one clip; the middle of a longer one is heard

Voiceprint = Samples
"""float32 (256,), of length one."""


class SpeakerEncoder:
    """Made once, used from many threads."""

    _path: Path | None = None  # of the weights

    def __init__(self, tensors: Mapping[str, Samples]) -> None:
        """Raises `EngineUnavailable` where the tensors are not GE2E's."""
        for name, (_, shape) in TENSORS.items():
            if name not in tensors or tensors[name].shape != shape:
                raise EngineUnavailable(f"the speaker encoder's {name} is not {shape}")
        self._layers = [
            (
                _ordered(tensors[f"lstm.weight_ih_l{n}"]),
                _ordered(tensors[f"lstm.weight_hh_l{n}"]),
                _ordered(tensors[f"lstm.bias_ih_l{n}"] + tensors[f"lstm.bias_hh_l{n}"]),
            )
            for n in range(LAYERS)
        ]
        self._weight = np.ascontiguousarray(tensors["linear.weight"].T)
        self._bias = tensors["linear.bias"]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Raises `EngineUnavailable` where the file is damaged."""
        try:
            encoder = cls(load_file(path))
        except (OSError, SafetensorError) as error:
            raise EngineUnavailable(f"{path} cannot be read: {error}") from error
        encoder._path = path
        return encoder

    def __getstate__(self) -> dict[str, object]:
        """Another process reads the weights itself, once."""
        return {"_path": self._path} if self._path else self.__dict__

    def __setstate__(self, state: dict[str, object]) -> None:
        path = state.get("_path")
        self.__dict__.update(_loaded(path).__dict__ if isinstance(path, Path) else state)

    def encode(self, waves: Sequence[Waveform]) -> Voiceprint | None:
        """The one speaker of all waves; None where there is too little speech to tell."""
        heard = [_speech(wave) for wave in waves]
        long = [frames for frames in heard if len(frames) >= SHORTEST]
        if not long and heard:
            long = [one for one in [np.concatenate(heard)] if len(one) >= SHORTEST]
        if not long:
            return None
        return _unit(np.concatenate([self._embed(_windows(one)) for one in long]).mean(axis=0))

    def _embed(self, windows: Mels) -> Samples:
        """Mel bands (B, T, BANDS) to directions (B, HIDDEN)."""
        sequence = windows.transpose(1, 2, 0)  # (T, inputs, B)
        for layer in self._layers:
            sequence = _lstm(sequence, *layer)  # (T, HIDDEN, B)
        last = np.maximum(sequence[-1].T @ self._weight + self._bias, 0.0)  # (B, HIDDEN)
        return np.asarray(last / (np.linalg.norm(last, axis=1, keepdims=True) + 1e-9), np.float32)


@lru_cache(maxsize=1)
def _loaded(path: Path) -> SpeakerEncoder:
    return SpeakerEncoder.load(path)


def find_encoder(folders: Sequence[Path]) -> SpeakerEncoder | None:
    """The encoder out of the first of the models' folders that has it.

    Raises:
        EngineUnavailable: it is damaged.
    """
    for folder in folders:
        if (path := folder / FOLDER / FILE).is_file():
            return SpeakerEncoder.load(path)
    return None


def cosine(one: Voiceprint, other: Voiceprint) -> float:
    """How alike: 1 is the same direction."""
    return float(np.dot(one, other))


def least_alike(encoder: SpeakerEncoder, clips: Sequence[Waveform]) -> float | None:
    """The cosine of the clip that is least like the rest with that; None of fewer than two."""
    prints = [one for one in (encoder.encode([clip]) for clip in clips) if one is not None]
    if len(prints) < 2:
        return None
    total = sum(prints[1:], prints[0])
    rests = [(total - one) / max(1e-9, float(((total - one) ** 2).sum()) ** 0.5) for one in prints]
    return min(cosine(one, rest) for one, rest in zip(prints, rests, strict=True))


def _speech(wave: Waveform) -> Mels:
    """Mel bands (frames, BANDS) of one clip, its long pauses left out."""
    samples = resample(_middle(wave), RATE).samples
    if len(samples) < HOP or not np.isfinite(samples).all():
        return np.zeros((0, BANDS), np.float32)
    frames = mel(samples)
    power = frames.sum(axis=1)
    silent = power <= SILENT * power.max()
    since = np.arange(len(frames)) - np.maximum.accumulate(
        np.where(silent, -1, np.arange(len(frames)))
    )
    return frames[since <= LONGEST_PAUSE]


def _middle(wave: Waveform) -> Waveform:
    length = round(LONGEST_S * wave.sample_rate)
    start = max(0, len(wave.samples) - length) // 2
    return Waveform(wave.samples[start : start + length], wave.sample_rate)


def _windows(frames: Mels) -> Mels:
    """Windows (B, T, BANDS) that cover the speech by halves, evenly, up to `MOST_WINDOWS`."""
    if len(frames) <= WINDOW:
        return frames[np.newaxis]
    last = len(frames) - WINDOW
    count = min(MOST_WINDOWS, 1 + -(-last // (WINDOW // 2)))
    starts = np.linspace(0, last, count).round().astype(int)
    return np.stack([frames[start : start + WINDOW] for start in starts])


def _lstm(sequence: Samples, inputs: Samples, recurrent: Samples, bias: Samples) -> Samples:
    """One layer over (T, inputs, B) to (T, HIDDEN, B), with the gates of `_ordered`. The batch is
    small and comes last: so a step is read through the weights once."""
    steps, _, batch = sequence.shape
    driven = inputs @ sequence + bias[:, np.newaxis]  # (T, 4 * HIDDEN, B)
    hidden = np.zeros((HIDDEN, batch), np.float32)
    cell = np.zeros((HIDDEN, batch), np.float32)
    out = np.empty((steps, HIDDEN, batch), np.float32)
    for step in range(steps):
        gates = driven[step]  # (4 * HIDDEN, B)
        gates += recurrent @ hidden
        np.tanh(gates, out=gates)
        open_ = gates[: 3 * HIDDEN]
        open_ *= 0.5
        open_ += 0.5
        cell *= gates[HIDDEN : 2 * HIDDEN]
        cell += gates[:HIDDEN] * gates[3 * HIDDEN :]
        hidden = out[step]
        np.multiply(gates[2 * HIDDEN : 3 * HIDDEN], np.tanh(cell), out=hidden)
    return out


def _ordered(tensor: Samples) -> Samples:
    """PyTorch's gates (in, keep, new, out) as in, keep, out, new along the first axis, those of a
    sigmoid halved: it is 0.5 tanh(x / 2) + 0.5, so that one tanh serves all four."""
    ingoing, kept, new, outgoing = np.split(tensor, 4)
    return np.concatenate([0.5 * ingoing, 0.5 * kept, 0.5 * outgoing, new]).astype(np.float32)


def _unit(vector: Samples) -> Voiceprint:
    return np.asarray(vector / (np.linalg.norm(vector) + 1e-9), np.float32)

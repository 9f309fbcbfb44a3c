"""The network on ONNX Runtime: phones and a style to samples, one run at a time in each thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from engines.base import Samples
from engines.errors import EngineError, EngineUnavailable
from engines.heap import give_back
from engines.kokoro.durations import DURATIONS, with_durations
from engines.kokoro.halves import BESIDE, BETWEEN, Foretold, Halves
from engines.kokoro.parsing import parse
from engines.kokoro.products import replace_convolutions
from engines.kokoro.session import TYPES, Session
from engines.kokoro.spectrum import replace_transforms
from engines.kokoro.symbols import BOUNDARY, MAX_PHONES

SAMPLE_RATE = 24_000  # Hz
FRAME = 600  # samples, in which the network counts durations
# Of one run: two say a text alone in 0.6 of the time that one takes, and many texts side by side in
# 1.2 of it.
THREADS = 2
SILENT = 0.003  # of full scale: what the model makes before and after speech
KEPT_S = 0.03  # of the silence at both ends


@dataclass(frozen=True, slots=True)
class Run:
    """What the network made of some phones."""

    samples: Samples  # float32 (T,) at `SAMPLE_RATE`
    bounds: Sequence[float]  # seconds at which each phone begins, and the last ends; or nothing

    def later(self, seconds: float) -> list[float]:
        return [bound + seconds for bound in self.bounds]


class Network:
    """May be run from many threads at once; each run uses `THREADS`.

    Args:
        model: an ONNX file with inputs for phones (1, N), style (1, 256) and speed (1,), whatever
            their names.
        device: "cuda" where ONNX Runtime has it, else "cpu".
    Raises:
        EngineUnavailable: it cannot be loaded.
    """

    def __init__(self, model: Path, device: str = "cpu") -> None:
        import onnxruntime

        available = onnxruntime.get_available_providers()
        on_cuda = device == "cuda" and "CUDAExecutionProvider" in available
        self.device = "cuda" if on_cuda else "cpu"
        self._sounding: Session | None = None
        try:
            self._load(model, on_cuda=on_cuda)
        except Exception as error:
            raise EngineUnavailable(f"Kokoro's model cannot be loaded: {error}") from error
        give_back()  # what reading and cutting the file took
        self._tokens, self._style, self._speed = _inputs(self._first.inputs)

    def _load(self, path: Path, *, on_cuda: bool) -> None:
        load = partial(Session, threads=THREADS, on_cuda=on_cuda)
        published = path.read_bytes()
        model = with_durations(published) or published
        parsed = parse(model)
        if parsed is None:
            # By its path where nothing was added: its weights may stand in files beside it.
            self._first = load(path if model is published else model)
            return
        replace_transforms(parsed)
        if not on_cuda:
            replace_convolutions(parsed)
        try:
            halves = Halves(parsed)
        except LookupError:
            self._first = load(parsed.SerializeToString())
            return
        self._first = load(halves.foretelling())
        self._sounding = load(halves.sounding(self._first.types_of(BETWEEN)))

    def run(
        self,
        phones: Sequence[int],
        style: Samples,
        speed: float,
        wanted: tuple[int, int] | None = None,
    ) -> Run:
        """Samples in [-1, 1], the silence at their ends cut to 30 ms.

        Args:
            phones: numbers of up to 510 phones.
            style: (510, 256), of which the row for so many phones is taken.
            speed: 2.0 speaks twice as fast.
            wanted: the first phone that is to be heard, and the one after the last: of the others
                no more than a third of a second need be there. Not all graphs can leave them out.
        Raises:
            EngineError: the network failed, or made nothing that can be heard.
        """
        if not 0 < len(phones) <= MAX_PHONES:
            raise EngineError(f"{len(phones)} phones; 1 to {MAX_PHONES} can be said at once")
        inputs = {
            self._tokens: np.array([[BOUNDARY, *phones, BOUNDARY]]),
            self._style: style[len(phones) - 1][np.newaxis],
            self._speed: np.array([speed]),
        }
        try:
            made, durations, skipped = self._make(inputs, wanted)
        except Exception as error:
            raise EngineError(f"Kokoro failed: {error}") from error
        samples = np.clip(np.asarray(made, dtype=np.float32).reshape(-1), -1.0, 1.0)
        if not np.isfinite(samples).all():
            raise EngineError("Kokoro made samples that are no numbers")
        first, last = heard(samples)
        return Run(samples[first:last], _bounds(durations, skipped, first, last))

    def _make(
        self, inputs: Mapping[str, Any], wanted: tuple[int, int] | None
    ) -> tuple[Any, npt.NDArray[np.float32] | None, int]:
        """The sound, the frames of each phone where they are known, and how many frames before the
        first sample were not made."""
        made = self._first.run(inputs)
        if self._sounding is None:
            sound = made[self._first.outputs[0]]
            return sound, _durations(made, np.size(sound) / FRAME), 0
        foretold = Foretold({name: made[name] for name in BETWEEN})
        durations = _durations(made, foretold.frames)
        first, last = foretold.to_make(*_within(durations, foretold.frames, wanted))
        sound = self._sounding.run({**inputs, **foretold.only(first, last).values})
        return sound[self._sounding.outputs[0]], durations, first


def heard(samples: Samples) -> tuple[int, int]:
    """Where the silence at the start ends and that at the end begins, but for a little.

    Raises:
        EngineError: there is nothing else.
    """
    loud = np.flatnonzero(np.abs(samples) > SILENT)
    if not len(loud):
        raise EngineError("Kokoro said nothing")
    kept = round(KEPT_S * SAMPLE_RATE)
    return max(0, int(loud[0]) - kept), min(len(samples), int(loud[-1]) + kept)


def _durations(made: Mapping[str, Any], frames: float) -> npt.NDArray[np.float32] | None:
    """Frames of each phone and of both ends; None where they do not add up, as in another graph."""
    if DURATIONS not in made:
        return None
    durations: npt.NDArray[np.float32] = made[DURATIONS].reshape(-1)
    return durations if durations.sum() == frames else None


def _within(
    durations: npt.NDArray[np.float32] | None, frames: int, wanted: tuple[int, int] | None
) -> tuple[int, int]:
    """The frames in which the wanted phones are heard; all where nobody says which, or when."""
    if wanted is None or durations is None:
        return 0, frames
    starts = np.cumsum(durations).astype(int)[:-1]  # of each phone, and of the last boundary
    first, last = wanted
    return (
        # What is said may begin before its first phone does.
        max(0, int(starts[first]) - BESIDE) if first > 0 else 0,
        min(frames, int(starts[last]) + BESIDE) if last < len(starts) - 1 else frames,
    )


def _bounds(
    durations: npt.NDArray[np.float32] | None, skipped: int, first: int, last: int
) -> list[float]:
    """Seconds after sample `first` at which each phone begins, and the last one ends."""
    if durations is None:
        return []
    ends = FRAME * (np.cumsum(durations)[:-1] - skipped)  # of the boundary and of each phone
    inside = np.clip(ends, first, last) - first
    return [float(sample) / SAMPLE_RATE for sample in inside]


def _inputs(inputs: Sequence[Any]) -> tuple[str, str, str]:
    """Names of the inputs for phones, style and speed: publishers of the graph call them
    differently, but not two are alike."""
    tokens = [one.name for one in inputs if "int" in one.type and len(one.shape) == 2]
    style = [one.name for one in inputs if "float" in one.type and len(one.shape) == 2]
    speed = [one.name for one in inputs if len(one.shape) == 1]
    known = all(one.type in TYPES for one in inputs)
    if not (known and len(tokens) == len(style) == len(speed) == 1):
        raise EngineUnavailable("the file is no model of Kokoro: it has other inputs")
    return tokens[0], style[0], speed[0]

"""Voice embedding and tone conversion on the WORLD vocoder: no weights, ten times real time."""

from __future__ import annotations

from collections.abc import Sequence

from engines.base import Conversion, EngineInfo, VoiceEmbedding, Waveform
from engines.embedded.analysis import RATE
from engines.embedded.base_speakers import base_speakers
from engines.embedded.embedding import ENGINE, VERSION, check, mean
from engines.errors import EngineError
from engines.workers.pool import WorkerPool

MAX_SEMITONES = 24

NOTE = "pitch and long-term spectrum follow the target; articulation stays the base speaker's"


def info() -> EngineInfo:
    return EngineInfo(
        name=ENGINE,
        version=VERSION,
        backend="WORLD",
        device="cpu",
        sample_rate=RATE,
        note=NOTE,
        base_speakers=base_speakers(),
    )


class WorldEmbedding:
    """An `EmbeddingEngine`. `embed` may be called from many threads at once."""

    def __init__(self, workers: int, item_timeout_s: float) -> None:
        self.info = info()
        self._pool = WorkerPool("engines.embedded.world_worker:embed", workers, item_timeout_s)

    def embed(self, batch: Sequence[Waveform]) -> list[VoiceEmbedding | EngineError]:
        """An embedding for each stretch, or `UnusableSpeech` in its place."""
        return self._pool.map(batch)

    def mean(self, embeddings: Sequence[VoiceEmbedding]) -> VoiceEmbedding:
        """Weighted by voiced seconds. Raises `EmbeddingMismatch`; `ValueError` when empty."""
        return mean(embeddings)

    def check(self) -> None:
        self._pool.check()

    def close(self) -> None:
        self._pool.close()


class WorldConversion:
    """A `ConversionEngine`. `convert` may be called from many threads at once.

    The result is a function of the conversion alone, and as long as its source.
    """

    def __init__(self, workers: int, item_timeout_s: float) -> None:
        self.info = info()
        self._pool = WorkerPool("engines.embedded.world_worker:convert", workers, item_timeout_s)

    def convert(self, batch: Sequence[Conversion]) -> list[Waveform | EngineError]:
        """Audio at `info.sample_rate` for each conversion, or the error in its place."""
        return self._pool.map_accepted(batch, refusal)

    def check(self) -> None:
        self._pool.check()

    def close(self) -> None:
        self._pool.close()


def refusal(conversion: Conversion) -> EngineError | None:
    try:
        check(conversion.target)
    except EngineError as error:
        return error
    if not abs(conversion.pitch) <= MAX_SEMITONES:
        return EngineError(f"pitch {conversion.pitch:g} is beyond {MAX_SEMITONES} semitones")
    return None

"""Whether a speaker encoder tells people apart, and what its cosines mean: the calibration.

`python -m benchmarks similarity` takes the recordings of ten people in tests/data/speakers, four of
each; `PHONEX_SPEAKERS` names another folder, of files called by their speaker and a dash. For every
clip a voice is learnt from the speaker's other clips, and compared with it; and with the voices of
all others. The quantiles are those of engines/speaker/calibration.py.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import judges
from config.settings import Settings
from engines import registry
from engines.audio.decode import decode
from engines.base import EmbeddingEngine, VoiceEmbedding, Waveform
from engines.errors import EngineError
from engines.nearest import DISTANCES
from engines.speaker.encoder import MODEL, SpeakerEncoder, Voiceprint, cosine

SPEAKERS = Path(__file__).parents[1] / "tests" / "data" / "speakers"
STEPS = 20  # between quantiles
UNKNOWN = -1.0  # where a clip is too short for the judge

Clips = Mapping[str, Sequence[Waveform]]
"""By speaker."""
Likeness = Callable[[Sequence[Waveform], Waveform], float]
"""Of a voice, by its recordings, and a clip: the more, the more alike."""


@dataclass(frozen=True, slots=True)
class Compared:
    same: list[float]
    others: list[float]
    right: float  # share of clips that are nearer to their own voice than to any other
    seconds: float  # for one likeness, whose voice's recordings count as clips

    def quantiles(self) -> tuple[list[float], list[float]]:
        at = np.linspace(0, 1, STEPS + 1)
        same, others = np.quantile(self.same, at), np.quantile(self.others, at)
        return [round(float(one), 3) for one in same], [round(float(one), 3) for one in others]


def measure() -> list[dict[str, Any]]:
    clips = read_clips(Path(os.environ.get("PHONEX_SPEAKERS") or SPEAKERS))
    rows = []
    for name, likeness in _judges():
        found = compare(clips, likeness)
        rows.append(_row(name, found))
        if name == MODEL:
            same, others = found.quantiles()
            print(f"SAME = {tuple(same)}\nOTHERS = {tuple(others)}")
    return rows


def read_clips(folder: Path) -> Clips:
    """The clips of each speaker. Files are named by speaker, a dash, and anything."""
    limits = Settings().limits
    clips: dict[str, list[Waveform]] = {}
    for path in sorted(folder.iterdir()):
        if "-" in path.name:
            clips.setdefault(path.name.partition("-")[0], []).append(decode(path, limits))
    return clips


def compare(clips: Clips, likeness: Likeness) -> Compared:
    """Every clip with its speaker's other clips, and with all clips but one of everybody else."""
    same: list[float] = []
    others: list[float] = []
    right = compared = 0
    began = time.perf_counter()
    for speaker, own in clips.items():
        for index, clip in enumerate(own):
            rest = [one for n, one in enumerate(own) if n != index]
            same.append(likeness(rest, clip))
            foreign = [likeness(of[1:], clip) for name, of in clips.items() if name != speaker]
            others += foreign
            right += same[-1] > max(foreign)
            compared += 1 + len(foreign)
    seconds = (time.perf_counter() - began) / max(1, compared)
    return Compared(same, others, right / max(1, len(same)), seconds)


def _judges() -> list[tuple[str, Likeness]]:
    found: list[tuple[str, Likeness]] = []
    found.append((MODEL, by_encoder(judges.speaker_encoder())))
    for name in ("embedded", "neural"):
        settings = Settings(engine=name)
        if registry.diagnose(settings)[name].usable:
            found.append(
                (f"what {name} converts by", _by_engine(registry.create_embedding(settings)))
            )
    return found


def by_encoder(encoder: SpeakerEncoder) -> Likeness:
    """Likeness as the speaker encoder has it. It hears each clip once: a voice's clips are of one
    length here, so that the mean of them is what it makes of all together."""
    known: dict[int, Voiceprint | None] = {}

    def heard(clip: Waveform) -> Voiceprint | None:
        if id(clip) not in known:
            known[id(clip)] = encoder.encode([clip])
        return known[id(clip)]

    def likeness(voice: Sequence[Waveform], clip: Waveform) -> float:
        learnt, other = [one for one in map(heard, voice) if one is not None], heard(clip)
        if not learnt or other is None:
            return UNKNOWN
        mean = np.mean(learnt, axis=0)
        return cosine(mean / np.float32(np.linalg.norm(mean)), other)

    return likeness


def _by_engine(engine: EmbeddingEngine) -> Likeness:
    """Likeness as an engine's own embedding has it, less its distance."""
    known: dict[int, VoiceEmbedding | EngineError] = {}

    def embed(wave: Waveform) -> list[VoiceEmbedding]:
        if id(wave) not in known:
            known[id(wave)] = engine.embed([wave])[0]
        found = known[id(wave)]
        return [found] if isinstance(found, VoiceEmbedding) else []

    def likeness(voice: Sequence[Waveform], clip: Waveform) -> float:
        learnt, heard = [one for wave in voice for one in embed(wave)], embed(clip)
        if not learnt or not heard:
            return UNKNOWN
        return -DISTANCES[heard[0].engine](engine.mean(learnt), heard[0])

    return likeness


def _row(name: str, found: Compared) -> dict[str, Any]:
    same, others = np.array(found.same), np.array(found.others)
    return {
        "by": name,
        "same": f"{np.mean(same):.2f} ± {np.std(same):.2f}",
        "others": f"{np.mean(others):.2f} ± {np.std(others):.2f}",
        "pairs ordered right": float(np.mean(same[:, None] > others[None, :])),
        "clips at their own voice": found.right,
        "same, 5%": float(np.quantile(same, 0.05)),
        "others, 95%": float(np.quantile(others, 0.95)),
    }

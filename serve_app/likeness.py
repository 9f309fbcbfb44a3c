"""How alike voices are: recordings of one voice with each other, and a clone with its voice."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from config.settings import Settings
from engines.base import Waveform
from engines.errors import EngineUnavailable
from engines.speaker.calibration import OTHERS, OTHERS_TO, SAME, SAME_FROM, stand
from engines.speaker.encoder import (
    MODEL,
    SpeakerEncoder,
    Voiceprint,
    cosine,
    find_encoder,
    least_alike,
)
from serve_app.threads import Threads
from telemetry import metrics
from telemetry.meter import Meter

logger = logging.getLogger(__name__)

MOST_CLIPS = 6  # of one job: the cost of a score does not grow with its text
MIDDLE = len(SAME) // 2

OFF = "quality.similarity is off"
NO_ENCODER = "the speaker encoder is not here: phonex setup natural brings it"
NO_VOICEPRINT = "the voice was learnt without the speaker encoder: register it again"
TOO_SHORT = "there is too little speech to tell"


class Likeness:
    """Scores, or why there are none.

    Args:
        encoder: None where there is none.
        missing: then, why.
    """

    def __init__(
        self, encoder: SpeakerEncoder | None, threads: Threads, meter: Meter, missing: str = ""
    ) -> None:
        self._encoder = encoder
        self._threads = threads
        self._meter = meter
        self._missing = missing or NO_ENCODER

    @classmethod
    def open(cls, settings: Settings, threads: Threads, meter: Meter) -> Likeness:
        """Reads the encoder's weights. Blocks."""
        if not settings.quality.similarity:
            return cls(None, threads, meter, OFF)
        try:
            return cls(find_encoder(settings.natural_folders), threads, meter)
        except EngineUnavailable as error:
            logger.warning("there are no scores: %s", error.message)
            return cls(None, threads, meter)

    async def learn(self, clips: Sequence[Waveform], owner: str) -> Voiceprint | None:
        """The voice of all clips; None where it cannot be told."""
        if self._encoder is None:
            return None
        return await self._threads.apart(owner, self._encoder.encode, clips)

    async def agreement(self, clips: Sequence[Waveform], owner: str) -> dict[str, Any]:
        """How alike the clip that is least like the rest is to the rest of a voice's clips."""
        if self._encoder is None:
            return {"missing": self._missing}
        parts = clips if len(clips) > 1 else _halves(clips[0])
        least = await self._threads.apart(owner, least_alike, self._encoder, parts)
        return {"missing": TOO_SHORT} if least is None else describe(least)

    async def score(
        self, target: Voiceprint | None, clips: Sequence[Waveform], owner: str, engine: str
    ) -> dict[str, Any]:
        """A clone, by its pieces, against the voice that it should have."""
        if self._encoder is None:
            return {"missing": self._missing}
        if target is None:
            return {"missing": NO_VOICEPRINT}
        heard = await self.learn(_spread(clips), owner)
        if heard is None:
            return {"missing": TOO_SHORT}
        found = cosine(target, heard)
        self._meter.observe(metrics.CLONE_SIMILARITY, found, engine=engine)
        return describe(found)


def describe(found: float) -> dict[str, Any]:
    """A cosine with what it means, as answers and records hold it."""
    standing = {
        name: round(value, 3) if isinstance(value, float) else value
        for name, value in asdict(stand(found)).items()
    }
    return {
        **standing,
        "model": MODEL,
        "same": {"from": SAME_FROM, "median": SAME[MIDDLE]},
        "others": {"median": OTHERS[MIDDLE], "to": OTHERS_TO},
    }


def _spread(clips: Sequence[Waveform]) -> list[Waveform]:
    """Up to `MOST_CLIPS`, from the beginning to the end."""
    count = min(MOST_CLIPS, len(clips))
    return [clips[index * len(clips) // count] for index in range(count)]


def _halves(clip: Waveform) -> list[Waveform]:
    middle = len(clip.samples) // 2
    halves = clip.samples[:middle], clip.samples[middle:]
    return [Waveform(half, clip.sample_rate) for half in halves]

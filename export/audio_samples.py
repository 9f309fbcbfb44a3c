"""Makes what docs/audio.md lets one hear of each engine: `python -m export.audio_samples`.

Writes docs/audio/. Run it where the engines are (`phonex setup natural`), whenever one of them says
a text differently.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from config.settings import Settings
from engines import registry
from engines.audio.encode import FORMATS, Encoder
from engines.base import Utterance, Waveform
from engines.errors import EngineError

FOLDER = Path(__file__).parents[1] / "docs" / "audio"
FORMAT = "mp3"  # what every browser plays

SENTENCES = {
    "EN": "The harbour was quiet before dawn, and a single lamp burned on the long stone pier.",
    "FR": "Le port était calme avant l'aube, et une seule lampe brûlait sur la longue jetée.",
}


@dataclass(frozen=True, slots=True)
class AudioSample:
    """A sentence, as one of the engines says it."""

    engine: str  # its family, as the setting names it
    language: str
    speaker: str

    @property
    def path(self) -> Path:
        name = f"{self.engine}-{self.language.lower()}{FORMATS[FORMAT].extension}"
        return FOLDER / name

    @property
    def utterance(self) -> Utterance:
        return Utterance(SENTENCES[self.language], self.language, self.speaker)


SAMPLES = (
    AudioSample("natural", "EN", "af_heart"),
    AudioSample("embedded", "EN", "EN-US"),
    AudioSample("natural", "FR", "ff_siwis"),
    AudioSample("embedded", "FR", "FR"),
)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for engine in dict.fromkeys(sample.engine for sample in SAMPLES):
        samples = [sample for sample in SAMPLES if sample.engine == engine]
        for sample, wave in zip(samples, say(engine, samples), strict=True):
            sample.path.write_bytes(encoded(wave))
            sys.stdout.write(f"{sample.path}: {wave.seconds:.1f} s\n")


def say(engine: str, samples: list[AudioSample]) -> list[Waveform]:
    """What an engine makes of its sentences. Raises `EngineError` where it fails."""
    speech = registry.create_speech(Settings(engine=engine))
    try:
        made = speech.synthesize([sample.utterance for sample in samples])
    finally:
        speech.close()
    for one in made:
        if isinstance(one, EngineError):
            raise one
    return [one for one in made if isinstance(one, Waveform)]


def encoded(wave: Waveform) -> bytes:
    encoder = Encoder(FORMAT, wave.sample_rate)
    encoder.encode(wave.samples)
    encoder.finish()
    return encoder.file()


if __name__ == "__main__":
    main()

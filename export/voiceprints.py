"""Measures how the speaker encoder hears Kokoro's speakers and mixes of them:
`python -m export.voiceprints`.

Writes engines/kokoro/voiceprints.npz. Run it where Kokoro is with all its styles and the speaker
encoder (`phonex setup natural`), whenever a style is added. It takes twenty minutes on two cores,
and goes on where it was stopped.

A language's own speakers are few, in French there is one. So most of what is measured are mixes,
drawn at random once and for all: led by a speaker of the language, with one or two of any.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

import numpy as np

from config.settings import Settings
from engines import registry
from engines.base import Samples, Utterance
from engines.errors import EngineError
from engines.kokoro.engine import KokoroSpeech
from engines.kokoro.styles import LANGUAGES, speakers
from engines.kokoro.voiceprints import FILE, measured, write
from engines.mixes import make_mix, write_mix
from engines.speaker.encoder import SpeakerEncoder, find_encoder

TIMEOUT_S = 60.0
SEED = 1
MIXES = {"EN": 160, "ES": 40, "FR": 40, "ZH": 40, "JP": 40}
SHARES = ((0.65, 0.35), (0.55, 0.45), (0.5, 0.3, 0.2), (0.4, 0.3, 0.3))  # of the leading one first
PACKED = "j"  # the styles that are there where packages are all that can be had
PACKED_MIXES = 5
SAVED_EVERY = 20

SENTENCES = {
    "EN": "The birch canoe slid on the smooth planks, while a large boat turned to the harbour.",
    "ES": "El veloz murciélago comía feliz cardillo y kiwi, mientras la cigüeña tocaba el saxofón.",
    "FR": "Portez ce vieux whisky au juge blond qui fume, puis revenez avant la nuit.",
    "ZH": "春天来了，院子里的花都开了，小鸟在树上唱歌，孩子们坐火车去北京看朋友。",
    "JP": "はるがきて、にわのはながさきました。ともだちにあうために、とうきょうへいきました。",
}


def main() -> None:
    settings = Settings()
    found = registry.find_kokoro(settings)
    encoder = find_encoder(settings.natural_folders)
    if encoder is None:
        sys.exit("The speaker encoder is not here: phonex setup natural")
    known = {language: dict(rows) for language, rows in measured().items()}
    packed = {name: path for name, path in found.styles.items() if name.startswith(PACKED)}
    wanted = (
        (found.styles, dict(MIXES)),
        # Where these are all there is, they speak the other languages too.
        (packed, dict.fromkeys(LANGUAGES, PACKED_MIXES)),
    )
    for styles, mixes in wanted:
        kokoro = KokoroSpeech(replace(found, styles=styles), 0, TIMEOUT_S)
        try:
            measure(kokoro, encoder, styles, mixes, known)
        finally:
            kokoro.close()
    write(known)
    sys.stdout.write(f"{FILE}: {sum(map(len, known.values()))} speakers and mixes\n")


def measure(
    kokoro: KokoroSpeech,
    encoder: SpeakerEncoder,
    styles: Collection[str],
    mixes: Mapping[str, int],
    into: dict[str, dict[str, Samples]],
) -> None:
    """Those that are not known yet."""
    for language, count in mixes.items():
        rows = into.setdefault(language, {})
        missing = [name for name in names(language, styles, count) if name not in rows]
        for number, name in enumerate(missing, 1):
            (said,) = kokoro.synthesize([Utterance(SENTENCES[language], language, name)])
            if isinstance(said, EngineError):
                raise said
            voiceprint = encoder.encode([said])
            if voiceprint is None:
                raise ValueError(f"{name} says too little of {SENTENCES[language]!r}")
            rows[name] = voiceprint
            if number % SAVED_EVERY == 0:
                write(into)
                sys.stdout.write(f"{language}: {number} of {len(missing)}\n")


def names(language: str, styles: Collection[str], mixes: int) -> Iterator[str]:
    """The language's speakers, and mixes that one of them leads; the same every time."""
    own, everybody = speakers(language, sorted(styles)), sorted(styles)
    yield from own
    rng = np.random.default_rng(SEED)
    drawn: set[str] = set()
    while len(drawn) < mixes:
        shares = SHARES[int(rng.integers(len(SHARES)))]
        first = own[int(rng.integers(len(own)))]
        others = rng.choice([name for name in everybody if name != first], len(shares) - 1, False)
        mix = write_mix(make_mix(zip((first, *map(str, others)), shares, strict=True)))
        if mix not in drawn:
            drawn.add(mix)
            yield mix


if __name__ == "__main__":
    main()

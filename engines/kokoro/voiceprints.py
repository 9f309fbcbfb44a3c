"""How the speaker encoder hears Kokoro's speakers, and mixes of some: by them a clone starts from
whoever sounds most like its voice. Measured once by `python -m export.voiceprints`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path

import numpy as np

from engines.base import Samples
from engines.mixes import parse_mix

FILE = Path(__file__).with_name("voiceprints.npz")
NAMES, VOICEPRINTS = "names", "voiceprints"  # in FILE: language and speaker of each row

Voiceprints = Mapping[str, Mapping[str, Samples]]
"""By language and speaker, or mix: float32 (256,), of length one."""


def spoken_by(speakers: Mapping[str, Collection[str]]) -> Voiceprints:
    """Those of these speakers by language, and of mixes that one of them leads, of nobody else."""
    everybody = {name for names in speakers.values() for name in names}
    found: dict[str, dict[str, Samples]] = {}
    for language, names in speakers.items():
        found[language] = {}
        for name, voiceprint in measured().get(language, {}).items():
            (leader, _), *others = parse_mix(name)
            if leader in names and all(other in everybody for other, _ in others):
                found[language][name] = voiceprint
    return found


@cache
def measured() -> Voiceprints:
    """All of them, from the file beside this module; none where it has not been made."""
    if not FILE.is_file():
        return {}
    with np.load(FILE, allow_pickle=False) as file:
        names, rows = file[NAMES].tolist(), file[VOICEPRINTS].astype(np.float32)
    found: dict[str, dict[str, Samples]] = {}
    for (language, speaker), row in zip(names, rows, strict=True):
        found.setdefault(language, {})[speaker] = row / np.float32(np.linalg.norm(row))
    return found


def write(voiceprints: Voiceprints, path: Path = FILE) -> None:
    """The file that `measured` reads; half precision tells a thousandth of a cosine."""
    rows = [
        (language, speaker, row)
        for language, speakers in voiceprints.items()
        for speaker, row in speakers.items()
    ]
    np.savez_compressed(
        path,
        allow_pickle=False,
        **{
            NAMES: np.array([(language, speaker) for language, speaker, _ in rows]),
            VOICEPRINTS: np.stack([row for *_, row in rows]).astype(np.float16),
        },
    )
